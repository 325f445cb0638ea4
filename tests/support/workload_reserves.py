"""The part of the workload that is about the government's reserve of `FLOW`."""

from collections.abc import Iterator
from random import Random

from exchange.core import commands as c
from exchange.core.reserves.commands import (
    AcceptOffer,
    BuyBack,
    ReleaseSmall,
    ReleaseUnits,
    RetainUnits,
    TakeIntoReserve,
    Terms,
    WithdrawOffer,
)
from exchange.core.reserves.grounds import Recovery
from exchange.core.rules import RuleKind
from exchange.core.state import State
from exchange.core.totals.commands import SetAside
from exchange.core.types import AccountType, Day
from exchange.core.units import NUMBER_MAX
from tests.support.builders import asking, rule
from tests.support.workload_water import BAOTOU, FLOW, GIVER, REGION, TAKER, WaterActs

RESERVE = 50
PRICE = 20_000


class ReserveActs(WaterActs):
    """What comes into a reserve and what it offers, sensible or not."""

    ledger: str
    random: Random
    state: State

    def opening_reserves(self) -> Iterator[c.AnyCommand]:
        """Do everything once: retain, recover, sell in two ways, buy back, withdraw."""
        name = f"{self.ledger}.reserves"
        least = rule(f"{name}.formula.floor", RuleKind.FORMULA, "result = floor(1, 2)")
        most = rule(f"{name}.simplified_max.{FLOW}", RuleKind.DECIMAL, "20")
        yield c.ActivateRules((least, most), "reserves")
        kind = AccountType.GOV_RESERVE
        yield c.AdmitParticipant(RESERVE, kind, REGION, "yellow_river", "", 0, "reserve")
        yield c.DepositCash(RESERVE, 10**9, "budget")
        yield from self.agreed(SetAside(self.flow, BAOTOU, "government", 500, "retained"))
        yield from self.agreed(RetainUnits(RESERVE, self.flow, BAOTOU, 300, Day(0), "retained"))
        taking = (RESERVE, GIVER, self.flow, 50, Recovery.CLOSED, "closed")
        yield from self.agreed(TakeIntoReserve(*taking))
        yield from self.agreed(ReleaseUnits(self.terms(40), 0, "sale"))
        yield AcceptOffer(TAKER, len(self.state.reserves.offers), 10)
        yield ReleaseSmall(self.terms(5), "small")
        yield WithdrawOffer(len(self.state.reserves.offers), "withdrawn")
        yield from self.agreed(BuyBack(self.terms(20), GIVER, "repurchase"))
        yield AcceptOffer(GIVER, len(self.state.reserves.offers), 8)

    def terms(self, quantity: int, price: int = PRICE, days: int = 3) -> Terms:
        today = self.state.today
        return Terms(RESERVE, self.flow, quantity, price, today, Day(today + days))

    def _odd_terms(self) -> Terms:
        random = self.random
        price = random.choice((PRICE, PRICE, PRICE, 9_000, 0, 10**15 + 1))
        whole = 10 ** self.state.assets[self.flow].scale
        quantity = random.choice((random.randrange(30), random.randrange(30), 21 * whole))
        return self.terms(quantity, price, random.choice((3, 3, 0, -1)))

    def reserve_act(self) -> c.AnyCommand:
        """Move something in, offer something, or take what is offered."""
        random = self.random
        party = random.choice((0, GIVER, TAKER, 99))
        holder = random.choice((GIVER, TAKER, RESERVE))
        reserve = RESERVE if random.random() < 0.9 else TAKER
        few = random.randrange(-1, 40)
        kind = random.randrange(10)
        if kind == 0:
            return asking(RetainUnits(reserve, self.flow, BAOTOU, few, Day(0), "retained"))
        if kind == 1:
            ground = random.choice(tuple(Recovery))
            return asking(TakeIntoReserve(reserve, holder, self.flow, few, ground, "closed"))
        if kind == 2:
            return asking(ReleaseUnits(self._odd_terms(), party, "sale"))
        if kind == 3:
            return asking(BuyBack(self._odd_terms(), party, "repurchase"))
        if kind == 4:
            return ReleaseSmall(self._odd_terms(), "small")
        offers = len(self.state.reserves.offers)
        number = max(0, offers + 1 - random.randrange(5))
        if kind == 5:
            return WithdrawOffer(number, "withdrawn")
        quantity = random.choice((few, few, few, NUMBER_MAX))
        return AcceptOffer(random.choice((GIVER, TAKER, TAKER, 10)), number, quantity)
