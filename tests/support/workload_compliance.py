"""The part of the workload that is the compliance cycle: reports, surrender, what is short."""

import hashlib
from collections.abc import Iterator
from random import Random

from exchange.core import commands as c
from exchange.core.accounts import LOT_MASK
from exchange.core.approvals.commands import ApproveRequest
from exchange.core.compliance.commands import (
    DeterminePeriod,
    EstimateConservatively,
    ImposeFine,
    ListedEntity,
    ListEntities,
    ObjectVerification,
    OpenPeriod,
    ReturnReport,
    SubmitReport,
    SurrenderItem,
    SurrenderUnits,
    VerifyReport,
)
from exchange.core.compliance.duty import missing
from exchange.core.compliance.state import Obligation, Standing
from exchange.core.outcomes import encode_command
from exchange.core.rules import RuleKind, RuleRef
from exchange.core.state import State
from exchange.core.types import Day
from exchange.core.units import NUMBER_MAX
from tests.support.builders import asking, rule

TEXT = hashlib.sha256(b"text").digest()
FUTURE = Day(30_000)
OPEN, PAST = "2025", "1970"
"""A period in which there is still time, and one whose deadlines are over."""
RULES = (
    ("compliance.late_surrender", "flag", "false"),
    ("compliance.late_surrender", "flag", "true"),
    ("compliance.late_surrender", "flag", "true"),
)


class Complying:
    """Reports, verifications, surrender and fines at random."""

    ledger: str
    random: Random
    state: State
    main_kind: str

    def opening_compliance(self) -> Iterator[c.AnyCommand]:
        """Take one entity through a period that is over, and others into one that is not."""
        figures = (("fine_multiple_min", "5"), ("fine_multiple_max", "10"))
        fines = tuple(
            rule(
                f"{self.ledger}.compliance.{name}", RuleKind.INTEGER, value, valid_from="1970-01-01"
            )
            for name, value in figures
        )
        yield c.ActivateRules(fines, "order")
        today = self.state.today
        yield from self._agreed(OpenPeriod(PAST, self.main_kind, 0, 0, 0, 1, "notice"))
        yield from self._agreed(
            OpenPeriod(OPEN, self.main_kind, 0, today, FUTURE, FUTURE, "notice")
        )
        entries = tuple(ListedEntity(f"e{who}", who, 1, True, "threshold") for who in (1, 2, 3))
        yield ListEntities(PAST, entries, "list")
        yield ListEntities(OPEN, entries[1:], "list")
        holder = self.state.participants.get(1)
        if len(self.state.compliance.obligations) < 5 or holder is None or 1 not in holder.holdings:
            return  # what comes now needs a command that was lost
        yield self.reporting(next(iter(self.state.compliance.obligations.values())))  # too late
        early = DeterminePeriod(PAST, FUTURE, "determination")
        yield asking(early)  # refused: nothing is known of the entities
        for number, quantity in ((1, 10), (2, 10), (3, 0)):
            yield from self._agreed(EstimateConservatively(number, quantity, TEXT, "estimate"))
        first = holder.holdings[1].parcels[0][0] & LOT_MASK
        given = SurrenderUnits(1, 1, (SurrenderItem(first, 1),))
        late = f"{self.ledger}.compliance.late_surrender"
        yield c.ActivateRules((rule(late, RuleKind.FLAG, "false", version=98),), "order")
        yield asking(given)  # refused: it is late
        yield c.ActivateRules((rule(late, RuleKind.FLAG, "true"),), "order")
        yield from self._agreed(given)
        yield from self._agreed(early)
        yield from self._agreed(ImposeFine(1, 5, 9800, 0, "decision"))
        yield self.reporting(self.state.compliance.obligations[4])
        yield VerifyReport(90, 1, 1_000, TEXT, "verified")
        yield ObjectVerification(2, 1, TEXT)
        yield VerifyReport(91, 1, 990, TEXT, "verified")
        yield ObjectVerification(2, 1, TEXT)  # refused: that was final
        yield self.reporting(self.state.compliance.obligations[5])
        yield ReturnReport(90, 2, TEXT, "returned")
        yield self.reporting(self.state.compliance.obligations[5])
        yield VerifyReport(90, 2, 1, TEXT, "verified")  # refused: there is a later version
        terms = ("2024", "", "", FUTURE, Day(0), Day(0), "plan")
        yield c.IssueUnits(1, 2, 10, *terms)
        invalid = SurrenderUnits(2, 4, (SurrenderItem(self.state.last_lot, 1),))
        yield asking(invalid)  # refused: not valid yet and, where it matters, too old

    def _agreed(self, act: c.AnyCommand) -> Iterator[c.AnyCommand]:
        """Have two people carry out an act."""
        yield asking(act)
        waiting = self.state.approvals.pending.get(self.state.approvals.last)
        told = hashlib.sha256(encode_command(act)).digest()
        owner = waiting.participant_id if waiting else 0
        yield ApproveRequest(owner, 2, self.state.approvals.last, told, type(act).__name__)

    def obligation(self) -> Obligation:
        """Choose an obligation, mostly one of a period that is not over."""
        every = list(self.state.compliance.obligations.values())
        current = [each for each in every if each.period != PAST]
        return self.random.choice(every if self.random.random() < 0.1 else current or every)

    def reporting(self, obligation: Obligation) -> SubmitReport:
        method = RuleRef(f"{self.ledger}.compliance.formula.source", 1)
        owner, number = obligation.participant_id, obligation.obligation_id
        return SubmitReport(owner, number, 1_000, TEXT, method, TEXT, 92)

    def surrendering(self, obligation: Obligation, quantity: int) -> SurrenderUnits:
        """Surrender of a lot that the entity's participant holds."""
        member = self.state.participants[obligation.participant_id]
        held = [one for one in member.holdings.values() if one.parcels]
        main = [one for one in held if self.state.assets[one.asset_id].kind == self.main_kind]
        held = main if main and self.random.random() < 0.7 else held
        lot_id = 1
        if held and self.random.random() < 0.9:
            lot_id = self.random.choice(held).parcels[0][0] & LOT_MASK
        items = (SurrenderItem(lot_id, quantity),)
        return SurrenderUnits(obligation.participant_id, obligation.obligation_id, items)

    def act(self) -> c.AnyCommand:
        """Choose what two people shall do, in the cycle or outside it."""
        return self.compliance_act() if self.random.random() < 0.4 else super().act()

    def compliance_act(self) -> c.AnyCommand:
        """Choose what two people shall do in the cycle."""
        random, obligation = self.random, self.obligation()
        number = obligation.obligation_id
        kind = random.randrange(12)
        if kind < 5:
            every = self.state.compliance.obligations.values()
            owing = [each for each in every if missing(self.state, each)]
            obligation = random.choice(owing or [obligation])
            owed = missing(self.state, obligation)
            most = owed + 1 if random.random() < 0.2 else owed // 9
            return self.surrendering(obligation, random.randrange(most + 2))
        if kind == 5:
            return EstimateConservatively(number, random.randrange(-5, 900), TEXT, "estimate")
        if kind < 8:
            today = self.state.today
            codes = (*self.state.compliance.periods, "none")
            return DeterminePeriod(random.choice(codes), Day(today + 9), "determination")
        if kind == 8:
            return self._opening()
        multiple, price = random.choice((4, 5, 10)), random.choice((9800, 9800, NUMBER_MAX))
        return ImposeFine(random.choice((1, 2, 3, number, 99)), multiple, price, 0, "decision")

    def _opening(self) -> OpenPeriod:
        """Open a period whose deadlines come soon, or one that is there."""
        random, today = self.random, self.state.today
        report_by = Day(today + random.randrange(-1, 2))
        surrender_by = Day(report_by + random.randrange(-1, 2))
        code = random.choice((OPEN, f"P{random.randrange(30)}"))
        kind = self.main_kind if random.random() < 0.9 else "none"
        return OpenPeriod(code, kind, Day(today - 2), Day(today - 1), report_by, surrender_by, "")

    def entities(self) -> ListEntities:
        """List some entities, or take them off the list."""
        random = self.random
        code = random.choice((*self.state.compliance.periods, "none"))
        entries = tuple(
            ListedEntity(f"e{who}", who, random.randrange(-1, 30), random.random() < 0.8, "ground")
            for who in (random.randrange(1, 10) for _ in range(random.randrange(1, 3)))
        )
        return ListEntities(code, entries, "list")

    def report(self) -> SubmitReport:
        return self.reporting(self.obligation())

    def verification(self) -> c.AnyCommand:
        """Verify what waits, or what does not; return it, or object to it."""
        random, compliance = self.random, self.state.compliance
        number = self.obligation().report_id or 1
        waiting = [
            each.report_id
            for each in compliance.obligations.values()
            if each.standing in (Standing.SUBMITTED, Standing.OBJECTED)
        ]
        if waiting and random.random() < 0.7:
            number = random.choice(waiting)
        if random.random() < 0.1:
            number = random.randrange(len(compliance.reports) + 3)
        verifier = random.choice((90, 91, 91, 92))
        kind = random.randrange(6)
        if kind == 0:
            return ReturnReport(verifier, number, TEXT, "returned")
        if kind == 1:
            report = compliance.reports.get(number)
            obligation = compliance.obligations.get(report.obligation_id if report else 0)
            owner = obligation.participant_id if obligation else 1
            return ObjectVerification(owner, number, TEXT)
        return VerifyReport(verifier, number, random.randrange(-1, 2_000), TEXT, "verified")
