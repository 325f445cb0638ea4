"""Markets in a compliance period, and short ways to say their commands."""

import hashlib

from exchange.core.commands import IssueUnits
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
from exchange.core.rules import RuleRef, read_day
from exchange.core.types import AccountType
from tests.support.builders import Market

FIRST, LAST = read_day("2025-01-01"), read_day("2025-12-31")
REPORT_BY, SURRENDER_BY = read_day("2026-03-31"), read_day("2026-12-31")
TEXT = hashlib.sha256(b"text").digest()
METHOD = RuleRef("carbon.compliance.formula.source", 1)
VERIFIER, SECOND, PREPARER = 90, 91, 92


def opening(code: str = "2025", kind: str = "CEA", **days: int) -> OpenPeriod:
    terms = {
        "first_day": FIRST,
        "last_day": LAST,
        "report_by": REPORT_BY,
        "surrender_by": SURRENDER_BY,
    }
    return OpenPeriod(code, kind, document="notice", **terms | days)


def listing(*entries: tuple, period: str = "2025") -> ListEntities:
    listed = tuple(ListedEntity(*entry) for entry in entries)
    return ListEntities(period, listed, "list")


def report(quantity: int = 1_000, owner: int = 1, obligation: int = 1, **changes) -> SubmitReport:
    terms = {"method": METHOD, "preparer_id": PREPARER}
    return SubmitReport(
        owner, obligation, quantity, report_hash=TEXT, trace_hash=TEXT, **terms | changes
    )


def verifying(quantity: int = 1_000, who: int = VERIFIER, report_id: int = 1) -> VerifyReport:
    return VerifyReport(who, report_id, quantity, TEXT, "verified")


def returning(who: int = VERIFIER, report_id: int = 1) -> ReturnReport:
    return ReturnReport(who, report_id, TEXT, "returned")


def objecting(owner: int = 1, report_id: int = 1) -> ObjectVerification:
    return ObjectVerification(owner, report_id, TEXT)


def estimating(quantity: int = 900, obligation: int = 1) -> EstimateConservatively:
    return EstimateConservatively(obligation, quantity, TEXT, "estimate")


def giving(*items: tuple[int, int], owner: int = 1, obligation: int = 1) -> SurrenderUnits:
    """Surrender (lot, quantity)."""
    return SurrenderUnits(owner, obligation, tuple(SurrenderItem(*item) for item in items))


def determining(correct_by: str = "2027-03-31", period: str = "2025") -> DeterminePeriod:
    return DeterminePeriod(period, read_day(correct_by), "determination")


def fining(
    multiple: int = 5, price: int = 9800, amount: int = 0, obligation: int = 1
) -> ImposeFine:
    return ImposeFine(obligation, multiple, price, amount, "decision")


def lot(owner: int, quantity: int, vintage: str, asset: int = 1, **days: int) -> IssueUnits:
    terms = {"valid_from": 0, "valid_to": 0, "tradable_from": 0} | days
    return IssueUnits(asset, owner, quantity, vintage, region="", basin="", source="plan", **terms)


def ledger() -> Market:
    """1 and 2 hold lots 1 and 2 of CEA, of 2025; 1 also lot 3 of 2024, lot 4 of CCER (asset 2)."""
    built = Market()
    built.define()
    built.define("CCER", "CCER")
    built.authorise("1000000000")
    built.authorise("1000000", 2)
    for participant_id in (1, 2):
        built.admit(participant_id)
    built.admit(4, AccountType.OPERATOR)
    built.do(lot(1, 2_000, "2025"))
    built.do(lot(2, 2_000, "2025"))
    built.do(lot(1, 500, "2024"))
    built.do(lot(1, 500, "2020", 2))
    return built


def opened() -> Market:
    built = ledger()
    built.agreed(opening())
    return built


def listed() -> Market:
    """Obligation 1 is entity `a` of 1, obligation 2 entity `b` of 2."""
    built = opened()
    built.do(listing(("a", 1, 26_000, True, "threshold"), ("b", 2, 30_000, True, "threshold")))
    return built


def submitted() -> Market:
    built = listed()
    built.do(report())
    return built


def verified() -> Market:
    """Entity `a` owes 1,000."""
    built = submitted()
    built.do(verifying())
    return built


def objected() -> Market:
    built = verified()
    built.do(objecting())
    return built


def returned() -> Market:
    built = submitted()
    built.do(returning())
    return built


def unreported() -> Market:
    """The deadline for reports has passed over entity `b`."""
    built = verified()
    built.advance("2026-04-01 09:35")
    return built


def due() -> Market:
    """Entity `a` owes 1,000, `b` is estimated at 900; the deadline has passed."""
    built = unreported()
    built.agreed(estimating(obligation=2))
    built.advance("2027-01-04 09:35")
    return built


def determined() -> Market:
    """Entity `a` surrendered 400 and is 600 short, `b` is 900 short."""
    built = unreported()
    built.agreed(estimating(obligation=2))
    built.agreed(giving((1, 400)))
    built.advance("2027-01-04 09:35")
    built.agreed(determining())
    return built


def fined() -> Market:
    built = determined()
    built.agreed(fining())
    return built
