"""A second order book, slow and plain: a list of orders in priority order, and a set of ids.

It shares the records of `matching.messages` with the fast book and nothing else, and reads the
rules in the README straight through: no levels, no heap, no links, every question a scan.
"""

from __future__ import annotations

from dataclasses import dataclass

from matching import (
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

PASSING = (TimeInForce.IOC, TimeInForce.FOK)


@dataclass
class Resting:
    new: New
    price: int
    total: int
    leaves: int


class NaiveBook:
    def __init__(self, limits: BookLimits) -> None:
        self.limits = limits
        self.band = (0, 0)
        self.queue: list[Resting] = []  # all resting orders, oldest priority first
        self.seen: dict[int, None] = {}
        self.events: list[Event] = []

    def apply(self, message: Message) -> list[Event]:
        self.events = []
        match message:
            case New():
                self.new(message)
            case Replace():
                self.replace(message)
            case Cancel(order_id, owner):
                self.cancel(order_id, owner)
            case CancelAll(owner, side):
                for order in list(self.queue):
                    if order.new.owner == owner and side in (None, order.new.side):
                        self.drop(order, CancelReason.REQUESTED)
            case Expire(day):
                self.expire(day)
            case SetBand(low, high):
                self.band = (low, high)
        return self.events

    def cancel(self, order_id: int, owner: int) -> None:
        order = self.find(order_id)
        if reason := self.stranger(order, owner):
            self.events.append(Rejected(order_id, reason))
        else:
            self.drop(order, CancelReason.REQUESTED)

    def expire(self, day: int) -> None:
        for order in list(self.queue):
            dated = order.new.time_in_force == TimeInForce.GTD and order.new.expires_on <= day
            if dated or order.new.time_in_force == TimeInForce.DAY:
                self.drop(order, CancelReason.EXPIRED)

    def find(self, order_id: int) -> Resting | None:
        return next((o for o in self.queue if o.new.order_id == order_id), None)

    def stranger(self, order: Resting | None, owner: int) -> RejectReason | None:
        if order is None:
            return RejectReason.UNKNOWN_ORDER
        return RejectReason.NOT_OWNER if owner and owner != order.new.owner else None

    def drop(self, order: Resting, reason: CancelReason) -> None:
        self.queue.remove(order)
        self.events.append(Cancelled(order.new.order_id, order.leaves, reason))

    def bounds(self, quantity: int, price: int, market: bool) -> RejectReason | None:
        low, high = self.band
        limits = self.limits
        tests = {
            RejectReason.QUANTITY_NOT_POSITIVE: quantity <= 0,
            RejectReason.QUANTITY_OFF_STEP: quantity % limits.step != 0,
            RejectReason.QUANTITY_BELOW_MINIMUM: quantity < limits.quantity_min,
            RejectReason.QUANTITY_ABOVE_MAXIMUM: quantity > limits.quantity_max,
            RejectReason.PRICE_NOT_POSITIVE: not market and price <= 0,
            RejectReason.PRICE_OFF_TICK: not market and price % limits.tick != 0,
            RejectReason.PRICE_OUTSIDE_BAND: not market and high and not low <= price <= high,
        }
        return min((reason for reason, wrong in tests.items() if wrong), default=None)

    def refusal(self, new: New) -> RejectReason | None:
        market = new.order_type == OrderType.MARKET
        passing = new.time_in_force in PASSING
        gtd = new.time_in_force == TimeInForce.GTD
        used = max(self.seen, default=0) >= new.order_id
        if used if self.limits.ids_increase else new.order_id in self.seen:
            return RejectReason.DUPLICATE_ORDER_ID
        tests = {
            RejectReason.MARKET_ORDER_WITH_PRICE: market and new.price != 0,
            RejectReason.MARKET_ORDER_CANNOT_REST: market and not passing,
            RejectReason.POST_ONLY_NEEDS_RESTING: new.post_only and passing,
            RejectReason.EXPIRY_MISSING: gtd and new.expires_on <= 0,
            RejectReason.EXPIRY_UNEXPECTED: not gtd and new.expires_on != 0,
            RejectReason.POST_ONLY_WOULD_TAKE: new.post_only and self.makers(new, new.price),
        }
        return self.bounds(new.quantity, new.price, market) or min(
            (reason for reason, wrong in tests.items() if wrong), default=None
        )

    def makers(self, new: New, price: int) -> list[Resting]:
        """Those the order may trade with, in the order of trading; price 0 is no limit."""
        buying = new.side == Side.BUY
        low, high = self.band
        limit = price or (high if buying else low)
        within = [
            o
            for o in self.queue
            if o.new.side != new.side
            and (not limit or (o.price <= limit if buying else o.price >= limit))
        ]
        return sorted(within, key=lambda o: o.price if buying else -o.price)

    def new(self, new: New) -> None:
        if reason := self.refusal(new):
            self.events.append(Rejected(new.order_id, reason))
            return
        self.seen[new.order_id] = None
        self.events.append(Accepted(new.order_id, new.quantity))
        taker = Resting(new, new.price, new.quantity, new.quantity)
        if new.time_in_force == TimeInForce.FOK and not self.fillable(new):
            self.finish(taker, CancelReason.FOK_UNFILLABLE)
        self.take(taker)
        if new.time_in_force in PASSING:
            market = new.order_type == OrderType.MARKET
            self.finish(
                taker, CancelReason.MARKET_REMAINDER if market else CancelReason.IOC_REMAINDER
            )
        if taker.leaves:
            self.queue.append(taker)

    def finish(self, order: Resting, reason: CancelReason) -> None:
        if order.leaves:
            self.events.append(Cancelled(order.new.order_id, order.leaves, reason))
            order.leaves = 0

    def same(self, one: New, other: New) -> bool:
        return (one.owner and one.owner == other.owner) or (one.group and one.group == other.group)

    def fillable(self, new: New) -> bool:
        """Try it on a copy: the order is fillable when it would be filled as IOC."""
        trial = NaiveBook(self.limits)
        trial.band = self.band
        trial.queue = [Resting(o.new, o.price, o.total, o.leaves) for o in self.queue]
        trial.take(Resting(new, new.price, new.quantity, new.quantity))
        filled = sum(event.quantity for event in trial.events if isinstance(event, Traded))
        return filled == new.quantity

    def take(self, taker: Resting) -> None:
        new = taker.new
        for maker in self.makers(new, taker.price):
            if not taker.leaves:
                return
            if self.same(new, maker.new):
                if new.self_trade_prevention != SelfTradePrevention.CANCEL_NEWEST:
                    self.drop(maker, CancelReason.SELF_TRADE)
                if new.self_trade_prevention != SelfTradePrevention.CANCEL_OLDEST:
                    self.finish(taker, CancelReason.SELF_TRADE)
                continue
            quantity = min(maker.leaves, taker.leaves)
            maker.leaves -= quantity
            taker.leaves -= quantity
            ids = (maker.new.order_id, new.order_id)
            self.events.append(Traded(*ids, maker.price, quantity, maker.leaves, taker.leaves))
            if not maker.leaves:
                self.queue.remove(maker)

    def replace(self, message: Replace) -> None:
        order_id, price, quantity, owner = (
            message.order_id,
            message.price,
            message.quantity,
            message.owner,
        )
        order = self.find(order_id)
        reason = self.stranger(order, owner) or self.bounds(quantity, price, market=False)
        if not reason and order.new.post_only and self.makers(order.new, price):
            reason = RejectReason.POST_ONLY_WOULD_TAKE
        if reason:
            self.events.append(Rejected(order_id, reason))
            return
        leaves = quantity - (order.total - order.leaves)
        if leaves <= 0:
            self.drop(order, CancelReason.REPLACED_BELOW_EXECUTED)
            return
        kept = price == order.price and quantity <= order.total
        order.price, order.total, order.leaves = price, quantity, leaves
        self.events.append(Replaced(order_id, price, quantity, leaves, kept))
        if not kept:
            self.queue.remove(order)
            self.take(order)
            if order.leaves:
                self.queue.append(order)

    def depth(self) -> Depth:
        return Depth(self.levels(Side.BUY), self.levels(Side.SELL))

    def levels(self, side: Side) -> list[Level]:
        orders = [o for o in self.queue if o.new.side == side]
        prices = sorted({o.price for o in orders}, reverse=side == Side.BUY)
        at = {price: [o.leaves for o in orders if o.price == price] for price in prices}
        return [Level(price, sum(leaves), len(leaves)) for price, leaves in at.items()]
