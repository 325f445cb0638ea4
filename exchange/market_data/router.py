"""Routes of public market data: book, tape, ticker."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.amounts import format_day, format_time
from exchange.api.body import StrictRoute
from exchange.api.directory import InstrumentFacts
from exchange.api.edge import EdgeDep
from exchange.api.pagination import (
    LIMIT_DEFAULT,
    Cursor,
    Limit,
    Page,
    PlainInt,
    more_after,
    read_cursor,
)
from exchange.api.problems import RESPONSES
from exchange.core.units import format_decimal
from exchange.ids import TRADE, reference
from exchange.market_data.schemas import BookView, PublicTradeView, TickerView
from exchange.storage.tables import book_levels, instrument_days, instruments, leases, trades
from matching import Side

router = APIRouter(
    prefix="/v1/instruments", tags=["market data"], route_class=StrictRoute, responses=RESPONSES
)
Depth = Annotated[PlainInt, Query(ge=1, le=1000, description="Levels of each side")]


async def _levels(
    connection: AsyncConnection, ledger: int, instrument_id: int, side: Side, depth: int
) -> list[Row[Any]]:
    """Return the best levels of a side. Index: the table's key, read from one end."""
    price = book_levels.c.price
    query = (
        select(book_levels)
        .where(
            book_levels.c.ledger == ledger,
            book_levels.c.instrument_id == instrument_id,
            book_levels.c.side == side.value,
            book_levels.c.quantity > 0,
        )
        .order_by(price.desc() if side is Side.BUY else price)
        .limit(depth)
    )
    return list((await connection.execute(query)).all())


def _level(row: Row[Any], facts: InstrumentFacts) -> dict[str, Any]:
    return {
        "price": format_decimal(row.price, facts.price_scale),
        "quantity": format_decimal(row.quantity, facts.asset.scale),
        "orders": row.orders,
    }


@router.get("/{code}/book", response_model=BookView)
async def show_book(code: str, edge: EdgeDep, depth: Depth = 5) -> dict[str, Any]:
    """Show the best levels of both sides; five by default, as listed trading shows them."""
    facts = await edge.directory.instrument(code)
    ledger = edge.ledger_number(facts.ledger)
    async with edge.reading() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        lease = await connection.execute(select(leases.c.last_seq).where(leases.c.ledger == ledger))
        seq = lease.scalar_one()
        bids = await _levels(connection, ledger, facts.instrument_id, Side.BUY, depth)
        asks = await _levels(connection, ledger, facts.instrument_id, Side.SELL, depth)
    return {
        "instrument": facts.code,
        "sequence": seq,
        "time": format_time(edge.clock.now_ns()),
        "bids": [_level(row, facts) for row in bids],
        "asks": [_level(row, facts) for row in asks],
    }


@router.get("/{code}/trades", response_model=Page[PublicTradeView])
async def list_public_trades(
    code: str,
    request: Request,
    response: Response,
    edge: EdgeDep,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List trades of an instrument, newest first, without the parties."""
    facts = await edge.directory.instrument(code)
    query = (
        select(trades)
        .where(
            trades.c.ledger == edge.ledger_number(facts.ledger),
            trades.c.instrument_id == facts.instrument_id,
        )
        .order_by(trades.c.trade_id.desc())
    )
    before = read_cursor(cursor, int)
    if before is not None:
        query = query.where(trades.c.trade_id < before[0])
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    items = [
        {
            "trade_id": reference(facts.ledger, TRADE, row.trade_id),
            "price": format_decimal(row.price, facts.price_scale),
            "quantity": format_decimal(row.quantity, facts.asset.scale),
            "value": format_decimal(row.consideration_fen, 2),
            "executed_at": format_time(row.at_ns),
            "taker_side": "buy" if row.taker_side == Side.BUY else "sell",
        }
        for row in rows[:limit]
    ]
    more = more_after(request, response, rows, limit, "trade_id")
    return {"items": items, "next_cursor": more}


@router.get("/{code}/ticker", response_model=TickerView)
async def show_ticker(code: str, edge: EdgeDep) -> dict[str, Any]:
    """Show the day so far, the closing price before it, the best prices and the band."""
    facts = await edge.directory.instrument(code)
    ledger = edge.ledger_number(facts.ledger)
    today = edge.today()
    of_instrument = (
        instrument_days.c.ledger == ledger,
        instrument_days.c.instrument_id == facts.instrument_id,
    )
    async with edge.reading() as connection:
        day = (
            await connection.execute(
                select(instrument_days).where(*of_instrument, instrument_days.c.day == today)
            )
        ).first()
        close = await connection.scalar(
            select(instrument_days.c.close)
            .where(*of_instrument, instrument_days.c.close > 0)
            .order_by(instrument_days.c.day.desc())
            .limit(1)
        )
        listed = (
            await connection.execute(
                select(instruments).where(
                    instruments.c.ledger == ledger,
                    instruments.c.instrument_id == facts.instrument_id,
                )
            )
        ).one()
        bids = await _levels(connection, ledger, facts.instrument_id, Side.BUY, 1)
        asks = await _levels(connection, ledger, facts.instrument_id, Side.SELL, 1)

    def price(value: int | None) -> str | None:
        return format_decimal(value, facts.price_scale) if value else None

    band = None
    if listed.band_high:
        band = {
            "reference": price(listed.band_reference),
            "low": price(listed.band_low),
            "high": price(listed.band_high),
        }
    return {
        "instrument": facts.code,
        "trading_day": format_day(today),
        "last": price(day.last if day else None),
        "open": price(day.open if day else None),
        "high": price(day.high if day else None),
        "low": price(day.low if day else None),
        "close": price(close),
        "volume": format_decimal(day.quantity if day else 0, facts.asset.scale),
        "turnover": format_decimal(day.turnover_fen if day else 0, 2),
        "trades": day.trades if day else 0,
        "best_bid": price(bids[0].price if bids else None),
        "best_ask": price(asks[0].price if asks else None),
        "band": band,
    }
