"""Order matching as a library of its own: one instrument, price-time priority, integers only.

`OrderBook` takes messages and returns events. It reads no clock, draws no random number, waits
for nothing and knows no account, so the same messages always give the same events.
"""

from matching.book import OrderBook
from matching.levels import Order
from matching.messages import (
    PRICE_MAX,
    Accepted,
    BookLimits,
    Cancel,
    CancelAll,
    Cancelled,
    CancelReason,
    Depth,
    Event,
    Expire,
    Level,
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

__all__ = [
    "PRICE_MAX",
    "Accepted",
    "BookLimits",
    "Cancel",
    "CancelAll",
    "CancelReason",
    "Cancelled",
    "Depth",
    "Event",
    "Expire",
    "Level",
    "Message",
    "New",
    "Order",
    "OrderBook",
    "OrderType",
    "RejectReason",
    "Rejected",
    "Replace",
    "Replaced",
    "SelfTradePrevention",
    "SetBand",
    "Side",
    "TimeInForce",
    "Traded",
]
