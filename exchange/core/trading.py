"""Orders: checks in the order of `RejectReason`, holds at entry, matching, replacing, cancelling.

Invariants: `held` of an account is the sum over its open orders, pending transfers and freezes; an
order is open here exactly while it rests in its instrument's book.
Rule: full prefunding, band, tick, step, limits and hours of the rulebook.
"""

from collections.abc import Sequence

from exchange.core import clearing
from exchange.core.budgets import indicators
from exchange.core.budgets.indicators import market
from exchange.core.commands import (
    PlaceOrder,
    PlaceOrders,
)
from exchange.core.events import AnyEvent, OrderAccepted, TradeExecuted
from exchange.core.order_exit import forget, release
from exchange.core.outcomes import Refusal
from exchange.core.participants import ineligible, open_holding
from exchange.core.reasons import RejectReason
from exchange.core.reclaim import insufficient
from exchange.core.state import Instrument, OpenOrder, Participant, State
from exchange.core.totals import movement
from exchange.core.transfers import refuse_spend
from exchange.core.types import AccountId, OrderId, SessionState
from exchange.core.units import NUMBER_MAX, format_decimal
from matching import (
    Cancelled,
    Event,
    New,
    OrderType,
    Side,
    TimeInForce,
    Traded,
)
from matching import RejectReason as BookReason

TERMS: dict[BookReason, RejectReason] = {
    reason: RejectReason(reason.name.lower())
    for reason in BookReason
    if reason.name.lower() in set(RejectReason)
}
OPEN = SessionState.OPEN
BUY = Side.BUY
MARKET = OrderType.MARKET
IOC = TimeInForce.IOC


def refuse_place(state: State, command: PlaceOrder) -> Refusal | None:
    """Check one order against the market as it stands."""
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    instrument = state.instruments.get(command.instrument_id)
    if instrument is None:
        return state.refuse(RejectReason.INSTRUMENT_UNKNOWN)
    refusal = refuse_now(state, participant, instrument, command.side)
    if refusal is not None:
        return refusal
    reason = instrument.book.refusal(_new(state, participant, command))
    if reason is not None and reason is not BookReason.POST_ONLY_WOULD_TAKE:
        return terms_refusal(state, instrument, reason)
    refusal = _refuse_figures(state, instrument, command)
    if refusal is not None:
        return refusal
    account_id, needed = required(state, participant, instrument, command)
    refusal = _refuse_means(state, instrument, account_id, needed)
    if refusal is not None:
        return refusal
    return None if reason is None else state.refuse(RejectReason.POST_ONLY_WOULD_TAKE)


def refuse_now(
    state: State, participant: Participant, instrument: Instrument, side: Side
) -> Refusal | None:
    """Check what has nothing to do with the order's terms."""
    if participant.frozen:
        return state.refuse(RejectReason.PARTICIPANT_FROZEN)
    if instrument.halted:
        return state.refuse(RejectReason.INSTRUMENT_HALTED)
    if state.session is not OPEN:
        return state.refuse(RejectReason.SESSION_CLOSED)
    reason = ineligible(state, participant, instrument)
    if reason is not None:
        return state.refuse(reason, instrument.asset.kind)
    if side is BUY and state.budgets.reds:
        asset = instrument.asset
        return indicators.refuse_more(state, asset, participant.region, market(state, asset))
    return None


def _refuse_figures(state: State, instrument: Instrument, command: PlaceOrder) -> Refusal | None:
    """Check what the book does not know: the fen, the band a market order needs, the date."""
    if command.order_type is MARKET:
        if instrument.band is None or not instrument.band.high:
            return state.refuse(RejectReason.MARKET_ORDER_NEEDS_BAND, instrument.asset.kind)
    elif command.price < instrument.price_min:
        return state.refuse(
            RejectReason.PRICE_BELOW_MINIMUM,
            minimum=format_decimal(instrument.price_min, instrument.price_scale),
        )
    elif command.price * command.quantity > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    if command.expires_on and command.expires_on < state.today:
        return state.refuse(RejectReason.EXPIRY_PASSED)
    return None


def terms_refusal(state: State, instrument: Instrument, reason: BookReason) -> Refusal:
    """Say what the book says of an order's terms, with the figures of its limits."""
    limits, asset, band = instrument.limits, instrument.asset, instrument.band
    quantities = {
        BookReason.QUANTITY_OFF_STEP: {"step": limits.step},
        BookReason.QUANTITY_BELOW_MINIMUM: {"minimum": limits.quantity_min},
        BookReason.QUANTITY_ABOVE_MAXIMUM: {"maximum": limits.quantity_max},
    }
    prices = {BookReason.PRICE_OFF_TICK: {"tick": limits.tick}}
    if band is not None:
        prices[BookReason.PRICE_OUTSIDE_BAND] = {
            "low": band.low,
            "high": band.high,
            "reference": band.reference_price,
        }
    figures = {
        name: format_decimal(value, asset.scale)
        for name, value in quantities.get(reason, {}).items()
    } | {
        name: format_decimal(value, instrument.price_scale)
        for name, value in prices.get(reason, {}).items()
    }
    return state.refuse(TERMS[reason], asset.kind, **figures)


def required(
    state: State, participant: Participant, instrument: Instrument, command: PlaceOrder
) -> tuple[AccountId, int]:
    """Return which account an order's hold reserves, and how much; account 0 when there is none."""
    if command.side is BUY:
        price = command.price or (instrument.band.high if instrument.band else 0)
        held = command.quantity // instrument.step * clearing.hold_per_step_fen(instrument, price)
        return participant.cash.account_id, held
    holding = state.holding(participant, instrument.asset.asset_id)
    return (AccountId(0) if holding is None else holding.account_id), command.quantity


def _refuse_means(
    state: State, instrument: Instrument, account_id: AccountId, needed: int
) -> Refusal | None:
    account = state.accounts.all.get(account_id)
    if account is not None:
        return refuse_spend(state, account, needed)
    return insufficient(state, instrument.asset, 0, needed)


def _new(state: State, participant: Participant, command: PlaceOrder) -> New:
    return New(
        state.last_order + 1,
        participant.participant_id,
        command.side,
        command.quantity,
        command.price,
        command.order_type,
        command.time_in_force,
        command.post_only,
        command.expires_on,
        participant.group_id,
        command.self_trade_prevention,
    )


def place(state: State, command: PlaceOrder) -> list[AnyEvent]:
    """Hold what the order may cost, then match it.

    Emits: AccountOpened when its receiver's account is new, OrderAccepted, TradeExecuted for each
    fill, OrderCancelled for what may not rest and for what self-trade prevention took off.
    """
    participant = state.participants[command.participant_id]
    instrument = state.instruments[command.instrument_id]
    new = _new(state, participant, command)
    events = open_holding(state, participant, instrument.asset)
    holding = participant.holdings[instrument.asset.asset_id]
    order_id = OrderId(new.order_id)
    state.last_order = order_id
    steps = command.quantity // instrument.step
    price = command.price
    if command.side is BUY:
        worst = price or (instrument.band.high if instrument.band else 0)
        per_step = clearing.hold_per_step_fen(instrument, worst)
        account, receiver, fee_ppm = participant.cash, holding, instrument.buyer_fee_ppm
    else:
        per_step = instrument.step
        account, receiver, fee_ppm = holding, participant.cash, instrument.seller_fee_ppm
    order = OpenOrder(
        order_id,
        participant,
        instrument,
        command.side,
        price if command.time_in_force < IOC else 0,
        command.quantity,
        per_step,
        fee_ppm,
        account,
        receiver,
    )
    account.held += steps * per_step
    events.append(
        OrderAccepted(
            order_id,
            command.participant_id,
            command.client_order_id,
            command.instrument_id,
            command.side,
            command.quantity,
            price,
            command.order_type,
            command.time_in_force,
            command.post_only,
            command.expires_on,
            command.self_trade_prevention,
            account.account_id,
            steps * per_step,
            state.rules.rule_set,
        )
    )
    state.orders[order_id] = order
    participant.open_orders[order_id] = order
    book_events = instrument.book.place(new)
    if len(book_events) > 1:
        follow(state, order, book_events, events)
    return events


def follow(
    state: State, taker: OpenOrder, book_events: list[Event], events: list[AnyEvent]
) -> None:
    """Carry out what the book said after its acknowledgement."""
    may_rest = taker.price > 0
    for event in book_events:
        if isinstance(event, Traded):
            trade = clearing.settle(state, taker, event, taker_may_rest=may_rest)
            events.append(trade)
            if state.totals.places:
                events.extend(_follow_total(state, taker, trade))
            if not event.maker_leaves:
                forget(state, state.orders[OrderId(event.maker_order_id)])
        elif isinstance(event, Cancelled):
            events.append(release(state, state.orders[OrderId(event.order_id)], event.reason))
    if not taker.leaves:
        forget(state, taker)


def _follow_total(state: State, taker: OpenOrder, trade: TradeExecuted) -> Sequence[AnyEvent]:
    members = state.participants
    return movement.moved(
        state,
        taker.instrument.asset.asset_id,
        members[trade.seller_id],
        members[trade.buyer_id],
        trade.quantity,
        f"trade {trade.trade_id}",
    )


def refuse_place_all(state: State, command: PlaceOrders) -> Refusal | None:
    """Check an atomic batch: each order, then the sum of what they hold, then post-only among them.

    What depends on matching (an unfilled rest, self-trade prevention) does not undo a batch.
    """
    if not command.orders:
        return state.refuse(RejectReason.BATCH_EMPTY)
    needed: dict[AccountId, int] = {}
    for index, order in enumerate(command.orders):
        if order.participant_id != command.participant_id:
            return _at(index, state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED))
        refusal = refuse_place(state, order)
        if refusal is not None:
            return _at(index, refusal)
        participant = state.participants[order.participant_id]
        instrument = state.instruments[order.instrument_id]
        account_id, held = required(state, participant, instrument, order)
        needed[account_id] = needed.get(account_id, 0) + held
        refusal = _refuse_means(state, instrument, account_id, needed[account_id])
        if refusal is None and order.post_only and _meets(order, command.orders[:index]):
            refusal = state.refuse(RejectReason.POST_ONLY_WOULD_TAKE)
        if refusal is not None:
            return _at(index, refusal)
    return None


def _at(index: int, refusal: Refusal) -> Refusal:
    """Name the place in the batch that was refused."""
    return Refusal(refusal.reason, refusal.rule, (*refusal.figures, ("index", str(index))))


def _meets(order: PlaceOrder, earlier: tuple[PlaceOrder, ...]) -> bool:
    """Tell whether an order could take one that comes before it in the same batch and may rest."""
    return any(
        other.time_in_force < IOC
        and other.instrument_id == order.instrument_id
        and other.side is not order.side
        and (other.price >= order.price if order.side is not BUY else other.price <= order.price)
        for other in earlier
    )


def place_all(state: State, command: PlaceOrders) -> list[AnyEvent]:
    """Emits: as `place`, for each order in turn."""
    events: list[AnyEvent] = []
    for order in command.orders:
        events.extend(place(state, order))
    return events
