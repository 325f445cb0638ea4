"""A book as canonical bytes, and back.

MessagePack arrays in a fixed field order: format name, version, limits, band, last order id, the
ids seen (null when ids increase), and the resting orders in the order in which they got their
priority, one column for each property. Nothing of how the book came about is in it, so books that
will act alike have equal bytes. A reader refuses any version it does not know.

Columns, because reading and writing them makes no object for each order but the order itself.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import repeat
from operator import le
from typing import TYPE_CHECKING, Any, Final

import msgspec

from matching.levels import Order
from matching.messages import (
    PRICE_MAX,
    BookLimits,
    New,
    OrderType,
    SelfTradePrevention,
    Side,
    TimeInForce,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT: Final = "matching.book"
VERSION: Final = 2


class RestingOrders(msgspec.Struct, frozen=True, array_like=True):
    """The resting orders with their present price, total and leaves: equally long columns."""

    order_ids: list[int]
    owners: list[int]
    groups: list[int]
    sides: list[Side]
    prices: list[int]
    quantities: list[int]
    leaves: list[int]
    times_in_force: list[TimeInForce]
    expiries: list[int]
    post_only: list[bool]
    self_trade_preventions: list[SelfTradePrevention]

    @classmethod
    def of(cls, orders: list[Order]) -> RestingOrders:
        terms = [order.terms for order in orders]
        return cls(
            order_ids=[t.order_id for t in terms],
            owners=[t.owner for t in terms],
            groups=[t.group for t in terms],
            sides=[t.side for t in terms],
            prices=[order.price for order in orders],
            quantities=[order.quantity for order in orders],
            leaves=[order.leaves for order in orders],
            times_in_force=[t.time_in_force for t in terms],
            expiries=[t.expires_on for t in terms],
            post_only=[t.post_only for t in terms],
            self_trade_preventions=[t.self_trade_prevention for t in terms],
        )

    def fault(self) -> str:
        """Tell why these cannot rest, or return an empty text."""
        columns: list[list[Any]] = list(msgspec.structs.astuple(self))
        if len(set(map(len, columns))) > 1:
            return "snapshot holds columns of different lengths"
        if not self.order_ids:
            return ""
        if not (
            min(self.leaves) > 0
            and min(self.prices) > 0
            and max(self.prices) <= PRICE_MAX
            and all(map(le, self.leaves, self.quantities))
        ):
            return "snapshot holds an order that cannot rest"
        return ""

    def by_id(self) -> dict[int, Order]:
        """Build the orders. Equal numbers of different orders become one object in memory.

        Raises: ValueError when an id is there twice.
        """
        known: dict[int, int] = {}
        once = known.setdefault
        terms = map(
            New,
            self.order_ids,
            map(once, self.owners, self.owners),
            self.sides,
            map(once, self.quantities, self.quantities),
            map(once, self.prices, self.prices),
            repeat(OrderType.LIMIT),
            self.times_in_force,
            self.post_only,
            map(once, self.expiries, self.expiries),
            map(once, self.groups, self.groups),
            self.self_trade_preventions,
        )
        orders = map(Order, terms, map(once, self.leaves, self.leaves))
        found = dict(zip(self.order_ids, orders, strict=True))
        if len(found) != len(self.order_ids):
            raise ValueError("snapshot holds an order id twice")
        return found


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
    orders: RestingOrders

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
    resting = RestingOrders.of(list(orders))
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
    if fault := state.orders.fault():
        raise ValueError(fault)
    if state.orders.order_ids and max(state.orders.order_ids) > state.last_order_id:
        raise ValueError("snapshot holds an order id beyond its last")
    return state


def digest(data: bytes) -> bytes:
    return sha256(data).digest()
