"""Delivery against payment at the trade: rights one way, money the other, both or neither.

Invariants: a bid's hold covers price and fee of whatever it buys, an ask's hold the units it sells,
so settling cannot fail. Rule: gross settlement trade by trade, on full prefunding
(`settlement.prefunding`); the consideration is rounded half up to the fen
(`settlement.consideration_rounding`), as are fees (`fees.rounding`).
"""

from exchange.core.accounts import parcels_of
from exchange.core.events import TradeExecuted
from exchange.core.instruments import PPM
from exchange.core.state import Instrument, OpenOrder, State
from exchange.core.types import Day, Purpose, TradeId, TransferId
from exchange.core.units import ceiling, half_up
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

    cash, proceeds = buy.account, sell.receiver
    cash.held -= released
    cash.posted -= fen + buyer_fee
    proceeds.posted += fen - seller_fee
    fees = state.cash_account(Purpose.FEES)
    fees.posted += buyer_fee + seller_fee

    given, received = sell.account, buy.receiver
    given.held -= quantity
    given.posted -= quantity
    received.posted += quantity
    taken = given.take_parcels(quantity, state.today)
    day: Day | None = None
    if instrument.sell_back_days:
        day = state.calendar.trading_day_after(state.today, instrument.sell_back_days)
        state.accounts.locked[received.account_id] = received
    parcels = parcels_of(taken, day)
    for parcel in parcels:
        received.add_parcel(
            parcel.lot_id, parcel.tradable_from_credit, parcel.quantity, state.today
        )

    maker.leaves = traded.maker_leaves
    taker.leaves = traded.taker_leaves
    instrument.day_quantity += quantity
    instrument.day_turnover += price * quantity
    instrument.day_fen += fen
    first_transfer = TransferId(state.last_transfer + 1)
    state.last_transfer += len(parcels) + 1 + (buyer_fee > 0) + (seller_fee > 0)
    state.last_trade += 1
    return TradeExecuted(
        TradeId(state.last_trade),
        instrument.instrument_id,
        price,
        quantity,
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
        cash.account_id,
        proceeds.account_id,
        received.account_id,
        given.account_id,
        fees.account_id,
        first_transfer,
        parcels,
        taker.price if taker_may_rest else 0,
        state.rules.rule_set,
    )
