"""What goes into an order book and what comes out: plain immutable records.

Messages go in (`New`, `Cancel`, `CancelAll`, `Replace`, `Expire`, `SetBand`), events come out
(`Accepted`, `Rejected`, `Traded`, `Cancelled`, `Replaced`). Every number is an integer: a price
counts ticks of the caller's currency unit, a quantity the caller's smallest unit, a day is any
increasing day number. All of them fit in 64 bits.

Rule: names and meanings follow FIX 4.4 (Side 54, OrdType 40, TimeInForce 59, LeavesQty 151).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Annotated, Final, TypeAlias

from msgspec import Meta, Struct

PRICE_MAX: Final = 10**18
"""The highest price any book takes, with a band or without."""

Id: TypeAlias = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Number: TypeAlias = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]


class Side(IntEnum):
    BUY = 1
    SELL = 2


class OrderType(IntEnum):
    LIMIT = 1
    MARKET = 2


class TimeInForce(IntEnum):
    """How long an order may live: the last two never rest in the book."""

    GTC = 1
    DAY = 2
    GTD = 3
    IOC = 4
    FOK = 5


class SelfTradePrevention(IntEnum):
    """What gives way when an order would trade with its own owner or group: the taker's choice."""

    CANCEL_NEWEST = 1
    CANCEL_OLDEST = 2
    CANCEL_BOTH = 3


class CancelReason(IntEnum):
    """Why quantity left the book without trading. `WITHDRAWN` is the venue's, never a book's."""

    REQUESTED = 1
    IOC_REMAINDER = 2
    FOK_UNFILLABLE = 3
    MARKET_REMAINDER = 4
    SELF_TRADE = 5
    EXPIRED = 6
    REPLACED_BELOW_EXECUTED = 7
    WITHDRAWN = 8


class RejectReason(IntEnum):
    """Why a message was refused. Declared in precedence order: the first that applies is given."""

    DUPLICATE_ORDER_ID = 1
    UNKNOWN_ORDER = 2
    NOT_OWNER = 3
    QUANTITY_NOT_POSITIVE = 4
    QUANTITY_OFF_STEP = 5
    QUANTITY_BELOW_MINIMUM = 6
    QUANTITY_ABOVE_MAXIMUM = 7
    PRICE_NOT_POSITIVE = 8
    PRICE_OFF_TICK = 9
    PRICE_OUTSIDE_BAND = 10
    MARKET_ORDER_WITH_PRICE = 11
    MARKET_ORDER_CANNOT_REST = 12
    POST_ONLY_NEEDS_RESTING = 13
    EXPIRY_MISSING = 14
    EXPIRY_UNEXPECTED = 15
    POST_ONLY_WOULD_TAKE = 16


class BookLimits(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What an instrument allows.

    `ids_increase` says how a reused order id is told from a new one. True: an id must exceed the
    last accepted one, which takes no memory. False: ids come in any order and every accepted id is
    remembered for the life of the book.

    Raises: ValueError when the limits contradict themselves.
    """

    tick: int = 1
    step: int = 1
    quantity_min: int = 1
    quantity_max: int = 10**15
    ids_increase: bool = True

    def __post_init__(self) -> None:
        if self.tick < 1 or self.step < 1:
            raise ValueError("tick and step are at least 1")
        if not 1 <= self.quantity_min <= self.quantity_max < 2**63:
            raise ValueError("1 <= quantity_min <= quantity_max < 2**63 does not hold")


class New(Struct, frozen=True, gc=False, tag="new", forbid_unknown_fields=True):
    """A new order. A market order has price 0; `expires_on` is the last day a GTD order lives.

    Owner 0 and group 0 are nobody: they never count as a self-trade.
    """

    order_id: Id
    owner: Id
    side: Side
    quantity: Number
    price: Number = 0
    order_type: OrderType = OrderType.LIMIT
    time_in_force: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    expires_on: Number = 0
    group: Id = 0
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.CANCEL_NEWEST


class Cancel(Struct, frozen=True, gc=False, tag="cancel", forbid_unknown_fields=True):
    """Take one resting order off. Owner 0 does not check whose it is."""

    order_id: Id
    owner: Id = 0


class CancelAll(Struct, frozen=True, gc=False, tag="cancel_all", forbid_unknown_fields=True):
    """Take off all resting orders of one owner, on one side or both."""

    owner: Id
    side: Side | None = None


class Replace(Struct, frozen=True, gc=False, tag="replace", forbid_unknown_fields=True):
    """Give a resting order a new limit and a new total, in which what was executed counts."""

    order_id: Id
    price: Number
    quantity: Number
    owner: Id = 0


class Expire(Struct, frozen=True, gc=False, tag="expire", forbid_unknown_fields=True):
    """End a day: DAY orders go, and GTD orders whose last day is `day` or earlier."""

    day: Number


class SetBand(Struct, frozen=True, gc=False, tag="set_band", forbid_unknown_fields=True):
    """Bound the prices of orders to come, both ends included; (0, 0) lifts the band."""

    low: Number
    high: Number


class Accepted(Struct, frozen=True, gc=False, tag="accepted"):
    """The order is in, with all of its quantity still open; what it traded follows."""

    order_id: int
    leaves: int


class Rejected(Struct, frozen=True, gc=False, tag="rejected"):
    """The message was refused and changed nothing."""

    order_id: int
    reason: RejectReason


class Traded(Struct, frozen=True, gc=False, tag="traded"):
    """One fill, at the maker's price. The leaves are what stays open after it."""

    maker_order_id: int
    taker_order_id: int
    price: int
    quantity: int
    maker_leaves: int
    taker_leaves: int


class Cancelled(Struct, frozen=True, gc=False, tag="cancelled"):
    """`quantity` was taken off and the order is finished."""

    order_id: int
    quantity: int
    reason: CancelReason


class Replaced(Struct, frozen=True, gc=False, tag="replaced"):
    """The order has a new limit and total; what it traded at the new price follows."""

    order_id: int
    price: int
    quantity: int
    leaves: int
    kept_priority: bool


class Level(Struct, frozen=True, gc=False):
    """One price of the book: all that is open there, and in how many orders."""

    price: int
    quantity: int
    orders: int


class Depth(Struct, frozen=True):
    """Both sides of the book, best price first."""

    bids: list[Level]
    asks: list[Level]


Message: TypeAlias = New | Cancel | CancelAll | Replace | Expire | SetBand
Event: TypeAlias = Accepted | Rejected | Traded | Cancelled | Replaced
