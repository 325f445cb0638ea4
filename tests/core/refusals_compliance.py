"""Rows of refusals: the compliance cycle."""

from exchange.core.commands import AuthoriseIssuance, FreezeParticipant
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleKind, RuleRef
from exchange.core.units import NUMBER_MAX
from tests.core.allocation_markets import set_total
from tests.core.compliance_markets import (
    PREPARER,
    SECOND,
    SURRENDER_BY,
    VERIFIER,
    determined,
    determining,
    due,
    estimating,
    fined,
    fining,
    giving,
    ledger,
    listed,
    listing,
    lot,
    objected,
    objecting,
    opened,
    opening,
    report,
    returned,
    returning,
    submitted,
    unreported,
    verified,
    verifying,
)
from tests.support.builders import Market, asking, rule

R = RejectReason
FOUR_EYES = "carbon.approvals.four_eyes"
INDEPENDENT = "carbon.compliance.verifier_independence"
OBJECTION, LATE = "carbon.compliance.objection_days", "carbon.compliance.late_surrender"
KINDS, VINTAGES = "carbon.compliance.offset_kinds", "carbon.compliance.vintages.2025"
OFFSET, MULTIPLE = "carbon.compliance.offset_max", "carbon.compliance.fine_multiple_max"
TYPES = "carbon.eligibility.account_types"
ENTRY = ("a", 1, 26_000, True, "threshold")


def exited() -> Market:
    built = listed()
    built.do(listing(("a", 1, 0, False, "closed")))
    return built


def exited_since() -> Market:
    """It reported, and left before anybody verified that."""
    built = submitted()
    built.do(listing(("a", 1, 0, False, "closed")))
    return built


def frozen() -> Market:
    built = verified()
    built.do(FreezeParticipant(1, "court order"))
    return built


def strict() -> Market:
    """Nothing is surrendered after the deadline."""
    built = verified()
    built.activate(rule(LATE, RuleKind.FLAG, "false"))
    built.advance("2027-01-01 09:35")
    return built


def not_yet() -> Market:
    """Lot 5 becomes valid in June."""
    built = verified()
    built.do(lot(1, 100, "2025", valid_from=SURRENDER_BY))
    return built


def unpunished() -> Market:
    """The period ended before any rule on fines."""
    built = ledger()
    days = {"first_day": 1, "last_day": 2, "report_by": 3, "surrender_by": 4}
    built.agreed(opening("1970", **days))
    built.do(listing(ENTRY, period="1970"))
    built.agreed(estimating(1_000))
    built.agreed(determining(period="1970"))
    return built


def foreign() -> Market:
    """Asset 4 is of a kind that does not count; 1 holds lot 5 of it."""
    built = verified()
    built.define("SO2", "SO2")
    built.authorise("100", 4)
    built.do(lot(1, 50, "2025", 4))
    return built


def named(code: str) -> Market:
    built = ledger()
    built.define(code)
    return built


def resubmitted() -> Market:
    built = returned()
    built.do(report(1_100))
    return built


def again() -> Market:
    """The report was verified again after the objection."""
    built = objected()
    built.do(verifying(990, SECOND))
    return built


def at(built: Market, local: str) -> Market:
    built.advance(local)
    return built


def whole() -> Market:
    """Nobody is short."""
    built = due()
    built.agreed(giving((1, 1_000)))
    built.agreed(giving((2, 900), owner=2, obligation=2))
    built.agreed(determining())
    return built


ROWS = [
    ("open a period alone", ledger, opening(), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("open a period twice", opened, asking(opening()), R.PERIOD_EXISTS, None),
    ("open for no kind", ledger, asking(opening(kind="DUTY")), R.ASSET_UNKNOWN, None),
    ("open backwards", ledger, asking(opening(report_by=1)), R.VALIDITY_BACKWARDS, None),
    (
        "open over an asset",
        lambda: named("DUTY-2025"),
        asking(opening()),
        R.ASSET_EXISTS,
        None,
    ),
    ("authorise what is owed", opened, AuthoriseIssuance(3, 1, ""), R.ASSET_UNKNOWN, None),
    ("total of what is owed", opened, asking(set_total("", asset=3)), R.ASSET_UNKNOWN, None),
    ("list for no period", ledger, listing(ENTRY), R.PERIOD_UNKNOWN, None),
    ("determine no period", ledger, asking(determining()), R.PERIOD_UNKNOWN, None),
    ("list nobody", opened, listing(), R.BATCH_EMPTY, None),
    ("list an entity twice", opened, listing(ENTRY, ENTRY), R.ENTITY_DUPLICATED, None),
    (
        "list another's entity",
        listed,
        listing(("a", 2, 0, True, "")),
        R.ENTITY_DUPLICATED,
        None,
    ),
    (
        "list a stranger",
        opened,
        listing(("a", 9, 0, True, "")),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    (
        "list the operator",
        opened,
        listing(("a", 4, 0, True, "")),
        R.ACCOUNT_TYPE_NOT_ELIGIBLE,
        TYPES,
    ),
    (
        "a threshold below zero",
        opened,
        listing(("a", 1, -1, True, "")),
        R.QUANTITY_NOT_POSITIVE,
        None,
    ),
    ("list too late", determined, listing(ENTRY), R.PERIOD_DETERMINED, None),
    ("report as a stranger", listed, report(owner=9), R.PARTICIPANT_NOT_ADMITTED, None),
    ("report for another", listed, report(owner=2), R.OBLIGATION_UNKNOWN, None),
    ("estimate nobody", listed, asking(estimating(obligation=9)), R.OBLIGATION_UNKNOWN, None),
    ("fine nobody", listed, asking(fining(obligation=9)), R.OBLIGATION_UNKNOWN, None),
    (
        "surrender for another",
        verified,
        asking(giving((2, 1), owner=2)),
        R.OBLIGATION_UNKNOWN,
        None,
    ),
    ("report after leaving", exited, report(), R.ENTITY_NOT_LISTED, None),
    ("verify who has left", exited_since, verifying(), R.ENTITY_NOT_LISTED, None),
    ("report too late to correct", determined, report(), R.PERIOD_DETERMINED, None),
    ("report twice", submitted, report(), R.REPORT_PENDING, None),
    ("report over an objection", objected, report(), R.REPORT_PENDING, None),
    (
        "report after the deadline",
        unreported,
        report(owner=2, obligation=2),
        R.REPORT_DEADLINE_PASSED,
        None,
    ),
    (
        "report by no method",
        listed,
        report(method=RuleRef("carbon.compliance.formula.none", 1)),
        R.RULE_MISSING,
        None,
    ),
    ("report below zero", listed, report(-1), R.QUANTITY_NOT_POSITIVE, None),
    ("report too much", listed, report(NUMBER_MAX), R.NUMBER_TOO_LARGE, None),
    ("estimate alone", unreported, estimating(obligation=2), R.APPROVAL_REQUIRED, FOUR_EYES),
    (
        "estimate too early",
        listed,
        asking(estimating(obligation=2)),
        R.REPORT_DEADLINE_OPEN,
        None,
    ),
    ("estimate who has left", exited, asking(estimating()), R.ENTITY_NOT_LISTED, None),
    ("estimate what was reported", submitted, asking(estimating()), R.REPORT_PENDING, None),
    (
        "estimate below zero",
        unreported,
        asking(estimating(-1, obligation=2)),
        R.QUANTITY_NOT_POSITIVE,
        None,
    ),
    ("estimate afterwards", determined, asking(estimating()), R.PERIOD_DETERMINED, None),
    ("return nothing", listed, returning(), R.REPORT_UNKNOWN, None),
    ("verify nothing", listed, verifying(), R.REPORT_UNKNOWN, None),
    ("return what is verified", verified, returning(SECOND), R.REPORT_NOT_PENDING, None),
    ("verify twice", verified, verifying(who=SECOND), R.REPORT_NOT_PENDING, None),
    (
        "verify an old version",
        resubmitted,
        verifying(),
        R.REPORT_SUPERSEDED,
        None,
    ),
    (
        "verify as its preparer",
        submitted,
        verifying(who=PREPARER),
        R.VERIFIER_CONFLICT,
        INDEPENDENT,
    ),
    ("verify one's own", submitted, verifying(who=1), R.VERIFIER_CONFLICT, INDEPENDENT),
    ("return one's own", submitted, returning(1), R.VERIFIER_CONFLICT, INDEPENDENT),
    (
        "verify again as before",
        objected,
        verifying(who=VERIFIER),
        R.VERIFIER_CONFLICT,
        INDEPENDENT,
    ),
    ("verify below zero", submitted, verifying(-1), R.QUANTITY_NOT_POSITIVE, None),
    ("verify afterwards", determined, verifying(), R.PERIOD_DETERMINED, None),
    ("object to nothing", listed, objecting(), R.REPORT_UNKNOWN, None),
    ("object for another", verified, objecting(owner=2), R.REPORT_UNKNOWN, None),
    ("object before", submitted, objecting(), R.REPORT_NOT_PENDING, None),
    ("object too late", unreported, objecting(), R.VERIFICATION_FINAL, OBJECTION),
    ("object twice", again, objecting(), R.VERIFICATION_FINAL, OBJECTION),
    ("surrender alone", verified, giving((1, 1)), R.APPROVAL_REQUIRED, FOUR_EYES),
    (
        "surrender as a stranger",
        verified,
        asking(giving((1, 1), owner=9)),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    ("surrender no lot", verified, asking(giving((9, 1))), R.LOT_UNKNOWN, None),
    ("surrender while frozen", frozen, asking(giving((1, 1))), R.PARTICIPANT_FROZEN, None),
    (
        "surrender after the deadline",
        strict,
        asking(giving((1, 1))),
        R.SURRENDER_DEADLINE_PASSED,
        LATE,
    ),
    (
        "surrender after the correction",
        lambda: at(determined(), "2027-04-01 09:35"),
        asking(giving((1, 1))),
        R.PERIOD_DETERMINED,
        None,
    ),
    ("surrender nothing", verified, asking(giving()), R.BATCH_EMPTY, None),
    ("surrender none of a lot", verified, asking(giving((1, 0))), R.QUANTITY_NOT_POSITIVE, None),
    (
        "surrender beyond numbers",
        verified,
        asking(giving((1, NUMBER_MAX + 1))),
        R.NUMBER_TOO_LARGE,
        None,
    ),
    (
        "surrender another kind",
        foreign,
        asking(giving((5, 1))),
        R.SURRENDER_KIND_REFUSED,
        KINDS,
    ),
    (
        "surrender another vintage",
        verified,
        asking(giving((3, 1))),
        R.SURRENDER_VINTAGE_REFUSED,
        VINTAGES,
    ),
    ("surrender before validity", not_yet, asking(giving((5, 1))), R.LOT_NOT_VALID, None),
    (
        "surrender what is not there",
        verified,
        asking(giving((1, 1_500), (1, 501))),
        R.UNITS_INSUFFICIENT,
        "carbon.settlement.prefunding",
    ),
    (
        "surrender another's lot",
        verified,
        asking(giving((2, 1))),
        R.UNITS_INSUFFICIENT,
        "carbon.settlement.prefunding",
    ),
    (
        "one unit more than is owed",
        verified,
        asking(giving((1, 1_001))),
        R.SURRENDER_ABOVE_DUE,
        None,
    ),
    (
        "one unit over the offset limit",
        verified,
        asking(giving((4, 51))),
        R.OFFSET_LIMIT_EXCEEDED,
        OFFSET,
    ),
    ("determine alone", due, determining(), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("determine twice", determined, asking(determining()), R.PERIOD_DETERMINED, None),
    (
        "determine too early",
        unreported,
        asking(determining()),
        R.SURRENDER_DEADLINE_OPEN,
        None,
    ),
    (
        "determine over an open figure",
        lambda: at(unreported(), "2027-01-04 09:35"),
        asking(determining()),
        R.REPORT_UNVERIFIED,
        None,
    ),
    (
        "correct by yesterday",
        due,
        asking(determining("2027-01-03")),
        R.VALIDITY_BACKWARDS,
        None,
    ),
    ("fine alone", determined, fining(), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("fine too early", due, asking(fining()), R.PERIOD_NOT_DETERMINED, None),
    ("fine twice", fined, asking(fining()), R.FINE_EXISTS, None),
    ("fine who is not short", whole, asking(fining()), R.SHORTFALL_NONE, None),
    ("fine by no rule", unpunished, asking(fining()), R.RULE_MISSING, None),
    ("fine four times", determined, asking(fining(4)), R.FINE_OUT_OF_RANGE, MULTIPLE),
    ("fine eleven times", determined, asking(fining(11)), R.FINE_OUT_OF_RANGE, MULTIPLE),
    ("fine an amount", determined, asking(fining(5, 9800, 1)), R.FINE_OUT_OF_RANGE, MULTIPLE),
    (
        "fine too much",
        determined,
        asking(fining(10, NUMBER_MAX)),
        R.NUMBER_TOO_LARGE,
        None,
    ),
]
