"""A seeded market day of everything: any command, in any order, sensible or not."""

from collections.abc import Callable, Iterator
from random import Random

import msgspec

from exchange.core import commands as c
from exchange.core.calendar import DAY_NS
from exchange.core.rules import Rule, RuleKind
from exchange.core.state import State
from exchange.core.types import AccountType, Day, SessionState
from exchange.core.units import NUMBER_MAX
from exchange.rulebook.loader import load_rules
from tests.support import (
    workload_allocation,
    workload_compliance,
    workload_paid_use,
    workload_permits,
)
from tests.support.builders import MINUTE_NS, rule
from tests.support.workload_after_issue import AfterTheIssue
from tests.support.workload_allocation import CODE
from tests.support.workload_budgets import Projects
from tests.support.workload_cancellation import Cancelling
from tests.support.workload_compliance import Complying
from tests.support.workload_orders import SCENES, Ordering
from tests.support.workload_paid_use import PaidUse
from tests.support.workload_permits import Permits
from tests.support.workload_reserves import ReserveActs

PARTICIPANTS = 8
REGIONS = ("150200", "150600", "")
BASINS = ("yellow_river", "liao_river", "")
HOME = {"region": "150200", "basin": "yellow_river", "sector": "cement"}
SECTORS = ("cement", "thermal_power", "agriculture", "")


COARSE = (("trading.price_tick", "decimal", "0.05"), ("trading.quantity_min", "decimal", "40000"))
RULES = (
    ("trading.band", "ratio", "0.10"),
    ("trading.band", "ratio", "0.2"),
    ("fees.buyer", "ratio", "0.0005"),
    ("fees.seller", "ratio", "0.001"),
    ("fees.buyer", "ratio", "ten"),
    *COARSE,
    ("trading.hours", "hours", "09:30-11:30", "13:00-15:00"),
    ("trading.hours", "hours", "09:00-12:00", "12:30-16:00"),
    ("settlement.sell_back_days", "integer", "0"),
    ("settlement.sell_back_days", "integer", "1"),
    *workload_allocation.RULES,
    *workload_compliance.RULES,
    *workload_permits.RULES,
    *workload_paid_use.RULES,
)
"""What is amended now and then; not all of it can be."""


class Workload(
    Ordering, Cancelling, Complying, PaidUse, Permits, Projects, AfterTheIssue, ReserveActs
):
    """Commands at random for one ledger as it stands; each may be refused.

    `state` gives the ledger to look at; `name` keeps the order ids of several workloads apart.
    """

    def __init__(
        self, ledger: str, random: Random, state: Callable[[], State], name: str = ""
    ) -> None:
        self.ledger = ledger
        self.random = random
        self.scene = SCENES[ledger]
        self.name = name
        self.number = 0
        self.contents: dict[int, bytes] = {}
        self.story = iter(())
        self._state = state
        choices: list[tuple[int, Callable[[], c.AnyCommand]]] = [
            (125, self.order),
            (12, self.misshapen_order),
            (3, self.early_sale),
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
            (8, lambda: c.ResumeInstrument(self.halted(), "notice")),
            (2, lambda: c.FreezeParticipant(self.free_or_frozen(), "order")),
            (6, lambda: c.UnfreezeParticipant(self.frozen(), "lifted")),
            (3, self.admit),
            (5, self.issue),
            (2, self.authorise),
            (6, self.deposit),
            (2, self.define),
            (2, self.list),
            (3, lambda: c.ActivateRules((self.rule(),), "amended")),
            (14, self.ask),
            (11, self.decide),
            (5, self.publish),
            (2, self.objection),
            (3, self.decision),
            (3, self.relocate),
            (2, self.entities),
            (4, self.report),
            (6, self.verification),
            (6, self.ask_for_permit),
            (2, self.renewal),
            (4, self.water_act),
            *self.paid_use_choices(),
            *self.budget_choices(),
            (3, self.after_issue),
            (2, self.cancellation),
            (4, self.reserve_act),
        ]
        self._weights = [weight for weight, _ in choices]
        self._makers = [maker for _, maker in choices]

    @property
    def state(self) -> State:
        return self._state()

    @property
    def main_kind(self) -> str:
        return self.scene.kinds[0][0]

    def command(self) -> c.AnyCommand:
        told = self.follow()
        return told or self.random.choices(self._makers, self._weights)[0]()

    def opening(self) -> Iterator[c.AnyCommand]:
        """Bring the rulebook, define and list each kind, admit everybody, hand out the means."""
        random = self.random
        yield self.defining(*self.scene.kinds[0][:2], "", "")  # refused: there are no rules yet
        yield c.ActivateRules(load_rules(self.ledger), "rulebook")
        for asset, (kind, scale, _) in enumerate(self.scene.kinds, 1):
            yield self.defining(kind, scale, "", "")
            yield c.AuthoriseIssuance(asset, 10**9, "plan")
            yield self.listing(f"{kind}-1", asset, self.scene.price)
        yield from self._narrow_market()
        for participant_id in range(1, PARTICIPANTS + 1):
            yield c.AdmitParticipant(
                participant_id,
                AccountType.COMPLIANCE_ENTITY,
                *HOME.values(),
                participant_id // 3,
                "notice",
            )
            yield c.DepositCash(participant_id, random.randrange(10**5, 10**8) * 100, "slip")
            for asset, (_, _, step) in enumerate(self.scene.kinds, 1):
                yield self.lot(participant_id, asset, random.randrange(1, 10_000) * step, 0)
        kind, scale, _ = self.scene.kinds[0]
        define = c.DefineAsset(CODE, kind, "t", scale, "权", "right", "2026", "", "")
        yield from self.opening_totals(define)
        yield self.listing(CODE, self.tracked, self.scene.price)
        yield from self.opening_compliance()
        yield from self.opening_permits()
        yield from self.opening_water(scale)
        yield from self.opening_paid_use()
        yield from self.opening_budgets()
        yield from self.opening_after_issue()
        yield from self.opening_cancellation()
        yield from self.opening_reserves()

    def _narrow_market(self) -> Iterator[c.AnyCommand]:
        """List something of one region or basin, perhaps coarse, perhaps without a band."""
        random = self.random
        kind, scale, _ = random.choice(self.scene.kinds)
        asset = len(self.scene.kinds) + 1
        yield self.defining(kind, scale, random.choice(REGIONS), random.choice(BASINS))
        yield c.AuthoriseIssuance(asset, 10**6, "plan")
        if random.random() < 0.5:
            name, figure, value = random.choice(COARSE)
            amended = rule(f"{self.ledger}.{name}", RuleKind(figure), value)
            yield c.ActivateRules((amended,), "amended")
        price = random.choice((0, self.scene.price // 5 * 5))
        yield self.listing("NARROW", asset, price)

    def next_time(self, now_ns: int) -> int:
        """Go on by minutes, at times by a day; from a closed market, to its next opening."""
        days = self.random.random() < 0.1
        at_ns = now_ns + self.random.randrange(1, 30) * MINUTE_NS + days * DAY_NS
        if self.state.session is SessionState.CLOSED:
            at_ns = max(at_ns, self.state.calendar.next_session_change(now_ns))
        return at_ns

    # Numbers, mostly of what exists

    def participant(self) -> int:
        """Choose a member or, rarely, a stranger."""
        stranger = self.random.random() < 0.02
        return PARTICIPANTS + 1 if stranger else self.random.randrange(1, PARTICIPANTS + 1)

    def frozen(self) -> int:
        found = [one.participant_id for one in self.state.participants.values() if one.frozen]
        return self.random.choice(found or [self.participant()])

    def free_or_frozen(self) -> int:
        return self.frozen() if self.random.random() < 0.1 else self.participant()

    def halted(self) -> int:
        found = [one.instrument_id for one in self.state.instruments.values() if one.halted]
        return self.random.choice(found or [self.instrument()])

    def recent(self, last: int) -> int:
        return max(0, last - self.random.randrange(12))

    def instrument(self) -> int:
        """Choose one of the first kinds or, less often, what was listed since."""
        first = len(self.scene.kinds)
        late = self.random.random() < 0.15
        return self.random.randrange(1, (len(self.state.instruments) if late else first) + 1)

    def asset(self) -> int:
        return self.random.randrange(len(self.state.assets) + 1)

    def chain(self) -> tuple[int, int]:
        if self.state.pending and self.random.random() < 0.9:
            chain_id, found = self.random.choice(list(self.state.pending.items()))
            return found.participant_id, chain_id
        return self.participant(), self.recent(self.state.last_transfer)

    def account(self) -> int:
        return self.random.randrange(1, len(self.state.accounts.all) + 2)

    def step(self, instrument: int) -> int:
        return self.state.instruments[instrument].step

    # Commands

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
        """Restate a member's facts, usually one of them changed, or admit a stranger."""
        random = self.random
        facts = dict(HOME)
        account_type = AccountType.COMPLIANCE_ENTITY
        match random.randrange(5):
            case 0:
                account_type = random.choice(tuple(AccountType))
            case 1:
                facts["region"] = random.choice(REGIONS)
            case 2:
                facts["basin"] = random.choice(BASINS)
            case 3:
                facts["sector"] = random.choice(SECTORS)
        member = random.randrange(PARTICIPANTS + 2)
        group = random.randrange(4)
        return c.AdmitParticipant(member, account_type, *facts.values(), group, "notice")

    def issue(self) -> c.IssueUnits:
        today = self.state.today
        day = self.random.choice((0, 0, today + 2))
        issued = self.lot(self.participant(), self.asset(), self.random.randrange(5000), day)
        last = self.random.choice((0, 0, 0, -1, 1))
        return msgspec.structs.replace(issued, valid_to=Day(last and max(1, today + last)))

    def lot(self, participant_id: int, asset: int, quantity: int, day: int) -> c.IssueUnits:
        return c.IssueUnits(
            asset, participant_id, quantity, "2025", "", "", Day(0), Day(0), Day(day), "plan"
        )

    def authorise(self) -> c.AuthoriseIssuance:
        most = self.random.random() < 0.1
        quantity = NUMBER_MAX if most else self.random.randrange(-3000, 10**6)
        return c.AuthoriseIssuance(self.asset(), quantity, "plan")

    def deposit(self) -> c.DepositCash:
        most = self.random.random() < 0.05
        cash_fen = NUMBER_MAX if most else self.random.randrange(10**9)
        return c.DepositCash(self.participant(), cash_fen, "slip")

    def define(self) -> c.DefineAsset:
        kind, scale, _ = self.random.choice(self.scene.kinds)
        region, basin = self.random.choice(REGIONS), self.random.choice(BASINS)
        return self.defining(kind, self.random.choice((scale, scale, scale, 10)), region, basin)

    def defining(self, kind: str, scale: int, region: str, basin: str) -> c.DefineAsset:
        code = f"{kind}-{self.random.randrange(30)}"
        return c.DefineAsset(code, kind, "t", scale, "权", "right", "2025", region, basin)

    def list(self) -> c.ListInstrument:
        code = f"NEW-{self.random.randrange(6)}"
        price = self.random.choice((0, self.scene.price, self.scene.price, -1, 10**15 + 1))
        return self.listing(code, self.asset(), price)

    def listing(self, code: str, asset: int, price: int) -> c.ListInstrument:
        return c.ListInstrument(code, asset, "挂牌", "listing", price, "", "", "")

    def rule(self) -> Rule:
        name, kind, *value = self.random.choice(RULES)
        version = 1000 + self.state.rules.rule_set
        return rule(f"{self.ledger}.{name}", RuleKind(kind), *value, version=version)
