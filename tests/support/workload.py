"""A seeded market day of everything: any command, in any order, sensible or not."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from exchange.core import commands as c
from exchange.core.rules import Rule, RuleKind
from exchange.core.types import AccountType, Day
from matching import OrderType, SelfTradePrevention, Side, TimeInForce
from tests.support.builders import MINUTE_NS, Market, rule

PARTICIPANTS = 8
REGIONS = ("150200", "150600", "")
BASINS = ("yellow_river", "liao_river", "")
HOME = {"region": "150200", "basin": "yellow_river", "sector": "cement"}
SECTORS = ("cement", "thermal_power", "agriculture", "")


@dataclass(frozen=True)
class Scene:
    """What a ledger trades: kind, scale and quantity step of its assets, a price and its tick."""

    kinds: tuple[tuple[str, int, int], ...]
    price: int
    tick: int


SCENES = {
    "carbon": Scene((("CEA", 0, 1), ("CCER", 0, 1)), 9800, 1),
    "emission": Scene((("SO2", 3, 1), ("COD", 3, 1), ("NH3N", 4, 1)), 1_000_000, 1),
    "energy": Scene((("ENERGY", 0, 1),), 20_000, 1),
    "water": Scene((("WATER", 0, 1000),), 1081, 1),
}


class Workload:
    """Commands at random for one market; each may be refused."""

    def __init__(self, ledger: str, seed: int) -> None:
        self.random = Random(seed)
        self.scene = SCENES[ledger]
        self.market = Market(ledger)
        self.version = 100
        self.number = 0
        self.choices: list[tuple[int, Callable[[], c.AnyCommand]]] = [
            (120, self.order),
            (12, self.orders),
            (25, self.replace),
            (25, self.cancel),
            (4, self.cancel_all),
            (14, self.transfer),
            (5, lambda: c.PostTransfer(*self.chain())),
            (5, lambda: c.VoidTransfer(*self.chain())),
            (4, self.freeze_units),
            (4, lambda: c.UnfreezeUnits(self.recent(self.state.last_freeze), "lifted")),
            (1, lambda: c.HaltInstrument(self.instrument(), "notice")),
            (4, lambda: c.ResumeInstrument(self.halted(), "notice")),
            (1, lambda: c.FreezeParticipant(self.participant(), "order")),
            (4, lambda: c.UnfreezeParticipant(self.frozen(), "lifted")),
            (2, self.admit),
            (5, self.issue),
            (2, self.authorise),
            (6, self.deposit),
            (1, self.define),
            (1, self.list),
            (2, lambda: c.ActivateRules((self.rule(),), "amended")),
            (9, self.advance),
        ]

    @property
    def state(self):
        return self.market.venue.state

    def run(self, count: int) -> Market:
        self.open()
        weights = [weight for weight, _ in self.choices]
        makers = [maker for _, maker in self.choices]
        while len(self.market.entries) < count:
            command = self.random.choices(makers, weights)[0]()
            if isinstance(command, c.AdvanceTime):
                self.market.now_ns = command.to_ns
            self.market.apply(command)
        return self.market

    def open(self) -> None:
        """Define and list each kind, admit everybody, hand out rights and money."""
        market, random = self.market, self.random
        for kind, scale, _ in self.scene.kinds:
            market.define(f"{kind}-A", kind, scale=scale)
            asset = len(self.state.assets) - 1
            market.apply(c.AuthoriseIssuance(asset, 10**9, "plan"))
            market.apply(self.listing(f"{kind}-1", asset, self.scene.price))
        for participant_id in range(1, PARTICIPANTS + 1):
            market.admit(participant_id, **HOME, group=participant_id // 3)
            market.deposit(participant_id, f"{random.randrange(10**5, 10**8)}.00")
            for asset in range(1, len(self.scene.kinds) + 1):
                step = self.scene.kinds[asset - 1][2]
                quantity = random.randrange(1, 10_000) * step
                market.apply(self.lot(participant_id, asset, quantity, 0))

    # Numbers, mostly of what exists

    def participant(self) -> int:
        """Choose a member or, rarely, a stranger."""
        stranger = self.random.random() < 0.02
        return PARTICIPANTS + 1 if stranger else self.random.randrange(1, PARTICIPANTS + 1)

    def frozen(self) -> int:
        found = [one.participant_id for one in self.state.participants.values() if one.frozen]
        return self.random.choice(found or [self.participant()])

    def halted(self) -> int:
        found = [one.instrument_id for one in self.state.instruments.values() if one.halted]
        return self.random.choice(found or [self.instrument()])

    def recent(self, last: int) -> int:
        return max(0, last - self.random.randrange(12))

    def instrument(self) -> int:
        """Choose one of the first kinds or, rarely, what was listed since."""
        first = len(self.scene.kinds)
        late = self.random.random() < 0.1
        return self.random.randrange(1, (len(self.state.instruments) if late else first) + 1)

    def asset(self) -> int:
        return self.random.randrange(len(self.state.assets) + 1)

    def open_order(self) -> tuple[int, int]:
        if self.state.orders and self.random.random() < 0.9:
            found = self.random.choice(list(self.state.orders.values()))
            return found.participant.participant_id, found.order_id
        return self.participant(), self.recent(self.state.last_order)

    def chain(self) -> tuple[int, int]:
        if self.state.pending and self.random.random() < 0.9:
            chain_id, found = self.random.choice(list(self.state.pending.items()))
            return found.participant_id, chain_id
        return self.participant(), self.recent(self.state.last_transfer)

    def account(self) -> int:
        return self.random.randrange(1, len(self.state.accounts.all) + 2)

    def step(self, instrument: int) -> int:
        return self.state.instruments[instrument].step

    def price(self, instrument: int) -> int:
        random = self.random
        reference = self.state.instruments[instrument].reference_price or self.scene.price
        if random.random() < 0.04:
            return random.randrange(-10, 3 * reference)
        return reference + random.randrange(-8, 9) * self.scene.tick * max(1, reference // 1000)

    def quantity(self, instrument: int) -> int:
        random = self.random
        if random.random() < 0.015:
            return random.randrange(-5, 10**9)
        return random.randrange(1, 60) * self.step(instrument)

    # Commands

    def order(self, participant_id: int = 0) -> c.PlaceOrder:
        random = self.random
        self.number += 1
        instrument = self.instrument()
        market = random.random() < 0.1
        life = random.choice((TimeInForce.IOC, TimeInForce.FOK) if market else tuple(TimeInForce))
        if random.random() < 0.5 and not market:
            life = TimeInForce.GTC
        dated = life is TimeInForce.GTD or random.random() < 0.01
        return c.PlaceOrder(
            participant_id or self.participant(),
            f"order-{self.number}",
            instrument,
            random.choice(tuple(Side)),
            self.quantity(instrument),
            0 if market else self.price(instrument),
            OrderType.MARKET if market else OrderType.LIMIT,
            life,
            random.random() < 0.1,
            Day(self.state.today + random.randrange(-1, 4)) if dated else Day(0),
            random.choice(tuple(SelfTradePrevention)),
        )

    def orders(self) -> c.PlaceOrders:
        participant_id = self.participant()
        count = self.random.randrange(5)
        return c.PlaceOrders(
            participant_id, tuple(self.order(participant_id) for _ in range(count))
        )

    def replace(self) -> c.ReplaceOrder:
        participant_id, order_id = self.open_order()
        known = self.state.orders.get(order_id)
        instrument = known.instrument.instrument_id if known else 1
        price = known.price if known and self.random.random() < 0.4 else self.price(instrument)
        return c.ReplaceOrder(participant_id, order_id, price, self.quantity(instrument))

    def cancel(self) -> c.CancelOrder:
        return c.CancelOrder(*self.open_order())

    def cancel_all(self) -> c.CancelOrders:
        instrument = self.random.choice((0, self.instrument()))
        return c.CancelOrders(self.participant(), instrument, self.random.randrange(3))

    def transfer(self) -> c.CreateTransfer:
        random = self.random
        giver = random.choice(list(self.state.participants.values()))
        taker = random.choice(list(self.state.participants.values()))
        legs = []
        for _ in range(random.choice((0, 1, 1, 1, 2, 3))):
            asset = random.choice((0, *giver.holdings))
            debit = giver.holdings[asset] if asset else giver.cash
            credit = taker.holdings.get(asset) if asset else taker.cash
            usual = credit is not None and random.random() < 0.95
            lot = self.recent(self.state.last_lot) if asset and random.random() < 0.3 else 0
            legs.append(
                c.TransferLeg(
                    debit.account_id,
                    credit.account_id if usual else self.account(),
                    random.randrange(max(debit.available // 3, 1) + 2),
                    lot,
                )
            )
        return c.CreateTransfer(
            giver.participant_id, tuple(legs), random.random() < 0.5, "contract"
        )

    def freeze_units(self) -> c.FreezeUnits:
        lot = self.recent(self.state.last_lot) if self.random.random() < 0.3 else 0
        return c.FreezeUnits(self.account(), self.random.randrange(300), lot, "pledge")

    def admit(self) -> c.AdmitParticipant:
        random = self.random
        group, account_type = random.randrange(4), AccountType.COMPLIANCE_ENTITY
        if random.random() < 0.8:
            return c.AdmitParticipant(
                self.participant(), account_type, *HOME.values(), group, "notice"
            )
        return c.AdmitParticipant(
            random.randrange(PARTICIPANTS + 2),
            random.choice(tuple(AccountType)),
            random.choice(REGIONS),
            random.choice(BASINS),
            random.choice(SECTORS),
            group,
            "notice",
        )

    def issue(self) -> c.IssueUnits:
        day = self.random.choice((0, 0, self.state.today + 2))
        return self.lot(self.participant(), self.asset(), self.random.randrange(5000), day)

    def lot(self, participant_id: int, asset: int, quantity: int, day: int) -> c.IssueUnits:
        return c.IssueUnits(
            asset, participant_id, quantity, "2025", "", "", Day(0), Day(0), Day(day), "plan"
        )

    def authorise(self) -> c.AuthoriseIssuance:
        return c.AuthoriseIssuance(self.asset(), self.random.randrange(-3000, 10**6), "plan")

    def deposit(self) -> c.DepositCash:
        return c.DepositCash(self.participant(), self.random.randrange(10**9), "slip")

    def define(self) -> c.DefineAsset:
        random = self.random
        kind, scale, _ = random.choice(self.scene.kinds)
        code = f"{kind}-{random.randrange(30)}"
        region, basin = random.choice(REGIONS), random.choice(BASINS)
        return c.DefineAsset(code, kind, "t", scale, "权", "right", "2025", region, basin)

    def list(self) -> c.ListInstrument:
        code = f"NEW-{self.random.randrange(100)}"
        return self.listing(code, self.asset(), self.random.choice((0, self.scene.price)))

    def listing(self, code: str, asset: int, price: int) -> c.ListInstrument:
        return c.ListInstrument(code, asset, "挂牌", "listing", price, "", "", "")

    def rule(self) -> Rule:
        self.version += 1
        name, value = self.random.choice(
            (
                ("trading.band", "0.10"),
                ("trading.band", "0.2"),
                ("fees.buyer", "0.0005"),
                ("fees.seller", "0.001"),
                ("fees.buyer", "ten"),
            )
        )
        rule_id = f"{self.market.ledger}.{name}"
        return rule(rule_id, RuleKind.RATIO, value, version=self.version)

    def advance(self) -> c.AdvanceTime:
        """Go on by minutes; from a closed market, to its next opening."""
        at_ns = self.market.now_ns + self.random.randrange(1, 30) * MINUTE_NS
        if self.market.venue.state.session == 1:
            at_ns = max(at_ns, self.state.calendar.next_session_change(self.market.now_ns))
        return c.AdvanceTime(at_ns)
