"""Rows of refusals: what comes into a reserve, what it offers, who takes it."""

from exchange.core.commands import FreezeParticipant
from exchange.core.reasons import RejectReason
from exchange.core.types import AccountType
from exchange.core.units import NUMBER_MAX
from tests.core.reserve_markets import (
    CEMENT,
    FLOOR,
    RESERVE,
    STEEL,
    accept,
    bid_for,
    buy_back,
    market,
    on_sale,
    release,
    retain,
    retained,
    small,
    take,
    withdraw,
)
from tests.support.builders import Market, asking

R = RejectReason
_STRANGER = (R.PARTICIPANT_NOT_ADMITTED, None)
LIMIT, FUNDS = "emission.totals.hard_limit", "emission.settlement.prefunding"
FLOOR_RULE, SMALL_RULE = "emission.reserves.formula.floor", "emission.reserves.simplified_max"


def withdrawn() -> Market:
    m = on_sale()
    m.do(withdraw())
    return m


def frozen() -> Market:
    m = on_sale()
    m.do(FreezeParticipant(CEMENT, "court order"))
    return m


def with_fund() -> Market:
    m = on_sale()
    m.admit(7, AccountType.INSTITUTION, region="150200")
    return m


def moved_away() -> Market:
    """The reserve belongs where there is no total."""
    m = market()
    m.admit(RESERVE, AccountType.GOV_RESERVE, region="310000")
    return m


def without_limit() -> Market:
    m = Market()
    m.define()
    m.admit(RESERVE, AccountType.GOV_RESERVE)
    return m


ROWS = [
    (
        "reserve of a stranger",
        market,
        asking(retain(1, reserve=8)),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    ("take from a stranger", market, asking(take(1, 8)), *_STRANGER),
    (
        "buy back from nobody",
        market,
        asking(buy_back(1, party=0)),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    ("accept as a stranger", on_sale, accept(1, 8), *_STRANGER),
    ("release money", retained, asking(release(1, asset_id=0)), R.ASSET_UNKNOWN, None),
    ("a member is no reserve", market, asking(retain(1, reserve=STEEL)), R.RESERVE_UNKNOWN, None),
    ("a reserve takes from itself", market, asking(take(1, RESERVE)), R.TRANSFER_TO_SELF, None),
    ("a reserve without a total", moved_away, asking(take(1)), R.CONTROL_TOTAL_MISSING, LIMIT),
    ("retain nowhere", market, asking(retain(1, "150400")), R.CONTROL_TOTAL_UNKNOWN, None),
    ("retain nothing", retained, asking(retain(0)), R.QUANTITY_NOT_POSITIVE, None),
    (
        "retain for the past",
        retained,
        asking(retain(1, valid_to=1)),
        R.VALIDITY_BACKWARDS,
        None,
    ),
    ("retain too much", retained, asking(retain(1_001)), R.POT_INSUFFICIENT, LIMIT),
    ("retain from no pot", market, asking(retain(1)), R.POT_INSUFFICIENT, LIMIT),
    ("take nothing", market, asking(take(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("take too much", market, asking(take(10_001)), R.UNITS_INSUFFICIENT, FUNDS),
    ("take alone", market, take(1), R.APPROVAL_REQUIRED, "emission.approvals.four_eyes"),
    ("release nothing", retained, asking(release(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("release for nothing", retained, asking(release(1, 0)), R.PRICE_NOT_POSITIVE, None),
    ("release backwards", retained, asking(release(1, days=-1)), R.VALIDITY_BACKWARDS, None),
    (
        "release at no price",
        retained,
        asking(release(1, 10**15 + 1)),
        R.NUMBER_TOO_LARGE,
        None,
    ),
    ("release without end", retained, asking(release(NUMBER_MAX + 1)), R.NUMBER_TOO_LARGE, None),
    (
        "release a hair below the floor",
        retained,
        asking(release(1, FLOOR - 1)),
        R.PRICE_BELOW_FLOOR,
        FLOOR_RULE,
    ),
    ("release too much", retained, asking(release(4_001)), R.UNITS_INSUFFICIENT, FUNDS),
    ("release what was never held", market, asking(release(1)), R.UNITS_INSUFFICIENT, FUNDS),
    ("a small sale that is not", retained, small(1_001), R.SIMPLIFIED_ABOVE_MAXIMUM, SMALL_RULE),
    ("a small sale of nothing", retained, small(0), R.QUANTITY_NOT_POSITIVE, None),
    ("a small sale by no rule", without_limit, small(1), R.RULE_MISSING, None),
    ("buy back without money", market, asking(buy_back(400_001)), R.CASH_INSUFFICIENT, FUNDS),
    ("accept no offer", on_sale, accept(1, offer=2), R.OFFER_UNKNOWN, None),
    ("withdraw no offer", on_sale, withdraw(2), R.OFFER_UNKNOWN, None),
    ("accept another's", lambda: on_sale(party=STEEL), accept(1), R.OFFER_UNKNOWN, None),
    ("accept while frozen", frozen, accept(1), R.PARTICIPANT_FROZEN, None),
    ("accept what is withdrawn", withdrawn, accept(1), R.OFFER_NOT_OPEN, None),
    ("withdraw twice", withdrawn, withdraw(), R.OFFER_NOT_OPEN, None),
    (
        "accept as a fund",
        with_fund,
        accept(1, 7),
        R.ACCOUNT_TYPE_NOT_ELIGIBLE,
        "emission.eligibility.account_types",
    ),
    ("accept nothing", on_sale, accept(0), R.QUANTITY_NOT_POSITIVE, None),
    ("a reserve accepts its own", on_sale, accept(1, RESERVE), R.TRANSFER_TO_SELF, None),
    ("accept more than is left", on_sale, accept(3_001), R.OFFER_INSUFFICIENT, None),
    ("accept without money", on_sale, accept(1, STEEL), R.CASH_INSUFFICIENT, FUNDS),
    ("sell more than asked for", bid_for, accept(2_001, STEEL), R.OFFER_INSUFFICIENT, None),
]
