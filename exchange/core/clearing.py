"""Delivery against payment at the trade: rights one way, money the other, both or neither.

Invariants: a bid's hold covers price and fee of whatever it buys, an ask's hold the units it sells,
so settling cannot fail. Rule: gross settlement trade by trade, on full prefunding
(`settlement.prefunding`); the consideration is rounded half up to the fen
(`settlement.consideration_rounding`), as are fees (`fees.rounding`).
"""

from exchange.core.accounts import parcels_of
from exchange.core.event import Parcel
from exchange.core.events import TradeExecuted
from exchange.core.state import Instrument, OpenOrder, State
from exchange.core.types import Day, Purpose, TradeId, TransferId
from exchange.core.units import PPM, ceiling, half_up
from matching import Side, Traded


def hold_per_step_fen(instrument: Instrument, price: int) -> int:
    """Return what one quantity step of a bid reserves: its price and fee, each rounded up.

    As both are rounded up for each step, the sum over any fills at `price` or better never exceeds
    the hold.
    """
    price_fen = ceiling(price * instrument.step, instrument.divisor)
    return price_fen + ceiling(price_fen * instrument.buyer_fee_ppm, PPM)


def settle(
    state: State, taker: OpenOrder, traded: Traded, *, taker_may_rest: bool
) -> TradeExecuted:
    """Move units and money of one fill. Posts: delivery, payment, fees. Emits: TradeExecuted."""
    maker = state.orders[traded.maker_order_id]  # type: ignore[index]
    taker_buys = taker.side is Side.BUY
    buy, sell = (taker, maker) if taker_buys else (maker, taker)
    instrument = taker.instrument
    price, quantity = traded.price, traded.quantity
    fen = price * quantity
    if instrument.divisor != 1:
        fen = half_up(fen, instrument.divisor)
    buyer_fee = half_up(fen * buy.fee_ppm, PPM) if buy.fee_ppm else 0
    seller_fee = half_up(fen * sell.fee_ppm, PPM) if sell.fee_ppm else 0
    released = quantity // instrument.step * buy.hold_per_step

    _pay(state, buy, sell, fen, buyer_fee, seller_fee, released)
    parcels = _deliver(state, buy, sell, quantity)

    maker.leaves = traded.maker_leaves
    taker.leaves = traded.taker_leaves
    instrument.day_quantity += quantity
    instrument.day_turnover += price * quantity
    instrument.day_fen += fen
    first_transfer = TransferId(state.last_transfer + 1)
    state.last_transfer += len(parcels) + 1 + (buyer_fee > 0) + (seller_fee > 0)
    state.last_trade += 1
    return _executed(
        state,
        traded,
        (buy, sell, taker),
        (fen, buyer_fee, seller_fee),
        released,
        first_transfer,
        parcels,
        taker_price=taker.price if taker_may_rest else 0,
    )


def _pay(  # noqa: PLR0913, PLR0917
    state: State,
    buy: OpenOrder,
    sell: OpenOrder,
    fen: int,
    buyer_fee: int,
    seller_fee: int,
    released: int,
) -> None:
    """Move the price and the fees."""
    cash, proceeds = buy.account, sell.receiver
    cash.held -= released
    cash.posted -= fen + buyer_fee
    proceeds.posted += fen - seller_fee
    state.cash_account(Purpose.FEES).posted += buyer_fee + seller_fee


def _deliver(state: State, buy: OpenOrder, sell: OpenOrder, quantity: int) -> tuple[Parcel, ...]:
    """Move the units, oldest first; return them with the day from which the buyer may sell."""
    given, received = sell.account, buy.receiver
    given.held -= quantity
    given.posted -= quantity
    received.posted += quantity
    taken = given.take_parcels(quantity, state.today)
    day: Day | None = None
    sell_back_days = buy.instrument.sell_back_days
    if sell_back_days:
        day = state.calendar.trading_day_after(state.today, sell_back_days)
        state.accounts.locked[received.account_id] = received
    parcels = parcels_of(taken, day)
    for parcel in parcels:
        received.add_parcel(
            parcel.lot_id, parcel.tradable_from_credit, parcel.quantity, state.today
        )
    return parcels


def _executed(  # noqa: PLR0913, PLR0917
    state: State,
    traded: Traded,
    parties: tuple[OpenOrder, OpenOrder, OpenOrder],
    amounts: tuple[int, int, int],
    released: int,
    first_transfer: TransferId,
    parcels: tuple[Parcel, ...],
    *,
    taker_price: int,
) -> TradeExecuted:
    buy, sell, taker = parties
    fen, buyer_fee, seller_fee = amounts
    return TradeExecuted(
        TradeId(state.last_trade),
        taker.instrument.instrument_id,
        traded.price,
        traded.quantity,
        fen,
        buyer_fee,
        seller_fee,
        buy.order_id,
        sell.order_id,
        buy.participant.participant_id,
        sell.participant.participant_id,
        taker.side,
        buy.leaves,
        sell.leaves,
        released,
        buy.account.account_id,
        sell.receiver.account_id,
        buy.receiver.account_id,
        sell.account.account_id,
        state.cash_account(Purpose.FEES).account_id,
        first_transfer,
        parcels,
        taker_price,
        state.rules.rule_set,
    )
