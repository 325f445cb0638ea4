"""Rows of refusals: projects, their budgets and obligations, targets of places."""

from collections.abc import Callable

import msgspec

from exchange.core.budgets.commands import (
    CloseProject,
    CoverObligation,
    ListPriority,
    RecordUse,
    RegisterProject,
    StartProject,
)
from exchange.core.commands import (
    AdmitParticipant,
    CreateTransfer,
    PostTransfer,
    TransferLeg,
)
from exchange.core.reasons import RejectReason
from exchange.core.types import AccountType
from exchange.core.units import NUMBER_MAX
from matching import Side
from tests.core.budget_markets import (
    BAOTOU,
    COVER,
    HENAN,
    LIST,
    NEW,
    OLD,
    ORDOS,
    START,
    USE,
    adjust,
    closed,
    existing,
    league,
    paying,
    red,
    registered,
    report,
    saved,
    started,
)
from tests.support.builders import Market, asking, issuing, order, plan

R = RejectReason
METHOD, RED = "energy.budgets.obligation_method", "energy.indicators.red_blocks"
PRIORITY, LIMIT = "energy.budgets.priority_first", "energy.totals.hard_limit"
TYPES, PREFUNDING = "energy.eligibility.account_types", "energy.settlement.prefunding"
INTO_RED = plan(("b", 2, 10), plan_id=2, ledger="energy")


def new(**changes) -> RegisterProject:
    return msgspec.structs.replace(NEW, **changes)


def changed(**inputs: str) -> tuple[tuple[str, str], ...]:
    return tuple((dict(HENAN) | inputs).items())


def published() -> Market:
    """A plan for a member of Ordos is due, and Ordos in red."""
    m = league()
    m.publish(INTO_RED, "2026-03-20")
    m.advance("2026-03-23 09:35")
    m.agreed(report())
    return m


def pending() -> Market:
    """1 of Baotou has set units aside for 2 of Ordos, which is in red since."""
    m = league()
    m.transfer(1, (m.holding(1), m.holding(2), 10, 0), pending=True)
    m.agreed(report())
    return m


def last_chain(m: Market) -> int:
    return next(iter(m.venue.state.pending))


def sending(m: Market) -> CreateTransfer:
    leg = TransferLeg(m.holding(1).account_id, m.holding(2).account_id, 1, 0)
    return CreateTransfer(1, (leg,), False, "contract")


def moving(region: str) -> AdmitParticipant:
    return AdmitParticipant(1, AccountType.COMPLIANCE_ENTITY, region, "", "", 0, "moves")


Row = tuple[str, Callable[[], Market], object, RejectReason, str | None]
ROWS: list[Row] = [
    ("adjust no project", league, asking(adjust(1)), R.PROJECT_UNKNOWN, None),
    ("use by no project", league, asking(USE), R.PROJECT_UNKNOWN, None),
    ("close no project", league, asking(CloseProject(9, "")), R.PROJECT_UNKNOWN, None),
    ("list no project", league, asking(LIST), R.PROJECT_UNKNOWN, None),
    ("cover another's project", registered, CoverObligation(2, 1, 1), R.PROJECT_UNKNOWN, None),
    ("start another's project", registered, StartProject(2, 1), R.PROJECT_UNKNOWN, None),
    ("register a code twice", existing, asking(OLD), R.PROJECT_EXISTS, None),
    (
        "a project of a stranger",
        league,
        asking(new(participant_id=9)),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    ("a budget of money", league, asking(new(asset_id=0)), R.ASSET_UNKNOWN, None),
    (
        "a budget where there is no total",
        league,
        asking(new(place="150400")),
        R.CONTROL_TOTAL_UNKNOWN,
        None,
    ),
    ("a budget from no pot", league, asking(new(pot="none")), R.POT_UNKNOWN, None),
    ("raised from no pot", existing, asking(adjust(1, "none")), R.POT_UNKNOWN, None),
    (
        "a project of the operator",
        league,
        asking(new(participant_id=4)),
        R.ACCOUNT_TYPE_NOT_ELIGIBLE,
        TYPES,
    ),
    ("a target of nothing", league, asking(report(kind="SO2")), R.ASSET_UNKNOWN, None),
    ("a target of nowhere", league, asking(report("15")), R.PLACE_UNKNOWN, None),
    ("a target unheard of", league, asking(report(name="noise")), R.INDICATOR_UNKNOWN, None),
    ("adjust what is closed", closed, asking(adjust(1)), R.PROJECT_CLOSED, None),
    ("use by what is closed", closed, asking(USE), R.PROJECT_CLOSED, None),
    ("close twice", closed, asking(CloseProject(1, "")), R.PROJECT_CLOSED, None),
    ("list what is closed", closed, asking(ListPriority(1, True, "")), R.PROJECT_CLOSED, None),
    ("start what is closed", closed, START, R.PROJECT_CLOSED, None),
    ("cover what is closed", closed, COVER, R.PROJECT_CLOSED, None),
    ("start twice", started, START, R.PROJECT_STARTED, None),
    ("cover what has started", started, COVER, R.PROJECT_STARTED, None),
    ("raise a new project after its start", started, asking(adjust(1)), R.PROJECT_STARTED, None),
    ("use before the start", registered, asking(USE), R.PROJECT_NOT_STARTED, None),
    ("report an earlier year", red, asking(report(period="2025")), R.INDICATOR_PERIOD_PAST, None),
    ("start uncovered", registered, START, R.OBLIGATION_UNCOVERED, METHOD),
    ("start unpaid", paying, StartProject(2, 1), R.OBLIGATION_UNCOVERED, f"{METHOD}.{ORDOS}"),
    (
        "bid in a place in red",
        red,
        order(2, Side.BUY, 1, 10_000),
        R.TARGET_IN_RED,
        RED,
    ),
    ("transfer into red", red, sending, R.TARGET_IN_RED, RED),
    (
        "finish a transfer into red",
        pending,
        lambda m: PostTransfer(1, last_chain(m)),
        R.TARGET_IN_RED,
        RED,
    ),
    ("issue into red", published, asking(issuing(INTO_RED)), R.TARGET_IN_RED, RED),
    ("move into red with units", red, moving(ORDOS), R.TARGET_IN_RED, RED),
    ("a new project in red", lambda: red(BAOTOU), asking(NEW), R.TARGET_IN_RED, RED),
    (
        "a pot for projects not listed",
        saved,
        asking(adjust(1, "saved")),
        R.PROJECT_NOT_PRIORITY,
        PRIORITY,
    ),
    (
        "a new project from a pot",
        saved,
        asking(new(pot="saved")),
        R.PROJECT_NOT_PRIORITY,
        PRIORITY,
    ),
    ("a project of nothing", league, asking(new(energy=0)), R.QUANTITY_NOT_POSITIVE, None),
    ("of no intensity", league, asking(new(intensity=-1)), R.QUANTITY_NOT_POSITIVE, None),
    ("change nothing", existing, asking(adjust(0)), R.QUANTITY_NOT_POSITIVE, None),
    ("cover nothing", registered, CoverObligation(1, 1, 0), R.QUANTITY_NOT_POSITIVE, None),
    ("a target of zero", league, asking(report(target=0)), R.QUANTITY_NOT_POSITIVE, None),
    ("a project too large", league, asking(new(energy=2**63 - 1)), R.NUMBER_TOO_LARGE, None),
    ("raised too far", existing, asking(adjust(NUMBER_MAX)), R.NUMBER_TOO_LARGE, None),
    ("a value too large", league, asking(report(value=2**63 - 1)), R.NUMBER_TOO_LARGE, None),
    (
        "more left out than there is",
        league,
        asking(new(renewable=99_999, feedstock=2)),
        R.EXCLUSIONS_TOO_LARGE,
        None,
    ),
    (
        "a factor below its limit",
        league,
        asking(new(inputs=changed(B="0.2"))),
        R.OBLIGATION_INVALID,
        METHOD,
    ),
    (
        "a fact given as another",
        league,
        asking(new(inputs=changed(new_energy="1"))),
        R.OBLIGATION_INVALID,
        METHOD,
    ),
    ("cover too much", registered, CoverObligation(1, 1, 45_001), R.OBLIGATION_EXCEEDED, None),
    (
        "cover what need not be",
        lambda: registered(new=False, inputs=()),
        COVER,
        R.OBLIGATION_EXCEEDED,
        None,
    ),
    (
        "a budget over the total",
        league,
        asking(new(energy=350_001)),
        R.HEADROOM_INSUFFICIENT,
        LIMIT,
    ),
    (
        "use over the budget",
        existing,
        asking(RecordUse(1, 100_001, 0, 0, "")),
        R.BUDGET_INSUFFICIENT,
        None,
    ),
    ("recall what is not there", existing, asking(adjust(-100_001)), R.BUDGET_INSUFFICIENT, None),
    (
        "cover with units one never had",
        lambda: registered(participant_id=3),
        CoverObligation(3, 1, 1),
        R.UNITS_INSUFFICIENT,
        PREFUNDING,
    ),
]
