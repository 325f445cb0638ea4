"""What a book admits: the checks on quantity, price and terms that need no look at the book.

Every check is in the order in which `RejectReason` is declared, and none changes anything.

Rule: tick, lot and size limits are instrument data (FIX 969 MinPriceIncrement, 1231 MinLotSize,
562 MinTradeVol, 1140 MaxTradeVol); the band is FIX 1148 LowLimitPrice and 1149 HighLimitPrice.
"""

from __future__ import annotations

from typing import Final

from matching.messages import (
    PRICE_MAX,
    BookLimits,
    New,
    OrderType,
    RejectReason,
    TimeInForce,
)

LIMIT: Final = OrderType.LIMIT
GTD: Final = TimeInForce.GTD
IOC: Final = TimeInForce.IOC
FOK: Final = TimeInForce.FOK


class Admission:
    """The limits of an instrument and the band of the moment.

    Without a band `low` and `high` are 1 and `PRICE_MAX`, so one comparison serves both cases.
    """

    __slots__ = ("high", "limits", "low", "quantity_max", "quantity_min", "step", "tick")

    def __init__(self, limits: BookLimits) -> None:
        self.limits = limits
        self.tick = limits.tick
        self.step = limits.step
        self.quantity_min = limits.quantity_min
        self.quantity_max = limits.quantity_max
        self.low = 1
        self.high = PRICE_MAX

    @property
    def band(self) -> tuple[int, int]:
        return (0, 0) if (self.low, self.high) == (1, PRICE_MAX) else (self.low, self.high)

    def set_band(self, low: int, high: int) -> None:
        if (low, high) == (0, 0):
            low, high = 1, PRICE_MAX
        if not 1 <= low <= high <= PRICE_MAX:
            raise ValueError("a band is 1 <= low <= high <= PRICE_MAX, or (0, 0) for none")
        self.low = low
        self.high = high

    def refusal(self, new: New) -> RejectReason | None:
        reason = self.quantity_refusal(new.quantity)
        if reason is None and new.order_type == LIMIT:
            reason = self.price_refusal(new.price)
        return reason or terms_refusal(new)

    def quantity_refusal(self, quantity: int) -> RejectReason | None:
        if quantity <= 0:
            return RejectReason.QUANTITY_NOT_POSITIVE
        if quantity % self.step:
            return RejectReason.QUANTITY_OFF_STEP
        if quantity < self.quantity_min:
            return RejectReason.QUANTITY_BELOW_MINIMUM
        if quantity > self.quantity_max:
            return RejectReason.QUANTITY_ABOVE_MAXIMUM
        return None

    def price_refusal(self, price: int) -> RejectReason | None:
        if price <= 0:
            return RejectReason.PRICE_NOT_POSITIVE
        if price % self.tick:
            return RejectReason.PRICE_OFF_TICK
        if not self.low <= price <= self.high:
            return RejectReason.PRICE_OUTSIDE_BAND
        return None


def terms_refusal(new: New) -> RejectReason | None:
    """Check that order type, time in force, post-only and expiry go together."""
    passing = new.time_in_force in (IOC, FOK)
    if new.order_type != LIMIT:
        if new.price:
            return RejectReason.MARKET_ORDER_WITH_PRICE
        if not passing:
            return RejectReason.MARKET_ORDER_CANNOT_REST
    if new.post_only and passing:
        return RejectReason.POST_ONLY_NEEDS_RESTING
    if new.time_in_force == GTD and new.expires_on <= 0:
        return RejectReason.EXPIRY_MISSING
    if new.time_in_force != GTD and new.expires_on:
        return RejectReason.EXPIRY_UNEXPECTED
    return None
