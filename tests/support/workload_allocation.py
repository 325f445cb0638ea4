"""The part of the workload that two people do: totals, plans, the inbox."""

import hashlib
from collections.abc import Iterator
from random import Random

import msgspec

from exchange.core import commands as c
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
from exchange.core.approvals.acts import ACTS
from exchange.core.approvals.commands import (
    ApproveRequest,
    RejectRequest,
    RequestApproval,
    WithdrawRequest,
)
from exchange.core.command import Command
from exchange.core.outcomes import encode_command
from exchange.core.rules import RuleKind, RuleRef
from exchange.core.state import State
from exchange.core.totals.commands import (
    AdjustControlTotal,
    CancelTotal,
    SetAside,
    SetControlTotal,
)
from exchange.core.totals.pots import POTS
from exchange.core.types import AccountType, Day
from exchange.core.units import NUMBER_MAX
from tests.support.builders import asking, rule

ROOT, BAOTOU, ORDOS = "150000", "150200", "150600"
PLACES = (ROOT, BAOTOU, ORDOS, "150221", "310000", "elsewhere")
CODE = "TRACKED"
TOLD = 40
"""Plans from here on are parts of a story: nobody objects to them at random."""
RULES = (
    ("approvals.pending_bytes_max", "integer", "150"),
    ("approvals.pending_bytes_max", "integer", "33554432"),
    ("approvals.valid_days", "integer", "3"),
)


def kinds_done(command: c.AnyCommand) -> tuple[type[Command], ...]:
    """What an accepted command did: itself and, when it is an approval, the act."""
    if isinstance(command, ApproveRequest):
        return type(command), ACTS[command.kind].kind
    return (type(command),)


class TwoPeople:
    """Requests, decisions and plans at random, for one asset that has a control total."""

    ledger: str
    random: Random
    contents: dict[int, bytes]
    state: State

    @property
    def tracked(self) -> int:
        return self.state.asset_codes.get(CODE, 1)

    def opening_totals(self, define: c.DefineAsset) -> Iterator[c.AnyCommand]:
        """Give an asset that circulates its totals, and publish a plan under them.

        The plan can be issued from the next day on. A holder moves to another league and back.
        """
        yield define
        yield c.AuthoriseIssuance(self.tracked, 10**4, "before there was a total")
        terms = ("2026", "", "", Day(0), Day(0), Day(0), "before there was a total")
        yield c.IssueUnits(self.tracked, 8, 5_000, *terms)
        name = f"{self.ledger}.allocation.objection_days_min"
        yield c.ActivateRules((rule(name, RuleKind.INTEGER, "0"),), "at once")
        for place, quantity in ((ROOT, 10**6), (BAOTOU, 6 * 10**5), (ORDOS, 10**5)):
            act = SetControlTotal(self.tracked, place, quantity, "total")
            yield asking(act)
            told = hashlib.sha256(encode_command(act)).digest()
            kind = type(act).__name__
            yield ApproveRequest(0, 2, self.state.approvals.last, told, kind)
        yield self.moving(8, ORDOS)
        yield self.moving(8, BAOTOU)
        rows = tuple(PlanRow(f"entity-{who}", who, 5_000) for who in range(1, 9))
        yield self.publication(PlanContent(1, 1, self.tracked, *self._terms(), rows))
        grounds = hashlib.sha256(b"grounds").digest()
        yield FileObjection(1, 1, "entity-1", grounds)
        yield DecideObjection(1, False, grounds, "decision")
        holding = self.state.participants[8].holdings[self.tracked]
        yield c.FreezeUnits(holding.account_id, 1, 0, "pledge")
        asked = asking(AdjustControlTotal(self.tracked, ROOT, 1, "nobody decides"))
        yield msgspec.structs.replace(asked, expires_on=self.state.today)

    def _terms(self) -> tuple[RuleRef, str, str, str, Day, Day]:
        name = f"{self.ledger}.allocation.formula.fixed"
        return RuleRef(name, 1), "2026", "", "", Day(0), Day(0)

    def publication(self, content: PlanContent, days: int = 0, more: int = 0) -> PublishPlan:
        data = encode_content(content)
        self.contents[content.plan_id] = data
        return PublishPlan(
            content.plan_id,
            content.version,
            content.asset_id,
            content_hash(data),
            len(content.rows) + more,
            sum(row.quantity for row in content.rows),
            Day(self.state.today + days),
            "plan",
        )

    def publish(self) -> PublishPlan:
        """Publish some rows, at times for nobody, too soon, or saying what they are not."""
        random = self.random
        number = random.randrange(1, 8)
        known = self.state.allocation.plans.get(number)
        version = (known.version if known else 0) + random.choice((0, 1, 1, 1))
        entities = [random.randrange(9) for _ in range(random.randrange(4))]
        rows = tuple(
            PlanRow(f"entity-{entity}", random.randrange(1, 10), random.randrange(200))
            for entity in entities
        )
        asset = self.tracked if random.random() < 0.9 else random.randrange(4)
        days = 0 if random.random() < 0.9 else -1
        more = 0 if random.random() < 0.9 else 1
        pot = "" if random.random() < 0.8 else random.choice((*POTS[:2], "none"))
        return self.publication(
            PlanContent(number, version, asset, *self._terms(), rows, pot), days, more
        )

    def act(self) -> c.AnyCommand:
        """Choose what two people shall do: a total, its change, or the issue of a plan."""
        random = self.random
        due = [number for number in self.contents if self._due(number)]
        if due and random.random() < 0.8:
            return self._issue(random.choice(due))
        place = random.choice(PLACES)
        kind = random.randrange(5)
        if kind == 0:
            asset = self.tracked if random.random() < 0.7 else random.randrange(6)
            return SetControlTotal(asset, place, random.randrange(2_000), "total")
        if kind == 1:
            change = NUMBER_MAX if random.random() < 0.1 else random.randrange(-900, 900)
            return AdjustControlTotal(self.tracked, place, change, "change")
        if kind == 2:
            pot = random.choice((*POTS[:2], "none"))
            return SetAside(self.tracked, place, pot, random.randrange(-90, 200), "aside")
        if kind == 3:
            return CancelTotal(self.tracked, place, random.randrange(-1, 90), "cancelled")
        return self._issue(random.choice((*self.contents, 99)))

    def _issue(self, number: int) -> IssueAllocation:
        return IssueAllocation(number, self.contents.get(number, b""), "plan")

    def _due(self, number: int) -> bool:
        known = self.state.allocation.plans.get(number)
        today = self.state.today
        return known is not None and not known.issued and known.objections_until < today

    def ask(self) -> c.AnyCommand:
        """Ask for an act; rarely try it alone, for a day too long, or with bytes that are none."""
        random = self.random
        act = self.act()
        if random.random() < 0.05:
            return act
        asked = asking(act, random.randrange(1, 4))
        terms = (asked.requester_id, asked.operator_id, asked.kind, asked.participant_id)
        if random.random() < 0.4:
            last = Day(self.state.today + random.choice((0, 0, 0, 1, random.randrange(13))))
            return RequestApproval(*terms, encode_command(act), last)
        if random.random() < 0.05:
            return RequestApproval(*terms, b"noise", Day(0))
        return asked

    def decide(self) -> c.AnyCommand:
        """Grant mostly; turn down and take back at times; now and then what is not there."""
        random = self.random
        waiting = list(self.state.approvals.pending.values())
        if not waiting or random.random() < 0.05:
            return ApproveRequest(0, 1, self.state.approvals.last + 1, b"", "none")
        one = random.choice((waiting[-1], random.choice(waiting)))
        operator_id = random.randrange(1, 4)
        if random.random() < 0.1:
            return RejectRequest(
                one.participant_id, operator_id, one.approval_id, one.kind, "not now"
            )
        if random.random() < 0.1:
            return WithdrawRequest(90, operator_id, one.approval_id, one.kind, one.participant_id)
        told = one.command_hash if random.random() < 0.95 else b"other"
        return ApproveRequest(one.participant_id, operator_id, one.approval_id, told, one.kind)

    def objection(self) -> FileObjection:
        """Object to something that is open to objections, or is no more, or never was."""
        random = self.random
        plans = [one for one in self.state.allocation.plans.values() if one.plan_id < TOLD]
        today = self.state.today
        timely = [one for one in plans if not one.issued and one.objections_until >= today]
        some = random.choice((timely or plans, plans))
        number = random.choice(some).plan_id if some and random.random() < 0.95 else 99
        who = random.randrange(1, 10)
        grounds = hashlib.sha256(b"grounds").digest()
        return FileObjection(who, number, f"entity-{random.randrange(4)}", grounds)

    def decision(self) -> DecideObjection:
        """Decide what waits longest, at times what is decided or was never filed."""
        random = self.random
        every = list(self.state.allocation.objections.values())
        waiting = [one.objection_id for one in every if not one.decided_version]
        number = waiting[0] if waiting else len(every)
        if random.random() < 0.1:
            number = random.randrange(len(every) + 2)
        reasons = hashlib.sha256(b"reasons").digest()
        return DecideObjection(number, random.random() < 0.3, reasons, "decision")

    def relocate(self) -> c.AdmitParticipant:
        """Have a member move between two leagues, with all that it holds."""
        region = self.random.choice((BAOTOU, BAOTOU, ORDOS))
        return self.moving(self.random.randrange(1, 9), region)

    def moving(self, member: int, region: str) -> c.AdmitParticipant:
        kind = AccountType.COMPLIANCE_ENTITY
        return c.AdmitParticipant(member, kind, region, "yellow_river", "cement", 0, "moved")
