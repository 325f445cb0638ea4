"""Rows of refusals: units that their holder wants to end."""

from exchange.core.cancellation.commands import CancelUnits
from exchange.core.commands import FreezeParticipant, FreezeUnits, IssueUnits
from exchange.core.reasons import RejectReason
from exchange.core.units import NUMBER_MAX
from tests.support.builders import Market, asking

R = RejectReason


def cancelling(quantity: int = 1, lot: int = 1, participant: int = 1):
    return CancelUnits(participant, lot, quantity, "beneficiary", "claimed")


def holding():
    """1 has 100 of lot 1; 2 has none."""
    m = Market()
    m.define()
    m.authorise("1000")
    m.admit(1)
    m.admit(2)
    m.issue(1, "100")
    return m


def frozen():
    m = holding()
    m.do(FreezeParticipant(1, "order"))
    return m


def pledged():
    m = holding()
    m.do(FreezeUnits(m.holding(1).account_id, 60, 1, "pledge"))
    return m


def not_yet():
    m = holding()
    tomorrow = m.venue.state.today + 1
    m.do(IssueUnits(1, 1, 5, "2025", "", "", tomorrow, 0, 0, "plan"))
    return m


ROWS = [
    (
        "cancel as a stranger",
        holding,
        asking(cancelling(1, 1, 9)),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    ("cancel what is nothing", holding, asking(cancelling(1, 9)), R.LOT_UNKNOWN, None),
    ("cancel another's", holding, asking(cancelling(1, 1, 2)), R.LOT_UNKNOWN, None),
    ("cancel while frozen", frozen, asking(cancelling()), R.PARTICIPANT_FROZEN, None),
    ("cancel none", holding, asking(cancelling(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("cancel too early", not_yet, asking(cancelling(1, 2)), R.LOT_NOT_VALID, None),
    ("cancel too much", holding, asking(cancelling(NUMBER_MAX + 1)), R.NUMBER_TOO_LARGE, None),
    (
        "cancel what is pledged",
        pledged,
        asking(cancelling(41)),
        R.UNITS_INSUFFICIENT,
        "carbon.settlement.prefunding",
    ),
    (
        "cancel alone",
        holding,
        cancelling(),
        R.APPROVAL_REQUIRED,
        "carbon.approvals.four_eyes",
    ),
]
