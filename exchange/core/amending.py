"""Replacing and cancelling of open orders: their owner's, at the owner's wish.

Invariants: as in `trading`; who has no open order of a number learns no more than that.
"""

from exchange.core import clearing
from exchange.core.commands import CancelOrder, CancelOrders, ReplaceOrder
from exchange.core.events import AnyEvent, OrderReplaced
from exchange.core.order_exit import withdraw
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import OpenOrder, State
from exchange.core.trading import follow, refuse_now, terms_refusal
from exchange.core.transfers import refuse_spend
from exchange.core.types import InstrumentId
from exchange.core.units import NUMBER_MAX
from matching import RejectReason as BookReason
from matching import Replaced, Side

BUY = Side.BUY


def own_open_order(state: State, command: ReplaceOrder | CancelOrder) -> OpenOrder | None:
    """Return the participant's open order of that number, if it has one."""
    order = state.orders.get(command.order_id)
    if order is None or order.participant.participant_id != command.participant_id:
        return None
    return order


def refuse_replace(state: State, command: ReplaceOrder) -> Refusal | None:
    order = own_open_order(state, command)
    if order is None:
        return state.refuse(RejectReason.ORDER_NOT_OPEN)
    instrument = order.instrument
    refusal = refuse_now(state, order.participant, instrument, order.side)
    if refusal is not None:
        return refusal
    reason = instrument.book.replace_refusal(order.order_id, command.price, command.quantity)
    if reason is not None and reason is not BookReason.POST_ONLY_WOULD_TAKE:
        return terms_refusal(state, instrument, reason)
    if command.price < instrument.price_min:
        return state.refuse(RejectReason.PRICE_BELOW_MINIMUM)
    if command.price * command.quantity > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    leaves = command.quantity - (order.quantity - order.leaves)
    if leaves <= 0:
        return state.refuse(RejectReason.REPLACE_NOTHING_LEFT)
    change = _new_hold(order, command.price, leaves)[1]
    if change > 0:
        refusal = refuse_spend(state, order.account, change)
        if refusal is not None:
            return refusal
    return None if reason is None else state.refuse(RejectReason.POST_ONLY_WOULD_TAKE)


def _new_hold(order: OpenOrder, price: int, leaves: int) -> tuple[int, int]:
    """Return the hold for each step at a new price, and by how much the whole hold changes."""
    step = order.instrument.step
    per_step = order.hold_per_step
    if order.side is BUY:
        per_step = clearing.hold_per_step_fen(order.instrument, price)
    return per_step, leaves // step * per_step - order.leaves // step * order.hold_per_step


def replace(state: State, command: ReplaceOrder) -> list[AnyEvent]:
    """Change the hold first, then the book.

    Emits: OrderReplaced, then TradeExecuted and OrderCancelled as `place`.
    """
    order = state.orders[command.order_id]
    instrument = order.instrument
    old_price, old_leaves = order.price, order.leaves
    leaves = command.quantity - (order.quantity - order.leaves)
    per_step, change = _new_hold(order, command.price, leaves)
    order.account.held += change
    order.hold_per_step = per_step
    buys = order.side is BUY
    order.fee_ppm = instrument.buyer_fee_ppm if buys else instrument.seller_fee_ppm
    order.price = command.price
    order.quantity = command.quantity
    order.leaves = leaves
    book_events = instrument.book.replace(order.order_id, command.price, command.quantity)
    replaced = book_events[0]
    assert isinstance(replaced, Replaced)
    events: list[AnyEvent] = [
        OrderReplaced(
            order.order_id,
            instrument.instrument_id,
            order.side,
            old_price,
            command.price,
            command.quantity,
            old_leaves,
            leaves,
            replaced.kept_priority,
            order.account.account_id,
            change,
        )
    ]
    if len(book_events) > 1:
        follow(state, order, book_events[1:], events)
    return events


def refuse_cancel(state: State, command: CancelOrder) -> Refusal | None:
    if own_open_order(state, command) is None:
        return state.refuse(RejectReason.ORDER_NOT_OPEN)
    return None


def cancel(state: State, command: CancelOrder) -> list[AnyEvent]:
    """Emits: OrderCancelled. Allowed at any hour, when halted and when frozen."""
    return [withdraw(state, state.orders[command.order_id])]


def refuse_cancel_all(state: State, command: CancelOrders) -> Refusal | None:
    if command.participant_id not in state.participants:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    if command.instrument_id and command.instrument_id not in state.instruments:
        return state.refuse(RejectReason.INSTRUMENT_UNKNOWN)
    return None


def cancel_all(state: State, command: CancelOrders) -> list[AnyEvent]:
    """Emits: OrderCancelled for each open order that fits, oldest first."""
    participant = state.participants[command.participant_id]
    any_instrument = InstrumentId(0)
    chosen = [
        order
        for order in participant.open_orders.values()
        if command.instrument_id in (any_instrument, order.instrument.instrument_id)
        and command.side in (0, order.side)
    ]
    return [withdraw(state, order) for order in chosen]
