"""What participants ask about their orders and trades. Every query is scoped to a participant."""

from typing import Any

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.amounts import format_day, format_time
from exchange.api.directory import InstrumentFacts
from exchange.core.units import format_decimal, half_up
from exchange.errors import NotFound
from exchange.ids import ORDER, PARTICIPANT, TRADE, numbered, reference
from exchange.orders.receipts import (
    CANCEL_WORDS,
    PREVENTION_WORDS,
    SIDE_WORDS,
    TIME_WORDS,
    TYPE_WORDS,
    status_word,
)
from exchange.storage.tables import orders, trades
from matching import Side


def order_view(row: Row[Any], facts: InstrumentFacts) -> dict[str, Any]:
    """Describe an order row."""
    scale, price_scale = facts.asset.scale, facts.price_scale
    average = None
    if row.executed:
        exact = row.executed_fen * 10 ** (price_scale + scale - 2)
        average = format_decimal(half_up(exact, row.executed), price_scale)
    return {
        "order_id": reference(facts.ledger, ORDER, row.order_id),
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "client_order_id": row.client_order_id,
        "instrument": facts.code,
        "side": SIDE_WORDS[row.side],
        "order_type": TYPE_WORDS[row.order_type],
        "time_in_force": TIME_WORDS[row.time_in_force],
        "post_only": row.post_only,
        "self_trade_prevention": PREVENTION_WORDS[row.self_trade_prevention],
        "good_till_date": format_day(row.expires_on) if row.expires_on else None,
        "price": format_decimal(row.price, price_scale) if row.price else None,
        "quantity": format_decimal(row.quantity, scale),
        "leaves": format_decimal(row.leaves, scale),
        "executed": format_decimal(row.executed, scale),
        "executed_value": format_decimal(row.executed_fen, 2),
        "average_price": average,
        "fee": format_decimal(row.fee_fen, 2),
        "status": status_word(row.leaves, row.executed, bool(row.cancel_reason)),
        "cancel_reason": CANCEL_WORDS.get(row.cancel_reason),
        "accepted_at": format_time(row.accepted_at_ns),
        "updated_at": format_time(row.updated_at_ns),
        "sequence": row.accepted_seq,
        "rule_set": row.rule_set,
    }


async def find_order(
    connection: AsyncConnection, ledger: int, order_id: int, participant_id: int | None
) -> Row[Any]:
    """Return one order, if it is the participant's (None: anybody's). Raises: NotFound."""
    query = select(orders).where(orders.c.ledger == ledger, orders.c.order_id == order_id)
    return await _one(connection, query, participant_id)


async def find_by_client_id(
    connection: AsyncConnection, ledger: int, client_order_id: str, participant_id: int
) -> Row[Any]:
    """Return one's own order by the id one gave it. Raises: NotFound."""
    query = select(orders).where(
        orders.c.ledger == ledger, orders.c.client_order_id == client_order_id
    )
    return await _one(connection, query, participant_id)


async def _one(
    connection: AsyncConnection, query: Select[Any], participant_id: int | None
) -> Row[Any]:
    if participant_id is not None:
        query = query.where(orders.c.participant_id == participant_id)
    row: Row[Any] | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("not_found")
    return row


def orders_query(  # noqa: PLR0913
    ledgers: list[int],
    participant_id: int | None,
    *,
    instrument: InstrumentFacts | None,
    side: Side | None,
    status: str,
    before: tuple[int, ...] | None,
) -> Select[Any]:
    """Select orders, newest first by ledger. Index: `orders_by_participant`, or the open ones'."""
    query = select(orders).where(orders.c.ledger.in_(ledgers))
    if participant_id is not None:
        query = query.where(orders.c.participant_id == participant_id)
    if instrument is not None:
        query = query.where(orders.c.instrument_id == instrument.instrument_id)
    if side is not None:
        query = query.where(orders.c.side == side.value)
    if status == "open":
        query = query.where(orders.c.leaves > 0)
    elif status == "closed":
        query = query.where(orders.c.leaves == 0)
    if before is not None:
        query = query.where(
            or_(
                orders.c.ledger > before[0],
                and_(orders.c.ledger == before[0], orders.c.order_id < before[1]),
            )
        )
    return query.order_by(orders.c.ledger, orders.c.order_id.desc())


def trades_query(
    ledgers: list[int],
    participant_id: int | None,
    *,
    instrument: InstrumentFacts | None,
    order_id: int | None,
    before: tuple[int, ...] | None,
) -> Select[Any]:
    """Select trades, newest first by ledger. Index: `trades_by_buyer`, `trades_by_seller`."""
    query = select(trades).where(trades.c.ledger.in_(ledgers))
    if participant_id is not None:
        query = query.where(
            or_(trades.c.buyer_id == participant_id, trades.c.seller_id == participant_id)
        )
    if instrument is not None:
        query = query.where(trades.c.instrument_id == instrument.instrument_id)
    if order_id is not None:
        query = query.where(
            or_(trades.c.buy_order_id == order_id, trades.c.sell_order_id == order_id)
        )
    if before is not None:
        query = query.where(
            or_(
                trades.c.ledger > before[0],
                and_(trades.c.ledger == before[0], trades.c.trade_id < before[1]),
            )
        )
    return query.order_by(trades.c.ledger, trades.c.trade_id.desc())


def trade_view(row: Row[Any], facts: InstrumentFacts, buys: bool) -> dict[str, Any]:  # noqa: FBT001
    """Describe one side of a trade."""
    fee_fen = row.buyer_fee_fen if buys else row.seller_fee_fen
    order_id = row.buy_order_id if buys else row.sell_order_id
    took = (row.taker_side == Side.BUY) == buys
    return {
        "trade_id": reference(facts.ledger, TRADE, row.trade_id),
        "instrument": facts.code,
        "side": "buy" if buys else "sell",
        "price": format_decimal(row.price, facts.price_scale),
        "quantity": format_decimal(row.quantity, facts.asset.scale),
        "value": format_decimal(row.consideration_fen, 2),
        "fee": format_decimal(fee_fen, 2),
        "order_id": reference(facts.ledger, ORDER, order_id),
        "liquidity": "taker" if took else "maker",
        "executed_at": format_time(row.at_ns),
        "rule_set": row.rule_set,
    }
