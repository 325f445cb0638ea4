"""The part of the workload that follows an issue: a story told step by step, and acts at random.

The story brings each of these commands about, and most of what they are refused for; it goes on as
the days pass, among whatever else happens.
"""

import hashlib
from collections.abc import Callable, Iterator
from random import Random

from exchange.core import commands as c
from exchange.core.after_issue.commands import (
    BorrowAllowances,
    CloseEntity,
    PublishTrueUp,
    RegisterDeduction,
    SettleClaim,
    TrueUpAllocation,
)
from exchange.core.after_issue.state import Ground
from exchange.core.allocation.commands import (
    DecideObjection,
    FileObjection,
    IssueAllocation,
    PublishPlan,
)
from exchange.core.allocation.content import (
    PlanContent,
    PlanRow,
    content_hash,
    encode_content,
)
from exchange.core.approvals.commands import ApproveRequest
from exchange.core.outcomes import encode_command
from exchange.core.rules import RuleKind, RuleRef
from exchange.core.state import State
from exchange.core.types import Day, ObjectionId
from tests.support.builders import asking, rule
from tests.support.workload_allocation import BAOTOU, TOLD

SERIES, TRUE_UP, ODD, LATER, DISPUTED = range(TOLD, TOLD + 5)
BORROW = (
    "input due unit 4",
    "input allocated unit 4",
    "result = floor(max(due - allocated, 0) / 2, 0)",
)
Story = Iterator[c.AnyCommand | None]


class AfterTheIssue:
    """A series that is issued and trued up; claims, deductions, closures and borrowing."""

    ledger: str
    random: Random
    state: State
    tracked: int
    story: Story
    moving: Callable[[int, str], c.AdmitParticipant]

    def opening_after_issue(self) -> Iterator[c.AnyCommand]:
        """Register a deduction, borrow, and publish the plan that the story goes on with."""
        yield c.ActivateRules(tuple(self._rules()), "what follows an issue")
        yield self._true_up_publication(self._content(TRUE_UP, 2))
        yield SettleClaim(1, 1)
        for act in (
            self._deduction(0, Ground.SHORTFALL),
            RegisterDeduction(1, "", self.tracked, True, 0, 1, Ground.FALSE_DATA, "too little"),
            self._closing("entity-1", 1),
            self._borrowing(51),
        ):
            yield asking(act)
        for act in (self._deduction(30, Ground.SHORTFALL), self._borrowing(50)):
            yield asking(act)
            yield self._granting(act)
        yield self._publication(self._content(SERIES, 0))
        yield self._publication(self._content(DISPUTED, 0))
        grounds = hashlib.sha256(b"grounds").digest()
        yield FileObjection(1, DISPUTED, "entity-1", grounds)
        filed = ObjectionId(len(self.state.allocation.objections))
        yield DecideObjection(filed, True, grounds, "upheld")
        self.story = self._told()

    def _rules(self) -> Iterator[object]:
        named = f"{self.ledger}.allocation"
        yield rule(f"{named}.formula.borrow", RuleKind.FORMULA, *BORROW)
        yield rule(f"{named}.clawback_days", RuleKind.INTEGER, "0")
        yield rule(f"{named}.false_data_ratio_min", RuleKind.RATIO, "0.5")

    def follow(self) -> c.AnyCommand | None:
        """Return the next step of the story, if it is time for it."""
        return next(self.story, None)

    def _told(self) -> Story:
        """Go on from the day after the publication. `None` waits."""
        yield from self._wait(SERIES)
        yield asking(IssueAllocation(DISPUTED, self._bytes(DISPUTED, 0), "not revised"))
        act = IssueAllocation(SERIES, self._bytes(SERIES, 0), "plan")
        yield from self._carried_out(SERIES, act)
        yield self._true_up_publication(self._content(TRUE_UP, 2))
        yield self._true_up_publication(self._content(ODD, 9))
        yield self._true_up_publication(self._content(LATER, 2, vintage="1999"))
        yield from self._closings()
        yield asking(IssueAllocation(TRUE_UP, self._bytes(TRUE_UP, 2), "plan"))
        yield asking(TrueUpAllocation(1, b"", "no true-up"))
        yield from self._wait(LATER)
        yield asking(TrueUpAllocation(LATER, self._bytes(LATER, 2, "1999"), "differs"))
        yield c.CancelOrders(3, 0, 0)
        everything = self.state.accounts.all[self._holding(3)].available
        yield c.CreateTransfer(3, (self._leg(3, 2, everything),), False, "all away")
        act = TrueUpAllocation(TRUE_UP, self._bytes(TRUE_UP, 2), "true-up")
        yield from self._carried_out(TRUE_UP, act)
        yield c.CreateTransfer(3, (self._leg(3, 2),), False, "while owing")
        yield c.CreateTransfer(2, (self._leg(2, 3),), False, "to pay with")
        for claim in list(self.state.after_issue.claims.values()):
            yield SettleClaim(claim.participant_id, claim.claim_id)

    def _closings(self) -> Story:
        """Close an entity, after all that is refused about it."""
        for entity, later, months in (("none", 0, 1), ("entity-2", 9, 1), ("entity-2", 0, 13)):
            yield asking(self._closing(entity, months, later))
        yield from self._agreed(self._closing("entity-2", 6))
        yield asking(self._closing("entity-2", 6))

    def _wait(self, plan_id: int) -> Story:
        """Wait until the time for objections to a plan is over."""
        while True:
            plan = self.state.allocation.plans.get(plan_id)
            if plan is not None and plan.objections_until < self.state.today:
                return
            yield None

    def _carried_out(self, plan_id: int, act: c.AnyCommand) -> Story:
        """Have an act on a plan done, once again when something came between."""
        for _ in range(6):
            for who in range(1, 5):
                yield self.moving(who, BAOTOU)
            yield from self._agreed(act)
            plan = self.state.allocation.plans.get(plan_id)
            if plan is not None and plan.issued:
                return
            yield from [None] * 10

    def _agreed(self, act: c.AnyCommand) -> Story:
        """Have two people do an act."""
        yield asking(act)
        yield self._granting(act)
        yield None

    def _granting(self, act: c.AnyCommand) -> ApproveRequest:
        told = hashlib.sha256(encode_command(act)).digest()
        waiting = self.state.approvals.pending.values()
        number = next((one.approval_id for one in waiting if one.command_hash == told), 0)
        return ApproveRequest(0, 2, number, told, type(act).__name__)

    # What the story is about

    def _content(self, plan_id: int, phase: int, vintage: str = "2026") -> PlanContent:
        quantities = (90, 60, 80) if not phase else (120, 30, 0)
        rows = tuple(
            PlanRow(f"entity-{who}", who, quantity) for who, quantity in enumerate(quantities, 1)
        )
        name = f"{self.ledger}.allocation.formula.fixed"
        terms = (RuleRef(name, 1), vintage, "", "", Day(0), Day(0), rows)
        series = SERIES if phase else 0
        return PlanContent(plan_id, 1, self.tracked, *terms, series=series, phase=phase)

    def _bytes(self, plan_id: int, phase: int, vintage: str = "2026") -> bytes:
        return encode_content(self._content(plan_id, phase, vintage))

    def _publication(self, content: PlanContent) -> PublishPlan:
        terms = self._terms_of(content)
        return PublishPlan(content.plan_id, 1, self.tracked, *terms, self.state.today, "plan")

    def _true_up_publication(self, content: PlanContent) -> PublishTrueUp:
        terms = (*self._terms_of(content), self.state.today, "true-up", SERIES, content.phase)
        return PublishTrueUp(content.plan_id, 1, self.tracked, *terms)

    def _terms_of(self, content: PlanContent) -> tuple[bytes, int, int]:
        pinned = content_hash(encode_content(content))
        return pinned, len(content.rows), sum(row.quantity for row in content.rows)

    def _deduction(self, quantity: int, ground: Ground) -> RegisterDeduction:
        return RegisterDeduction(1, "", self.tracked, True, quantity, 0, ground, "decision")

    def _borrowing(self, quantity: int) -> BorrowAllowances:
        unit = 10 ** self.state.assets[self.tracked].scale
        terms = (200 * unit, 100 * unit, quantity * unit, "2026", "gap")
        return BorrowAllowances(4, "entity-4", self.tracked, *terms)

    def _closing(self, entity: str, months: int, later: int = 0) -> CloseEntity:
        on = Day(self.state.today + later)
        return CloseEntity(SERIES, entity, on, months, "adjustment", "closed")

    def _leg(self, giver: int, taker: int, quantity: int = 1) -> c.TransferLeg:
        return c.TransferLeg(self._holding(giver), self._holding(taker), quantity, 0)

    def _holding(self, who: int) -> int:
        """Return a member's account for the asset, or its cash account before it has one."""
        member = self.state.participants[who]
        return member.holdings.get(self.tracked, member.cash).account_id

    # At random

    def after_issue(self) -> c.AnyCommand:
        """Deduct, close, borrow or settle something, mostly of what is there."""
        random = self.random
        kind = random.randrange(4)
        if kind == 0:
            ratio = random.choice((0, 0, 250_000))
            member, quantity = random.randrange(1, 10), 0 if ratio else random.randrange(60)
            terms = (self.tracked, random.random() < 0.5, quantity, ratio)
            return asking(RegisterDeduction(member, "", *terms, Ground.CORRECTION, "decision"))
        if kind == 1:
            series = random.choice((*self.state.after_issue.series, 1))
            entity = f"entity-{random.randrange(9)}"
            pot = random.choice(("", "adjustment", "none"))
            today = self.state.today
            closed = CloseEntity(series, entity, today, random.randrange(14), pot, "closed")
            return asking(closed)
        if kind == 2:
            return asking(self._borrowing(random.randrange(4)))
        claims = list(self.state.after_issue.claims.values())
        if not claims:
            return SettleClaim(random.randrange(1, 9), 1)
        claim = random.choice(claims)
        return SettleClaim(claim.participant_id, claim.claim_id)
