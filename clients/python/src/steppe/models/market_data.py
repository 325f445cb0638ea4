"""What everybody may see: instruments, books, the public tape, tickers. Prices are yuan a unit."""

from datetime import date
from decimal import Decimal

from steppe.models.answer import Instant, Model


class Band(Model, frozen=True, kw_only=True):
    """The lowest and highest price of the trading day, around the reference price."""

    trading_day: date | None = None
    reference: Decimal
    low: Decimal
    high: Decimal


class Instrument(Model, frozen=True, kw_only=True):
    """What may be traded and in which steps. `band` is None without a reference price."""

    code: str
    ledger: str
    asset: str
    unit: str
    title_zh: str | None = None
    title_en: str | None = None
    price_tick: Decimal
    price_min: Decimal | None = None
    quantity_step: Decimal
    quantity_min: Decimal
    quantity_max: Decimal | None = None
    band: Band | None = None
    state: str
    session: str | None = None
    region: str | None = None
    basin: str | None = None
    sector: str | None = None
    rule_set: int | None = None


class Level(Model, frozen=True, kw_only=True):
    """All that rests in the book at one price."""

    price: Decimal
    quantity: Decimal
    orders: int


class Book(Model, frozen=True, kw_only=True):
    """The book after the command numbered `sequence`, best prices first."""

    instrument: str
    sequence: int
    time: Instant
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class PublicTrade(Model, frozen=True, kw_only=True):
    """A trade as everybody sees it; `value` is yuan."""

    trade_id: str
    price: Decimal
    quantity: Decimal
    value: Decimal
    executed_at: Instant
    taker_side: str


class Ticker(Model, frozen=True, kw_only=True):
    """The trading day so far; `close` is the day's before, `turnover` is yuan."""

    instrument: str
    trading_day: date
    last: Decimal | None = None
    open: Decimal | None = None
    high: Decimal | None = None
    low: Decimal | None = None
    close: Decimal | None = None
    volume: Decimal
    turnover: Decimal
    trades: int
    best_bid: Decimal | None = None
    best_ask: Decimal | None = None
    band: Band | None = None
