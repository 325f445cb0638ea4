"""How an order leaves the book without trading: the rest comes off and its hold is released."""

from exchange.core.events import OrderCancelled
from exchange.core.state import OpenOrder, State
from matching import Cancelled, CancelReason


def withdraw(
    state: State, order: OpenOrder, reason: CancelReason = CancelReason.REQUESTED
) -> OrderCancelled:
    """Take a resting order off at somebody's request, or because what it offers was withdrawn."""
    (cancelled,) = order.instrument.book.cancel(order.order_id)
    assert isinstance(cancelled, Cancelled)
    return release(state, order, reason)


def release(state: State, order: OpenOrder, reason: CancelReason) -> OrderCancelled:
    """Give back the hold of an order that the book has let go."""
    released = order.leaves // order.instrument.step * order.hold_per_step
    order.account.held -= released
    forget(state, order)
    return OrderCancelled(
        order.order_id,
        order.participant.participant_id,
        order.instrument.instrument_id,
        order.side,
        order.price,
        order.leaves,
        reason,
        order.account.account_id,
        released,
    )


def forget(state: State, order: OpenOrder) -> None:
    """Strike an order that is off the book from the open ones."""
    del state.orders[order.order_id]
    del order.participant.open_orders[order.order_id]
