"""Rows of refusals: rules, participants, assets, orders, transfers; and the markets they need."""

from exchange.core.commands import (
    ActivateRules,
    AdmitParticipant,
    AuthoriseIssuance,
    CancelOrder,
    CancelOrders,
    CreateTransfer,
    DefineAsset,
    DepositCash,
    FreezeParticipant,
    FreezeUnits,
    HaltInstrument,
    IssueUnits,
    ListInstrument,
    PlaceOrders,
    PostTransfer,
    ReplaceOrder,
    ResumeInstrument,
    TransferLeg,
    UnfreezeParticipant,
    UnfreezeUnits,
    VoidTransfer,
)
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleKind
from exchange.core.types import AccountType, Purpose
from exchange.core.units import NUMBER_MAX
from matching import Side
from tests.support.builders import Market, carbon_market, order, rule

R = RejectReason
BUY, SELL = Side.BUY, Side.SELL
COMPLIANCE = AccountType.COMPLIANCE_ENTITY


def market() -> Market:
    """Order 1: 1 sells 10 t at 48.00. Order 2: 2 buys 10 t at 47.00. Chain 6: pending, of 1."""
    built = carbon_market()
    built.define("SPARE", kind="SPARE")
    built.define("CCER", kind="CCER")
    built.admit(4, AccountType.OPERATOR)
    built.admit(5, AccountType.INDIVIDUAL)
    built.sell(1, "10@48.00")
    built.buy(2, "10@47.00")
    built.transfer(1, (built.holding(1), built.holding(3), 5, 0), pending=True)
    return built


def unbanded() -> Market:
    return carbon_market("0")


def halted() -> Market:
    built = market()
    built.do(HaltInstrument(1, "notice"))
    return built


def frozen() -> Market:
    built = market()
    built.do(FreezeParticipant(1, "court order"))
    return built


def at_lunch() -> Market:
    built = market()
    built.advance("11:30")
    return built


def part_filled() -> Market:
    """Order 1 sells 100 t, of which 40 t are sold."""
    built = carbon_market()
    built.sell(1, "100@48.00")
    built.buy(2, "40@48.00")
    return built


def bought_today() -> Market:
    built = carbon_market()
    built.sell(1, "10@48.00")
    built.buy(2, "10@48.00")
    return built


def emission() -> Market:
    """1 SO2 of Baotou for industry, 2 COD of the Yellow River."""
    built = Market("emission")
    built.define("SO2", "SO2", scale=4, region="150200")
    built.define("COD", "COD", scale=4, basin="yellow_river")
    built.admit(1, region="150600", sector="industry")
    built.admit(2, region="150200", sector="thermal_power")
    built.admit(3, basin="liao_river", sector="industry")
    built.admit(4, region="150200", sector="industry")
    built.list("1000.00", 1, code="SO2-BT")
    built.list("1000.00", 2, code="COD-YR")
    return built


def coarse() -> Market:
    """Prices by 0.05, at least 10 t in an order."""
    built = carbon_market()
    built.activate(
        rule("carbon.trading.price_tick", RuleKind.DECIMAL, "0.05"),
        rule("carbon.trading.quantity_min", RuleKind.DECIMAL, "10"),
    )
    built.list("48.00", code="COARSE")
    return built


def cheap() -> Market:
    """SO2 by 0.001 t without a reference price: below 10.00 a step costs no whole fen."""
    built = Market("emission")
    built.define("SO2", "SO2", scale=3)
    built.admit(1)
    built.list("0", code="SO2")
    return built


def sparse() -> Market:
    """Opened by a rulebook of a single rule."""
    built = unopened()
    built.activate(TICK)
    built.define("CEA25")
    return built


def unopened() -> Market:
    return Market(rules=False)


def units(m: Market, quantity: int, credit: int | None = None, lot: int = 0) -> CreateTransfer:
    """1 gives units to 3, or to another account."""
    to = m.holding(3).account_id if credit is None else credit
    return CreateTransfer(1, (TransferLeg(m.holding(1).account_id, to, quantity, lot),), False, "")


def issue(participant_id: int, quantity: int, asset: int = 1, valid_to: int = 0) -> IssueUnits:
    return IssueUnits(asset, participant_id, quantity, "2025", "", "", 0, valid_to, 0, "plan")


def listing(asset: int, price: int, code: str = "NEW") -> ListInstrument:
    return ListInstrument(code, asset, "挂牌", "listing", price, "", "", "")


def define(code: str, scale: int = 0) -> DefineAsset:
    return DefineAsset(code, "CEA", "t", scale, "配额", "allowance", "", "", "")


def admit(participant_id: int) -> AdmitParticipant:
    return AdmitParticipant(participant_id, COMPLIANCE, "", "", "", 0, "")


def rules_of(*rules):
    return ActivateRules(rules, "order")


TICK = rule("carbon.trading.price_tick", RuleKind.DECIMAL, "0.01")
OTHER_TICK = rule("carbon.trading.price_tick", RuleKind.DECIMAL, "0.02", version=1)
STRANGER = rule("water.trading.price_tick", RuleKind.DECIMAL, "0.01")
NOT_RATIO = rule("carbon.trading.band", RuleKind.RATIO, "ten")
NO_SOURCE = rule("carbon.trading.band", RuleKind.RATIO, "0.1", source="")
BACKWARDS = rule("carbon.trading.band", RuleKind.RATIO, "0.1", valid_to="2020-01-01")
HOURS, STEP = "carbon.trading.hours", "carbon.trading.quantity_step"
TYPES, BAND = "carbon.eligibility.account_types", "carbon.trading.band"
PREFUNDING, SELL_BACK = "carbon.settlement.prefunding", "carbon.settlement.sell_back_days"
GTD_PAST = "gtd:2026-02-27"

ROWS = [
    ("no rules at all", unopened, rules_of(), R.RULE_INVALID, None),
    ("rule of another ledger", unopened, rules_of(STRANGER), R.RULE_INVALID, None),
    ("ratio that is a word", market, rules_of(TICK, NOT_RATIO), R.RULE_INVALID, None),
    ("rule without source", market, rules_of(NO_SOURCE), R.RULE_INVALID, None),
    ("rule that ends first", market, rules_of(BACKWARDS), R.RULE_INVALID, None),
    ("version with other content", market, rules_of(OTHER_TICK), R.RULE_INVALID, None),
    ("define before the rulebook", unopened, define("CEA25"), R.RULE_MISSING, None),
    ("admit before the rulebook", unopened, admit(1), R.RULE_MISSING, None),
    ("list without figures of law", sparse, listing(1, 4800), R.RULE_MISSING, None),
    ("admit number 0", market, admit(0), R.PARTICIPANT_NOT_ADMITTED, None),
    ("order of a stranger", market, order(9, BUY, 1, 4800), R.PARTICIPANT_NOT_ADMITTED, None),
    ("deposit of a stranger", market, DepositCash(9, 1, ""), R.PARTICIPANT_NOT_ADMITTED, None),
    ("units to a stranger", market, issue(9, 1), R.PARTICIPANT_NOT_ADMITTED, None),
    ("stranger's sweep", market, CancelOrders(9, 0, 0), R.PARTICIPANT_NOT_ADMITTED, None),
    ("freeze a stranger", market, FreezeParticipant(9, ""), R.PARTICIPANT_NOT_ADMITTED, None),
    ("unfreeze a stranger", market, UnfreezeParticipant(9, ""), R.PARTICIPANT_NOT_ADMITTED, None),
    (
        "batch with an order of another",
        market,
        PlaceOrders(2, (order(3, BUY, 1, 4800),)),
        R.PARTICIPANT_NOT_ADMITTED,
        None,
    ),
    ("list an unknown asset", market, listing(9, 4800), R.ASSET_UNKNOWN, None),
    ("list money", market, listing(0, 4800), R.ASSET_UNKNOWN, None),
    ("issue money", market, issue(1, 1, asset=0), R.ASSET_UNKNOWN, None),
    ("cap of an unknown asset", market, AuthoriseIssuance(9, 1, ""), R.ASSET_UNKNOWN, None),
    ("asset code twice", market, define("CEA25"), R.ASSET_EXISTS, None),
    ("money's code", market, define("CNY"), R.ASSET_EXISTS, None),
    ("freeze no account", market, FreezeUnits(99, 1, 0, ""), R.ACCOUNT_UNKNOWN, None),
    ("transfer to no account", market, lambda m: units(m, 1, 99), R.ACCOUNT_UNKNOWN, None),
    (
        "transfer from another's account",
        market,
        lambda m: CreateTransfer(
            3, (TransferLeg(m.holding(1).account_id, m.holding(3).account_id, 1, 0),), False, ""
        ),
        R.ACCOUNT_UNKNOWN,
        None,
    ),
    ("transfer of no lot", market, lambda m: units(m, 1, lot=99), R.LOT_UNKNOWN, None),
    ("freeze of no lot", market, FreezeUnits(8, 1, 99, ""), R.LOT_UNKNOWN, None),
    ("post no chain", market, PostTransfer(1, 99), R.TRANSFER_NOT_PENDING, None),
    ("post another's chain", market, PostTransfer(3, 6), R.TRANSFER_NOT_PENDING, None),
    ("void another's chain", market, VoidTransfer(3, 6), R.TRANSFER_NOT_PENDING, None),
    ("unfreeze nothing", market, UnfreezeUnits(1, ""), R.FREEZE_UNKNOWN, None),
    ("order for nothing", market, order(2, BUY, 1, 4800, "", 9), R.INSTRUMENT_UNKNOWN, None),
    ("halt nothing", market, HaltInstrument(9, ""), R.INSTRUMENT_UNKNOWN, None),
    ("resume nothing", market, ResumeInstrument(9, ""), R.INSTRUMENT_UNKNOWN, None),
    ("sweep of nothing", market, CancelOrders(2, 9, 0), R.INSTRUMENT_UNKNOWN, None),
    ("listing code twice", market, listing(1, 4800, "CEA25"), R.INSTRUMENT_EXISTS, None),
    ("cancel no order", market, CancelOrder(1, 9), R.ORDER_NOT_OPEN, None),
    ("cancel another's order", market, CancelOrder(2, 1), R.ORDER_NOT_OPEN, None),
    ("replace another's order", market, ReplaceOrder(2, 1, 4800, 10), R.ORDER_NOT_OPEN, None),
    ("order of a frozen one", frozen, order(1, BUY, 1, 4800), R.PARTICIPANT_FROZEN, None),
    ("transfer of a frozen one", frozen, lambda m: units(m, 1), R.PARTICIPANT_FROZEN, None),
    ("post by a frozen one", frozen, PostTransfer(1, 6), R.PARTICIPANT_FROZEN, None),
    ("freeze twice", frozen, FreezeParticipant(1, ""), R.PARTICIPANT_ALREADY_FROZEN, None),
    ("unfreeze a free one", market, UnfreezeParticipant(1, ""), R.PARTICIPANT_NOT_FROZEN, None),
    ("order when halted", halted, order(2, BUY, 1, 4800), R.INSTRUMENT_HALTED, None),
    ("replace when halted", halted, ReplaceOrder(1, 1, 4801, 10), R.INSTRUMENT_HALTED, None),
    ("halt twice", halted, HaltInstrument(1, ""), R.INSTRUMENT_HALTED, None),
    ("resume what trades", market, ResumeInstrument(1, ""), R.INSTRUMENT_NOT_HALTED, None),
    ("order at lunch", at_lunch, order(2, BUY, 1, 4800), R.SESSION_CLOSED, HOURS),
    ("replace at lunch", at_lunch, ReplaceOrder(1, 1, 4801, 10), R.SESSION_CLOSED, HOURS),
    ("individual", market, order(5, BUY, 1, 4800), R.ACCOUNT_TYPE_NOT_ELIGIBLE, TYPES),
    ("issue to the operator", market, issue(4, 1), R.ACCOUNT_TYPE_NOT_ELIGIBLE, TYPES),
    ("money of the operator", market, DepositCash(4, 1, ""), R.ACCOUNT_TYPE_NOT_ELIGIBLE, TYPES),
    (
        "air right of another league",
        emission,
        order(1, BUY, 10, 100000, "", 1),
        R.REGION_NOT_ELIGIBLE,
        "emission.eligibility.geography.SO2",
    ),
    (
        "water right of another basin",
        emission,
        order(3, BUY, 10, 100000, "", 2),
        R.BASIN_NOT_ELIGIBLE,
        "emission.eligibility.geography.COD",
    ),
    (
        "power plant in the general market",
        emission,
        order(2, BUY, 10, 100000, "", 1),
        R.SECTOR_NOT_ELIGIBLE,
        "emission.eligibility.sector_separation.SO2",
    ),
    ("order of nothing", market, order(2, BUY, 0, 4800), R.QUANTITY_NOT_POSITIVE, None),
    ("order of less", market, order(2, BUY, -1, 4800), R.QUANTITY_NOT_POSITIVE, None),
    ("cap changed by 0", market, AuthoriseIssuance(1, 0, ""), R.QUANTITY_NOT_POSITIVE, None),
    ("issue of nothing", market, issue(1, 0), R.QUANTITY_NOT_POSITIVE, None),
    ("deposit of nothing", market, DepositCash(1, 0, ""), R.QUANTITY_NOT_POSITIVE, None),
    ("transfer of nothing", market, lambda m: units(m, 0), R.QUANTITY_NOT_POSITIVE, None),
    ("freeze of nothing", market, FreezeUnits(8, 0, 0, ""), R.QUANTITY_NOT_POSITIVE, None),
    (
        "half a step",
        emission,
        order(4, BUY, 5, 100000, "", 1),
        R.QUANTITY_OFF_STEP,
        "emission.trading.quantity_step",
    ),
    (
        "less than one order must",
        coarse,
        order(2, BUY, 9, 4800, "", 2),
        R.QUANTITY_BELOW_MINIMUM,
        "carbon.trading.quantity_min",
    ),
    (
        "more than one order may",
        market,
        order(2, BUY, 100_000, 4800),
        R.QUANTITY_ABOVE_MAXIMUM,
        "carbon.trading.quantity_max",
    ),
    ("price 0", market, order(2, BUY, 1, 0), R.PRICE_NOT_POSITIVE, None),
    ("price below 0", market, order(2, BUY, 1, -1), R.PRICE_NOT_POSITIVE, None),
    ("list below 0", market, listing(1, -1), R.PRICE_NOT_POSITIVE, None),
    (
        "between two ticks",
        coarse,
        order(2, BUY, 10, 4801, "", 2),
        R.PRICE_OFF_TICK,
        "carbon.trading.price_tick",
    ),
    (
        "reference between two ticks",
        coarse,
        listing(1, 4801),
        R.PRICE_OFF_TICK,
        "carbon.trading.price_tick",
    ),
    (
        "step for less than a fen",
        cheap,
        order(1, BUY, 1, 999),
        R.PRICE_BELOW_MINIMUM,
        "emission.settlement.consideration_rounding",
    ),
    ("52.81 on 48.00", market, order(2, BUY, 1, 5281), R.PRICE_OUTSIDE_BAND, BAND),
    ("43.19 on 48.00", market, order(1, SELL, 1, 4319), R.PRICE_OUTSIDE_BAND, BAND),
    ("replace out of band", market, ReplaceOrder(1, 1, 5281, 10), R.PRICE_OUTSIDE_BAND, BAND),
    (
        "market order at a price",
        market,
        order(2, BUY, 1, 4800, "mkt ioc"),
        R.MARKET_ORDER_WITH_PRICE,
        None,
    ),
    ("market for a day", market, order(2, BUY, 1, 0, "mkt"), R.MARKET_ORDER_CANNOT_REST, None),
    (
        "market without reference",
        unbanded,
        order(2, BUY, 1, 0, "mkt ioc"),
        R.MARKET_ORDER_NEEDS_BAND,
        "carbon.trading.reference_price",
    ),
    ("post ioc", market, order(2, BUY, 1, 4800, "post ioc"), R.POST_ONLY_NEEDS_RESTING, None),
    ("till no date", market, order(2, BUY, 1, 4800, "gtd"), R.EXPIRY_MISSING, None),
    (
        "date on a day order",
        market,
        order(2, BUY, 1, 4800, "day expires:2026-03-09"),
        R.EXPIRY_UNEXPECTED,
        None,
    ),
    ("till last week", market, order(2, BUY, 1, 4800, GTD_PAST), R.EXPIRY_PASSED, None),
    ("batch of none", market, PlaceOrders(2, ()), R.BATCH_EMPTY, None),
    ("chain of none", market, CreateTransfer(1, (), False, ""), R.TRANSFER_EMPTY, None),
    ("units to money", market, lambda m: units(m, 1, 7), R.TRANSFER_ACROSS_ASSETS, None),
    ("units to itself", market, lambda m: units(m, 1, 8), R.TRANSFER_TO_SELF, None),
    (
        "units back under the cap",
        market,
        lambda m: units(m, 1, m.house(Purpose.ISSUABLE, 1).account_id),
        R.TRANSFER_PURPOSE_REFUSED,
        None,
    ),
    ("freeze the cap", market, FreezeUnits(4, 1, 0, ""), R.TRANSFER_PURPOSE_REFUSED, None),
    ("ends before today", market, issue(1, 1, valid_to=20000), R.VALIDITY_BACKWARDS, None),
    (
        "replace by less than sold",
        part_filled,
        ReplaceOrder(1, 1, 4800, 40),
        R.REPLACE_NOTHING_LEFT,
        None,
    ),
    ("scale of 10", market, define("FINE", 10), R.NUMBER_TOO_LARGE, None),
    ("cap too large", market, AuthoriseIssuance(1, NUMBER_MAX, ""), R.NUMBER_TOO_LARGE, None),
    ("deposit too large", market, DepositCash(1, NUMBER_MAX, ""), R.NUMBER_TOO_LARGE, None),
    ("reference too large", market, listing(1, 10**15 + 1), R.NUMBER_TOO_LARGE, None),
    ("price too large", unbanded, order(2, BUY, 99999, 10**17), R.NUMBER_TOO_LARGE, None),
    ("sold back", bought_today, order(2, SELL, 10, 4800), R.UNITS_NOT_YET_TRADABLE, SELL_BACK),
    ("more than bought", bought_today, order(2, SELL, 11, 4800), R.UNITS_INSUFFICIENT, PREFUNDING),
    ("sale of none", market, order(2, SELL, 1, 4800), R.UNITS_INSUFFICIENT, PREFUNDING),
    ("transfer too much", market, lambda m: units(m, 99_986), R.UNITS_INSUFFICIENT, PREFUNDING),
    ("order not paid for", market, order(1, BUY, 1, 4800), R.CASH_INSUFFICIENT, PREFUNDING),
    ("issue over the cap", market, issue(1, 899_001), R.CAP_EXCEEDED, None),
    ("cap under the issued", market, AuthoriseIssuance(1, -899_001, ""), R.CAP_EXCEEDED, None),
    ("post-only that takes", market, order(2, BUY, 1, 4800, "post"), R.POST_ONLY_WOULD_TAKE, None),
]
