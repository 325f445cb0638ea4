"""Book levels and the day's figures of each instrument as rows.

A level changes by amounts, summed over the batch; a level whose sum grows is inserted or raised,
one that shrinks is there already. A level that is empty stays as a row with nothing in it.
"""

from exchange.core.calendar import local_day
from exchange.core.event import Event
from exchange.core.events import (
    InstrumentDayClosed,
    OrderAccepted,
    OrderCancelled,
    OrderReplaced,
    TradeExecuted,
)
from exchange.storage.projection import Gathered, Handler, Rows
from exchange.storage.writes import Row, update, upsert
from matching import Side, TimeInForce

_LEVEL = {
    "instrument_id": "bigint",
    "side": "smallint",
    "price": "bigint",
    "quantity": "bigint",
    "orders": "bigint",
}
LEVELS_UP = upsert(
    "book_levels",
    "(ledger, instrument_id, side, price) DO UPDATE SET"
    " quantity = book_levels.quantity + excluded.quantity,"
    " orders = book_levels.orders + excluded.orders",
    **_LEVEL,
)
LEVELS_DOWN = update(
    "book_levels",
    ("instrument_id", "side", "price"),
    "quantity = t.quantity + u.quantity, orders = t.orders + u.orders",
    **_LEVEL,
)
DAYS = upsert(
    "instrument_days",
    "(ledger, instrument_id, day) DO UPDATE SET"
    " open = CASE WHEN instrument_days.open = 0 THEN excluded.open ELSE instrument_days.open END,"
    " high = greatest(instrument_days.high, excluded.high),"
    " low = coalesce(least(nullif(instrument_days.low, 0), nullif(excluded.low, 0)), 0),"
    " last = CASE WHEN excluded.last = 0 THEN instrument_days.last ELSE excluded.last END,"
    " close = CASE WHEN excluded.close = 0 THEN instrument_days.close ELSE excluded.close END,"
    " quantity = instrument_days.quantity + excluded.quantity,"
    " turnover_fen = instrument_days.turnover_fen + excluded.turnover_fen,"
    " trades = instrument_days.trades + excluded.trades",
    instrument_id="bigint",
    day="integer",
    open="bigint",
    high="bigint",
    low="bigint",
    last="bigint",
    close="bigint",
    quantity="bigint",
    turnover_fen="bigint",
    trades="bigint",
)


class _Day:
    """What a batch added to an instrument's day; prices are 0 where it has none to tell."""

    __slots__ = ("close", "high", "last", "low", "open", "quantity", "trades", "turnover_fen")

    def __init__(self, price: int) -> None:
        self.open = self.high = self.low = self.last = price
        self.quantity = self.turnover_fen = self.trades = self.close = 0


class MarketDataProjection:
    """Tables `book_levels` and `instrument_days`."""

    def __init__(self) -> None:
        self._levels: dict[tuple[int, int, int], list[int]] = {}
        self._days: dict[tuple[int, int], _Day] = {}
        self._closes: dict[tuple[int, int], int] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            OrderAccepted: self._on_accepted,
            TradeExecuted: self._on_trade,
            OrderReplaced: self._on_replaced,
            OrderCancelled: self._on_cancelled,
            InstrumentDayClosed: self._on_closed,
        }

    def drain(self) -> Rows:
        gathered = Gathered()
        for level, (quantity, orders) in self._levels.items():
            if quantity or orders:
                write = LEVELS_UP if quantity >= 0 and orders >= 0 else LEVELS_DOWN
                gathered.add(write, (*level, quantity, orders))
        for key, close in self._closes.items():
            self._days.setdefault(key, _Day(0)).close = close
        for key, day in self._days.items():
            gathered.add(DAYS, _day_row(key, day))
        self._levels, self._days, self._closes = {}, {}, {}
        return gathered.drain()

    def _add(self, instrument_id: int, side: int, price: int, quantity: int, orders: int) -> None:
        key = (instrument_id, side, price)
        level = self._levels.get(key)
        if level is None:
            self._levels[key] = [quantity, orders]
        else:
            level[0] += quantity
            level[1] += orders

    def _on_accepted(self, event: OrderAccepted, _seq: int, _at_ns: int) -> None:
        if event.time_in_force < TimeInForce.IOC:
            self._add(event.instrument_id, event.side, event.price, event.quantity, 1)

    def _on_trade(self, event: TradeExecuted, _seq: int, at_ns: int) -> None:
        buys = event.taker_side == Side.BUY
        taker_leaves = event.buyer_leaves if buys else event.seller_leaves
        maker_leaves = event.seller_leaves if buys else event.buyer_leaves
        instrument_id, quantity = event.instrument_id, event.quantity
        maker_side = Side.SELL if buys else Side.BUY
        self._add(instrument_id, maker_side, event.price, -quantity, -(not maker_leaves))
        if event.taker_price:
            side = event.taker_side
            self._add(instrument_id, side, event.taker_price, -quantity, -(not taker_leaves))
        key = (instrument_id, local_day(at_ns))
        day = self._days.get(key)
        if day is None:
            day = self._days[key] = _Day(event.price)
        day.high = max(day.high, event.price)
        day.low = min(day.low, event.price)
        day.last = event.price
        day.quantity += quantity
        day.turnover_fen += event.consideration_fen
        day.trades += 1

    def _on_replaced(self, event: OrderReplaced, _seq: int, _at_ns: int) -> None:
        self._add(event.instrument_id, event.side, event.old_price, -event.old_leaves, -1)
        self._add(event.instrument_id, event.side, event.price, event.leaves, 1)

    def _on_cancelled(self, event: OrderCancelled, _seq: int, _at_ns: int) -> None:
        if event.price:
            self._add(event.instrument_id, event.side, event.price, -event.quantity, -1)

    def _on_closed(self, event: InstrumentDayClosed, _seq: int, _at_ns: int) -> None:
        self._closes[event.instrument_id, event.day] = event.close


def _day_row(key: tuple[int, int], day: _Day) -> Row:
    return (
        *key,
        day.open,
        day.high,
        day.low,
        day.last,
        day.close,
        day.quantity,
        day.turnover_fen,
        day.trades,
    )
