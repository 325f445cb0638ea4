"""Rows of refusals: true-ups, claims, deductions, closures, borrowing."""

from exchange.core.after_issue.commands import SettleClaim
from exchange.core.after_issue.state import Ground
from exchange.core.reasons import RejectReason as R
from matching import Side
from tests.core.after_issue_markets import (
    SETTLE,
    borrowing,
    cleaning,
    closing,
    deducting,
    due,
    final,
    owing,
    publishing,
    trued_up,
    truing_up,
)
from tests.core.allocation_markets import DAY, issued, objected, tracked
from tests.support.builders import Market, asking, issuing, order, plan

FOUR_EYES, LIMIT = "carbon.approvals.four_eyes", "carbon.totals.hard_limit"
MORE = final(("a", 1, 450))
OVER = final(("a", 1, 401), ("b", 2, 300), ("c", 5, 200))
OF_ANOTHER = final(("b", 1, 300))
LATE = final(("a", 1, 450), vintage="2024")
NEW_STRANGER = final(("d", 9, 1))
FALSE = {"ground": Ground.FALSE_DATA}


def closed() -> Market:
    built = issued()
    built.agreed(closing())
    return built


def of_another_asset() -> Market:
    built = issued()
    built.define("CEA26")
    built.total(10, "", asset=2)
    return built


ROWS = [
    ("true up no plan", tracked, asking(truing_up(MORE)), R.PLAN_UNKNOWN, None),
    ("true up what is no series", tracked, publishing(MORE), R.SERIES_UNKNOWN, None),
    ("close an entity of no series", tracked, asking(closing()), R.SERIES_UNKNOWN, None),
    ("close what was given nothing", issued, asking(closing("z")), R.ENTITY_NOT_IN_SERIES, None),
    ("close into no pot", issued, asking(closing(pot="x")), R.POT_UNKNOWN, None),
    ("settle no claim", owing, SettleClaim(1, 9), R.CLAIM_UNKNOWN, None),
    ("settle another's claim", owing, SettleClaim(2, 1), R.CLAIM_UNKNOWN, None),
    (
        "deduct from a stranger",
        issued,
        asking(deducting(1, member_id=9)),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    ("deduct no asset", issued, asking(deducting(1, asset_id=9)), R.ASSET_UNKNOWN, None),
    ("true up alone", lambda: due(MORE), truing_up(MORE), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("deduct alone", issued, deducting(1), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("close alone", issued, closing(), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("borrow alone", cleaning, borrowing(), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("true up twice", lambda: trued_up(MORE), asking(truing_up(MORE)), R.PLAN_ALREADY_ISSUED, None),
    ("issue a true-up", lambda: due(MORE), asking(issuing(MORE)), R.PLAN_IS_TRUE_UP, None),
    (
        "true up a plan that is none",
        objected,
        asking(truing_up(plan(("a", 1, 400), ("b", 2, 300)))),
        R.PLAN_NOT_TRUE_UP,
        None,
    ),
    (
        "true up other rows",
        lambda: due(MORE),
        asking(truing_up(final(("a", 1, 451)))),
        R.PLAN_CHANGED,
        None,
    ),
    (
        "publish a phase too far",
        issued,
        publishing(final(("a", 1, 1), phase=3)),
        R.SERIES_OUT_OF_ORDER,
        None,
    ),
    (
        "publish a true-up of itself",
        issued,
        publishing(final(("a", 1, 1), plan_id=1)),
        R.PLAN_ALREADY_ISSUED,
        None,
    ),
    (
        "publish a true-up of another asset",
        of_another_asset,
        publishing(final(("a", 1, 1), asset_id=2)),
        R.SERIES_DIFFERS,
        None,
    ),
    ("true up another vintage", lambda: due(LATE), asking(truing_up(LATE)), R.SERIES_DIFFERS, None),
    (
        "true up for another holder",
        lambda: due(OF_ANOTHER),
        asking(truing_up(OF_ANOTHER)),
        R.SERIES_DIFFERS,
        None,
    ),
    (
        "true up a stranger",
        lambda: due(NEW_STRANGER),
        asking(truing_up(NEW_STRANGER)),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    ("close twice", closed, asking(closing()), R.ENTITY_CLOSED, None),
    (
        "raise a closed entity",
        lambda: due(MORE, closed()),
        asking(truing_up(MORE)),
        R.ENTITY_CLOSED,
        None,
    ),
    ("close tomorrow", issued, asking(closing(closed_on=DAY + 9)), R.CLOSURE_NOT_YET, None),
    ("deduct nothing", issued, asking(deducting()), R.DEDUCTION_INVALID, None),
    ("deduct both ways", issued, asking(deducting(1, 1)), R.DEDUCTION_INVALID, None),
    ("deduct more than all", issued, asking(deducting(ratio=1_000_001)), R.DEDUCTION_INVALID, None),
    (
        "deduct too little for false data",
        issued,
        asking(deducting(ratio=499_999, **FALSE)),
        R.DEDUCTION_BELOW_MINIMUM,
        "carbon.allocation.false_data_ratio_min",
    ),
    ("close after thirteen months", issued, asking(closing(months=13)), R.FORMULA_REFUSES, None),
    ("borrow where no plan lets one", issued, asking(borrowing()), R.RULE_MISSING, None),
    ("borrow nothing", cleaning, asking(borrowing(0)), R.QUANTITY_NOT_POSITIVE, None),
    (
        "sell what one owes",
        owing,
        order(1, Side.SELL, 1, 4800),
        R.CLAIM_OPEN,
        "carbon.allocation.clawback_days",
    ),
    ("settle with nothing", owing, SETTLE, R.UNITS_INSUFFICIENT, "carbon.settlement.prefunding"),
    (
        "one unit over the total at a true-up",
        lambda: due(OVER),
        asking(truing_up(OVER)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    (
        "borrow one unit more",
        cleaning,
        asking(borrowing(60_001)),
        R.BORROW_EXCEEDS_GAP,
        "carbon.allocation.borrow_max_of_gap",
    ),
]
