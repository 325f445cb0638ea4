"""Rows of refusals: water years, savings, transfers between leagues."""

from exchange.core.commands import CreateTransfer, TransferLeg
from exchange.core.reasons import RejectReason
from exchange.core.types import AccountType
from exchange.core.units import NUMBER_MAX
from tests.core.water_markets import (
    aside,
    crossing,
    emission,
    flowing,
    leagues_above_region,
    other_leagues,
    overuse,
    ratio,
    saved,
    saving,
    water,
    without_coefficient,
    without_quota,
)
from tests.support.builders import asking

R = RejectReason
MONTH = "water.water_year.first_month"
_FAR = (R.WATER_YEAR_OUT_OF_RANGE, MONTH)
LIMIT = "water.totals.hard_limit"


def away(m, quantity: int = 1_000):
    """1 gives SO2 to 4 of another league."""
    leg = TransferLeg(m.holding(1).account_id, m.holding(4).account_id, quantity, 0)
    return CreateTransfer(1, (leg,), False, "")


def approved():
    m = emission()
    m.agreed(crossing(500))
    return m


def staffed():
    m = emission()
    m.admit(7, AccountType.OPERATOR)
    return m


ROWS = [
    ("ratio of money", water, asking(ratio(1, asset=0)), R.ASSET_UNKNOWN, None),
    ("ratio without quotas", without_quota, asking(ratio(1)), R.RULE_MISSING, None),
    (
        "ratio of a year that is over",
        water,
        asking(ratio(1, 2024)),
        R.WATER_YEAR_OUT_OF_RANGE,
        MONTH,
    ),
    ("ratio of a year far off", water, asking(ratio(1, 2027)), *_FAR),
    ("ratio of zero", water, asking(ratio(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("ratio beyond numbers", water, asking(ratio(NUMBER_MAX + 1)), R.NUMBER_TOO_LARGE, None),
    ("ratio beyond the water", water, asking(ratio(NUMBER_MAX)), R.NUMBER_TOO_LARGE, None),
    ("ratio of another year", flowing, asking(ratio(1, 2026)), R.WATER_YEAR_DIFFERS, None),
    ("ratio for other leagues", other_leagues, asking(ratio(1)), R.RULE_INVALID, None),
    (
        "ratio when leagues have more than the region",
        leagues_above_region,
        asking(ratio(1_000_000)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    (
        "ratio below what is set aside",
        saved,
        asking(ratio(1)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    ("ratio alone", water, ratio(1), R.APPROVAL_REQUIRED, "water.approvals.four_eyes"),
    ("overuse nowhere", water, asking(overuse(1, "x")), R.PLACE_UNKNOWN, None),
    ("overuse below a league", water, asking(overuse(1, "150625")), R.PLACE_UNKNOWN, None),
    ("overuse to come", water, asking(overuse(1, year=2026)), *_FAR),
    ("overuse of nothing", water, asking(overuse(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("overuse beyond numbers", water, asking(overuse(NUMBER_MAX + 1)), R.NUMBER_TOO_LARGE, None),
    ("saving by no rule", without_coefficient, asking(saving(3)), R.RULE_MISSING, None),
    ("saving of money", flowing, asking(saving(3, asset=0)), R.ASSET_UNKNOWN, None),
    (
        "saving where there is no total",
        flowing,
        asking(saving(3, place="150400")),
        R.CONTROL_TOTAL_UNKNOWN,
        None,
    ),
    ("saving twice", saved, asking(saving(3)), R.SAVING_EXISTS, None),
    ("saving of nothing", flowing, asking(saving(1)), R.QUANTITY_NOT_POSITIVE, None),
    ("saving beyond numbers", flowing, asking(saving(NUMBER_MAX + 1)), R.NUMBER_TOO_LARGE, None),
    (
        "saving of more than is left",
        flowing,
        asking(saving(6_000_000_002)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    (
        "saved water that nobody verified",
        flowing,
        asking(aside(1)),
        R.POT_NEEDS_ACT,
        "water.totals.pots_by_act",
    ),
    (
        "air to another league",
        emission,
        away,
        R.REGION_NOT_ELIGIBLE,
        "emission.eligibility.geography.SO2",
    ),
    (
        "more air than was approved",
        approved,
        lambda m: away(m, 501),
        R.REGION_NOT_ELIGIBLE,
        "emission.eligibility.geography.SO2",
    ),
    ("approve for a stranger", emission, asking(crossing(1, 9)), R.PARTICIPANT_NOT_ADMITTED, None),
    ("approve money", emission, asking(crossing(1, asset=0)), R.ASSET_UNKNOWN, None),
    ("approve nothing", emission, asking(crossing(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("approve to oneself", emission, asking(crossing(1, 1, 1)), R.TRANSFER_TO_SELF, None),
    ("approve too much", emission, asking(crossing(NUMBER_MAX + 1)), R.NUMBER_TOO_LARGE, None),
    (
        "approve for staff",
        staffed,
        asking(crossing(1, 1, 7)),
        R.ACCOUNT_TYPE_NOT_ELIGIBLE,
        "emission.eligibility.account_types",
    ),
]
