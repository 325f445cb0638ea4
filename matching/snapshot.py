"""A book as canonical bytes, and back.

MessagePack arrays in a fixed field order: format name, version, limits, band, last order id, the
ids seen (null when ids increase), and the resting orders in the order in which they got their
priority. Nothing of how the book came about is in it, so books that will act alike have equal
bytes. A reader refuses any version it does not know.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from matching.levels import Order
from matching.messages import PRICE_MAX, BookLimits, New, SelfTradePrevention, Side, TimeInForce

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT: Final = "matching.book"
VERSION: Final = 1


class RestingOrder(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One resting order with its present price, total and leaves."""

    order_id: int
    owner: int
    group: int
    side: Side
    price: int
    quantity: int
    leaves: int
    time_in_force: TimeInForce
    expires_on: int
    post_only: bool
    self_trade_prevention: SelfTradePrevention

    @classmethod
    def of(cls, order: Order) -> RestingOrder:
        terms = order.terms
        return cls(
            order_id=terms.order_id,
            owner=terms.owner,
            group=terms.group,
            side=terms.side,
            price=order.price,
            quantity=order.quantity,
            leaves=order.leaves,
            time_in_force=terms.time_in_force,
            expires_on=terms.expires_on,
            post_only=terms.post_only,
            self_trade_prevention=terms.self_trade_prevention,
        )

    def to_order(self) -> Order:
        """Build the order. Raises: ValueError when it could not rest."""
        if not (0 < self.leaves <= self.quantity and 0 < self.price <= PRICE_MAX):
            raise ValueError(f"snapshot holds an order that cannot rest: {self.order_id}")
        terms = New(
            order_id=self.order_id,
            owner=self.owner,
            side=self.side,
            quantity=self.quantity,
            price=self.price,
            time_in_force=self.time_in_force,
            post_only=self.post_only,
            expires_on=self.expires_on,
            group=self.group,
            self_trade_prevention=self.self_trade_prevention,
        )
        return Order(terms, self.leaves)


class LimitsRecord(msgspec.Struct, frozen=True, array_like=True):
    """`BookLimits` as an array."""

    tick: int
    step: int
    quantity_min: int
    quantity_max: int
    ids_increase: bool


class BookState(msgspec.Struct, frozen=True, array_like=True):
    """All that decides what a book will do."""

    format: str
    version: int
    limits_record: LimitsRecord
    band: tuple[int, int]
    last_order_id: int
    seen: list[int] | None
    orders: list[RestingOrder]

    @property
    def limits(self) -> BookLimits:
        return BookLimits(*msgspec.structs.astuple(self.limits_record))


class Header(msgspec.Struct, frozen=True, array_like=True):
    """The part of the bytes that every version begins with."""

    format: str
    version: int


def encode(
    limits: BookLimits,
    band: tuple[int, int],
    last_order_id: int,
    seen: list[int] | None,
    orders: Iterable[Order],
) -> bytes:
    """Return the canonical bytes."""
    record = LimitsRecord(*msgspec.structs.astuple(limits))
    resting = [RestingOrder.of(order) for order in orders]
    state = BookState(FORMAT, VERSION, record, band, last_order_id, seen, resting)
    return msgspec.msgpack.encode(state)


def decode(data: bytes) -> BookState:
    """Read canonical bytes. Raises: ValueError when they are not of this format and version."""
    try:
        header = msgspec.msgpack.decode(data, type=Header)
        if (header.format, header.version) != (FORMAT, VERSION):
            raise ValueError(f"unknown snapshot: {header.format} version {header.version}")
        state = msgspec.msgpack.decode(data, type=BookState)
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a snapshot: {error}") from error
    if (state.seen is None) != state.limits_record.ids_increase:
        raise ValueError("snapshot remembers order ids against its own limits")
    if any(order.order_id > state.last_order_id for order in state.orders):
        raise ValueError("snapshot holds an order id beyond its last")
    return state


def digest(data: bytes) -> bytes:
    return sha256(data).digest()
