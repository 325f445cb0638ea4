"""Rows of refusals: fee schedules, contracts, invoices, recalls, refunds."""

from exchange.core.commands import FreezeParticipant, UnfreezeUnits
from exchange.core.reasons import RejectReason
from exchange.core.totals.commands import SetAside
from exchange.core.units import NUMBER_MAX
from tests.core.paid_markets import (
    LISHUI,
    abroad,
    accepted,
    accepting,
    day,
    ending,
    offered,
    offering,
    paid_up,
    paying,
    penniless,
    priced,
    recalling,
    refunding,
    running,
    schedule,
    scheduled,
    sold,
    suspended,
    unpriced,
)
from tests.support.builders import Market, asking

R = RejectReason
FOUR_EYES, LIMIT = "emission.approvals.four_eyes", "emission.totals.hard_limit"
YEARS, TYPES = "emission.paid_use.years", "emission.eligibility.account_types"
PREFUNDING = "emission.settlement.prefunding"
FIRST, MONTHS = "emission.paid_use.first_instalment", "emission.paid_use.instalment_months"
ABOVE = f"emission.paid_use.instalments_above.{LISHUI}"
RECALL = "emission.paid_use.recall_days"


def frozen(built: Market, member: int = 1) -> Market:
    built.do(FreezeParticipant(member, "order"))
    return built


def later(built: Market, when: str) -> Market:
    built.advance(when)
    return built


ROWS = [
    ("price no kind", priced, asking(schedule(kind="GOLD")), R.ASSET_UNKNOWN, None),
    ("price nowhere", priced, asking(schedule(place="15")), R.PLACE_UNKNOWN, None),
    ("price twice", scheduled, asking(schedule("700")), R.FEE_SCHEDULE_OVERLAPS, None),
    ("price nothing", priced, asking(schedule("0")), R.PRICE_NOT_POSITIVE, None),
    (
        "price backwards",
        priced,
        asking(schedule(valid_to=day("2026-03-01"))),
        R.VALIDITY_BACKWARDS,
        None,
    ),
    (
        "price too much",
        priced,
        asking(schedule(price=NUMBER_MAX + 1)),
        R.NUMBER_TOO_LARGE,
        None,
    ),
    ("price alone", priced, schedule(), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("end no schedule", priced, asking(ending("2026-12-31")), R.FEE_SCHEDULE_UNKNOWN, None),
    ("end yesterday", scheduled, asking(ending("2026-03-01")), R.VALIDITY_BACKWARDS, None),
    (
        "lengthen a schedule",
        lambda: scheduled(valid_to=day("2026-12-31")),
        asking(ending("2027-01-01")),
        R.VALIDITY_BACKWARDS,
        None,
    ),
    ("end a schedule alone", scheduled, ending("2026-12-31"), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("offer to a stranger", priced, asking(offering(1, 9)), R.PARTICIPANT_NOT_ADMITTED, None),
    ("offer no asset", priced, asking(offering(asset_id=9)), R.ASSET_UNKNOWN, None),
    ("offer money", priced, asking(offering(asset_id=0)), R.ASSET_UNKNOWN, None),
    ("offer from no pot", priced, asking(offering(pot="x")), R.POT_UNKNOWN, None),
    (
        "offer to the operator",
        priced,
        asking(offering(1, 5)),
        R.ACCOUNT_TYPE_NOT_ELIGIBLE,
        TYPES,
    ),
    (
        "offer what has no total",
        unpriced,
        asking(offering(asset_id=2)),
        R.CONTROL_TOTAL_MISSING,
        LIMIT,
    ),
    ("offer what has no price", unpriced, asking(offering()), R.RULE_MISSING, None),
    ("offer six years", priced, asking(offering(years=6)), R.CONTRACT_YEARS_OUT_OF_RANGE, YEARS),
    ("offer no years", priced, asking(offering(years=0)), R.CONTRACT_YEARS_OUT_OF_RANGE, YEARS),
    ("offer nothing", priced, asking(offering(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("offer until yesterday", priced, asking(offering(until="2026-03-01")), R.EXPIRY_PASSED, None),
    (
        "offer too dear",
        lambda: scheduled(price=NUMBER_MAX),
        asking(offering()),
        R.NUMBER_TOO_LARGE,
        None,
    ),
    ("offer more than is left", priced, asking(offering(1001)), R.HEADROOM_INSUFFICIENT, LIMIT),
    (
        "offer from an empty pot",
        priced,
        asking(offering(pot="paid")),
        R.POT_INSUFFICIENT,
        LIMIT,
    ),
    ("offer alone", priced, offering(), R.APPROVAL_REQUIRED, FOUR_EYES),
    (
        "set aside what is offered",
        offered,
        asking(SetAside(1, "", "idle", 900_001, "aside")),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    ("free what is offered", offered, UnfreezeUnits(1, ""), R.FREEZE_OF_CONTRACT, None),
    ("accept as a stranger", offered, accepting(member=9), R.PARTICIPANT_NOT_ADMITTED, None),
    ("accept nothing", offered, accepting(contract=2), R.CONTRACT_UNKNOWN, None),
    ("accept another's", offered, accepting(member=2), R.CONTRACT_UNKNOWN, None),
    ("accept frozen", lambda: frozen(offered()), accepting(), R.PARTICIPANT_FROZEN, None),
    ("accept twice", accepted, accepting(), R.CONTRACT_STATUS_REFUSED, None),
    (
        "accept too late",
        lambda: later(offered(), "2026-04-01 09:35"),
        accepting(),
        R.CONTRACT_STATUS_REFUSED,
        None,
    ),
    (
        "instalments for a small fee",
        lambda: offered(80, 4),
        accepting(10_000_000, 4, 4),
        R.INSTALMENTS_NOT_ALLOWED,
        ABOVE,
    ),
    (
        "a fen too little first",
        offered,
        accepting(9_999_999, 4),
        R.FIRST_INSTALMENT_TOO_SMALL,
        FIRST,
    ),
    (
        "more parts than years",
        offered,
        accepting(10_000_000, 5),
        R.INSTALMENTS_OUT_OF_RANGE,
        MONTHS,
    ),
    (
        "first without the rest",
        offered,
        accepting(10_000_000, 0),
        R.INSTALMENTS_OUT_OF_RANGE,
        MONTHS,
    ),
    (
        "parts of nothing",
        offered,
        accepting(25_000_000, 1),
        R.INSTALMENTS_OUT_OF_RANGE,
        MONTHS,
    ),
    (
        "accept for nothing where one has no total",
        lambda: abroad(exempt=True),
        accepting(),
        R.CONTROL_TOTAL_MISSING,
        LIMIT,
    ),
    ("pay as a stranger", accepted, paying(member=9), R.PARTICIPANT_NOT_ADMITTED, None),
    ("pay no invoice", accepted, paying(9), R.INVOICE_UNKNOWN, None),
    ("pay another's invoice", accepted, paying(member=2), R.INVOICE_UNKNOWN, None),
    ("pay frozen", lambda: frozen(accepted()), paying(), R.PARTICIPANT_FROZEN, None),
    ("pay twice", running, paying(), R.INVOICE_SETTLED, None),
    ("pay the second first", accepted, paying(2), R.INVOICE_NOT_NEXT, None),
    (
        "pay what lapsed",
        lambda: later(accepted(), "2026-04-02 09:35"),
        paying(),
        R.INVOICE_SETTLED,
        None,
    ),
    (
        "pay where one has no total",
        abroad,
        paying(),
        R.CONTROL_TOTAL_MISSING,
        LIMIT,
    ),
    ("pay without money", penniless, paying(), R.CASH_INSUFFICIENT, PREFUNDING),
    ("recall nothing", priced, asking(recalling()), R.CONTRACT_UNKNOWN, None),
    ("recall what is paid", running, asking(recalling()), R.CONTRACT_STATUS_REFUSED, None),
    ("recall too early", suspended, asking(recalling()), R.RECALL_TOO_EARLY, RECALL),
    ("recall alone", suspended, recalling(), R.APPROVAL_REQUIRED, FOUR_EYES),
    ("free what is suspended", suspended, UnfreezeUnits(2, ""), R.FREEZE_OF_CONTRACT, None),
    ("refund nothing", priced, asking(refunding()), R.CONTRACT_UNKNOWN, None),
    ("refund what has not begun", offered, asking(refunding()), R.CONTRACT_STATUS_REFUSED, None),
    ("refund what is owed", running, asking(refunding()), R.CONTRACT_UNPAID, None),
    (
        "refund in the last year",
        lambda: later(paid_up(), "2030-03-04 09:35"),
        asking(refunding()),
        R.CONTRACT_NOTHING_UNUSED,
        None,
    ),
    (
        "refund what is over",
        lambda: later(paid_up(), "2031-03-03 09:35"),
        asking(refunding()),
        R.CONTRACT_STATUS_REFUSED,
        None,
    ),
    ("refund no units", paid_up, asking(refunding(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("refund more", paid_up, asking(refunding(101)), R.UNITS_INSUFFICIENT, PREFUNDING),
    ("refund what is sold", sold, asking(refunding(61)), R.UNITS_INSUFFICIENT, PREFUNDING),
    ("refund alone", paid_up, refunding(), R.APPROVAL_REQUIRED, FOUR_EYES),
]
