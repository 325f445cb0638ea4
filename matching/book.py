"""The order book of one instrument: continuous matching in price-time priority.

Deterministic: the same messages give the same events, byte for byte, on any machine.

Invariants:
- the book is never crossed after a message: best bid < best ask, or a side is empty;
- a refused message changes nothing; an accepted id is never accepted again;
- `_orders` holds the resting orders in the order in which they got their priority, so within
  one price it is the queue.

Rule: carbon listing trades (挂牌协议) go by price, at the counterparty's price; time within a price
is common exchange practice (FIX 1142 MatchAlgorithm, first in first out). See the README.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from matching import snapshot
from matching.admission import Admission
from matching.fillable import fillable
from matching.levels import BookSide, Order
from matching.messages import (
    Accepted,
    BookLimits,
    Cancel,
    CancelAll,
    Cancelled,
    CancelReason,
    Depth,
    Event,
    Expire,
    Message,
    New,
    OrderType,
    Rejected,
    RejectReason,
    Replace,
    Replaced,
    SelfTradePrevention,
    SetBand,
    Side,
    TimeInForce,
    Traded,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

BUY: Final = Side.BUY
LIMIT: Final = OrderType.LIMIT
MARKET: Final = OrderType.MARKET
GTC: Final = TimeInForce.GTC
DAY: Final = TimeInForce.DAY
GTD: Final = TimeInForce.GTD
IOC: Final = TimeInForce.IOC
FOK: Final = TimeInForce.FOK
CANCEL_OLDEST: Final = SelfTradePrevention.CANCEL_OLDEST
CANCEL_BOTH: Final = SelfTradePrevention.CANCEL_BOTH
REQUESTED: Final = CancelReason.REQUESTED
SELF_TRADE: Final = CancelReason.SELF_TRADE
DEFAULT_LIMITS: Final = BookLimits()


class OrderBook:
    """Resting orders of one instrument, and the rules by which they trade."""

    __slots__ = ("_admission", "_asks", "_bids", "_last_order_id", "_orders", "_seen")

    def __init__(self, limits: BookLimits = DEFAULT_LIMITS) -> None:
        self._admission = Admission(limits)
        self._bids = BookSide(-1)
        self._asks = BookSide(1)
        self._orders: dict[int, Order] = {}
        self._last_order_id = 0
        self._seen: set[int] | None = None if limits.ids_increase else set()

    # What the book shows

    @property
    def limits(self) -> BookLimits:
        return self._admission.limits

    @property
    def band(self) -> tuple[int, int]:
        """The lowest and the highest price admitted, or (0, 0) without a band."""
        return self._admission.band

    @property
    def best_bid(self) -> int:
        """The highest price bid, 0 when nobody bids."""
        return self._bids.best_price

    @property
    def best_ask(self) -> int:
        """The lowest price asked, 0 when nobody asks."""
        return self._asks.best_price

    @property
    def last_order_id(self) -> int:
        """The highest order id accepted so far."""
        return self._last_order_id

    def __len__(self) -> int:
        return len(self._orders)

    def find(self, order_id: int) -> Order | None:
        """Return the resting order of that id, to be read and not changed."""
        return self._orders.get(order_id)

    def depth(self, levels: int) -> Depth:
        """Show the best price levels of both sides. Cost: by the levels shown."""
        return Depth(self._bids.top(levels), self._asks.top(levels))

    def resting(self) -> Iterator[Order]:
        """Yield bids best first, then asks best first, each price in priority."""
        for side in (self._bids, self._asks):
            for level in side.best_first():
                order = level.head
                while order is not None:
                    yield order
                    order = order.behind

    # What changes it

    def apply(self, message: Message) -> list[Event]:
        """Do what the message says. Raises: ValueError for a band that is none."""
        match message:
            case New():
                return self.place(message)
            case Cancel(order_id, owner):
                return self.cancel(order_id, owner)
            case Replace(order_id, price, quantity, owner):
                return self.replace(order_id, price, quantity, owner)
            case CancelAll(owner, side):
                return self.cancel_all(owner, side)
            case Expire(day):
                return self.expire(day)
            case SetBand(low, high):
                self.set_band(low, high)
                return []
            case _:
                assert_never(message)

    def set_band(self, low: int, high: int) -> None:
        """Admit new and replaced orders from `low` to `high` only; (0, 0) lifts the band.

        Orders that rest outside stay, can be cancelled, and trade at their own price.
        A market order sweeps to the end of the band and no further.

        Raises: ValueError unless 1 <= low <= high <= PRICE_MAX or both are 0.
        """
        self._admission.set_band(low, high)

    def refusal(self, message: New) -> RejectReason | None:
        """Tell why `place` would refuse the order, or None. Changes nothing."""
        order_id = message.order_id
        if self._seen is None:
            if order_id <= self._last_order_id:
                return RejectReason.DUPLICATE_ORDER_ID
        elif order_id in self._seen:
            return RejectReason.DUPLICATE_ORDER_ID
        admission = self._admission
        if (
            # The short way for most orders: a plain limit order in bounds needs no other check.
            message.order_type is LIMIT
            and message.time_in_force is GTC
            and not message.post_only
            and admission.low <= message.price <= admission.high
            and admission.quantity_min <= message.quantity <= admission.quantity_max
            and not message.quantity % admission.step
            and not message.price % admission.tick
            and not message.expires_on
        ):
            return None
        reason = admission.refusal(message)
        if reason is None and message.post_only and self._crosses(message.side, message.price):
            return RejectReason.POST_ONLY_WOULD_TAKE
        return reason

    def place(self, new: New) -> list[Event]:
        """Match a new order and rest what may rest of it.

        Emits: Rejected; or Accepted, then a Traded for each fill (and a Cancelled for each own
        order met), then a Cancelled for what may not rest.
        """
        order_id = new.order_id
        reason = self.refusal(new)
        if reason is not None:
            return [Rejected(order_id, reason)]
        # Every check is above this line; nothing below it may fail.
        if self._seen is not None:
            self._seen.add(order_id)
        if order_id > self._last_order_id:  # noqa: PLR1730  a call to max() costs more
            self._last_order_id = order_id
        leaves = new.quantity
        events: list[Event] = [Accepted(order_id, leaves)]
        if new.side == BUY:
            own, opposite = self._bids, self._asks
        else:
            own, opposite = self._asks, self._bids
        time_in_force = new.time_in_force
        if time_in_force >= IOC:
            self._pass_through(new, opposite, events)
            return events
        reach = new.price * opposite.sign
        if opposite.best_rank <= reach:
            leaves = self._take(new, leaves, opposite, reach, events)
        if leaves:
            order = Order(new, leaves)
            own.append(order)
            self._orders[order_id] = order
        return events

    def cancel(self, order_id: int, owner: int = 0) -> list[Event]:
        """Take a resting order off; owner 0 does not check whose it is. Emits: Cancelled."""
        order = self._orders.get(order_id)
        if order is None:
            return [Rejected(order_id, RejectReason.UNKNOWN_ORDER)]
        if owner and order.terms.owner != owner:
            return [Rejected(order_id, RejectReason.NOT_OWNER)]
        del self._orders[order_id]
        order.level.side.remove(order)
        return [Cancelled(order_id, order.leaves, REQUESTED)]

    def cancel_all(self, owner: int, side: Side | None = None) -> list[Event]:
        """Take off an owner's orders, oldest first. Emits: Cancelled. Cost: by all resting."""
        owned = [order for order in self._orders.values() if order.terms.owner == owner]
        return [self._withdraw(o, REQUESTED) for o in owned if side is None or o.side == side]

    def replace_refusal(
        self, order_id: int, price: int, quantity: int, owner: int = 0
    ) -> RejectReason | None:
        """Tell why `replace` would refuse, or None. Changes nothing."""
        order = self._orders.get(order_id)
        if order is None:
            return RejectReason.UNKNOWN_ORDER
        terms = order.terms
        if owner and terms.owner != owner:
            return RejectReason.NOT_OWNER
        admission = self._admission
        reason = admission.quantity_refusal(quantity) or admission.price_refusal(price)
        if reason is None and terms.post_only and self._crosses(terms.side, price):
            return RejectReason.POST_ONLY_WOULD_TAKE
        return reason

    def replace(self, order_id: int, price: int, quantity: int, owner: int = 0) -> list[Event]:
        """Give a resting order a new limit and a new total, in which what was executed counts.

        Less quantity at the same price keeps the place in the queue; anything else goes to the
        back of its price, and trades first if the new price crosses.

        Emits: Rejected; or Cancelled when nothing would be left; or Replaced, then as `place`.
        """
        reason = self.replace_refusal(order_id, price, quantity, owner)
        if reason is not None:
            return [Rejected(order_id, reason)]
        order = self._orders[order_id]
        leaves = quantity - order.executed
        if leaves <= 0:
            return [self._withdraw(order, CancelReason.REPLACED_BELOW_EXECUTED)]
        if price == order.price and leaves <= order.leaves:
            order.level.quantity -= order.leaves - leaves
            order.quantity = quantity
            order.leaves = leaves
            return [Replaced(order_id, price, quantity, leaves, True)]
        self._remove(order)
        events: list[Event] = [Replaced(order_id, price, quantity, leaves, False)]
        order.price = price
        order.quantity = quantity
        terms = order.terms
        opposite = self._asks if terms.side == BUY else self._bids
        reach = price * opposite.sign
        if opposite.best_rank <= reach:
            leaves = self._take(terms, leaves, opposite, reach, events)
        if leaves:
            order.leaves = leaves
            self._rest(order)
        return events

    def expire(self, day: int) -> list[Event]:
        """End a day: cancel DAY orders and GTD orders that live no longer, oldest first.

        Emits: Cancelled. Cost: by all resting orders, once a day.
        """
        ended = [
            order
            for order in self._orders.values()
            if (tif := order.terms.time_in_force) == DAY
            or (tif == GTD and order.terms.expires_on <= day)
        ]
        return [self._withdraw(order, CancelReason.EXPIRED) for order in ended]

    # What is kept of it

    def snapshot(self) -> bytes:
        """Return the canonical bytes of the book: equal for books that will act alike."""
        seen = None if self._seen is None else sorted(self._seen)
        return snapshot.encode(
            self.limits, self.band, self._last_order_id, seen, self._orders.values()
        )

    @classmethod
    def restore(cls, data: bytes) -> OrderBook:
        """Rebuild the book of a snapshot. Raises: ValueError when the bytes are not one."""
        state = snapshot.decode(data)
        book = cls(state.limits)
        book.set_band(*state.band)
        book._last_order_id = state.last_order_id
        book._seen = None if state.seen is None else set(state.seen)
        book._orders = state.orders.by_id()
        bids, asks = book._bids, book._asks
        for order in book._orders.values():
            (bids if order.terms.side == BUY else asks).append(order)
        if book.best_bid >= book.best_ask > 0:
            raise ValueError("snapshot holds a crossed book")
        return book

    def state_hash(self) -> bytes:
        """Return the SHA-256 of the snapshot."""
        return snapshot.digest(self.snapshot())

    # How

    def _crosses(self, side: Side, price: int) -> bool:
        opposite = self._asks if side == BUY else self._bids
        return opposite.best_rank <= price * opposite.sign

    def _rest(self, order: Order) -> None:
        side = self._bids if order.terms.side == BUY else self._asks
        side.append(order)
        self._orders[order.terms.order_id] = order

    def _remove(self, order: Order) -> None:
        del self._orders[order.terms.order_id]
        order.level.side.remove(order)

    def _withdraw(self, order: Order, reason: CancelReason) -> Cancelled:
        self._remove(order)
        return Cancelled(order.terms.order_id, order.leaves, reason)

    def _pass_through(self, new: New, opposite: BookSide, events: list[Event]) -> None:
        """Match an order that may not rest."""
        leaves = new.quantity
        limit = new.price
        reason = CancelReason.IOC_REMAINDER
        if new.order_type == MARKET:
            limit = self._admission.high if new.side == BUY else self._admission.low
            reason = CancelReason.MARKET_REMAINDER
        reach = limit * opposite.sign
        if new.time_in_force == FOK and not fillable(new, opposite, reach):
            events.append(Cancelled(new.order_id, leaves, CancelReason.FOK_UNFILLABLE))
            return
        leaves = self._take(new, leaves, opposite, reach, events)
        if leaves:
            events.append(Cancelled(new.order_id, leaves, reason))

    def _take(
        self, terms: New, leaves: int, opposite: BookSide, reach: int, events: list[Event]
    ) -> int:
        """Trade with the opposite side up to rank `reach`; return what is left to rest.

        That is 0 when self-trade prevention cancelled the taker.
        """
        order_id = terms.order_id
        owner = terms.owner
        group = terms.group
        levels = opposite.levels
        while leaves and opposite.best_rank <= reach:
            level = levels[opposite.best_rank]
            maker = level.head
            assert maker is not None
            other = maker.terms
            if (owner and other.owner == owner) or (group and other.group == group):
                leaves = self._prevent(terms, leaves, maker, events)
                continue
            traded = maker.leaves
            if traded <= leaves:
                leaves -= traded
                self._remove(maker)
                maker.leaves = 0
            else:
                traded = leaves
                leaves = 0
                maker.leaves -= traded
                level.quantity -= traded
            events.append(
                Traded(other.order_id, order_id, level.price, traded, maker.leaves, leaves)
            )
        return leaves

    def _prevent(self, terms: New, leaves: int, maker: Order, events: list[Event]) -> int:
        """Cancel the older, the newer or both of two orders of one owner or group."""
        mode = terms.self_trade_prevention
        if mode in (CANCEL_OLDEST, CANCEL_BOTH):
            events.append(self._withdraw(maker, SELF_TRADE))
            if mode == CANCEL_OLDEST:
                return leaves
        events.append(Cancelled(terms.order_id, leaves, SELF_TRADE))
        return 0
