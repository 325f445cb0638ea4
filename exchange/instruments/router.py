"""Routes of instruments: list them, look them up, halt and resume them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, and_, select, tuple_

from exchange.api.amounts import format_day, parse_amount
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey, mark
from exchange.api.pagination import (
    LEDGER,
    LIMIT_DEFAULT,
    Cursor,
    Limit,
    Page,
    more_after,
    read_cursor,
)
from exchange.api.problems import RESPONSES
from exchange.api.schemas import DocumentRequest, ReceiptView
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import carry_out, receipt
from exchange.core.commands import HaltInstrument, ListInstrument, ResumeInstrument
from exchange.core.types import SessionState
from exchange.core.units import decimals, format_decimal
from exchange.errors import Conflict, NotFound
from exchange.instruments.schemas import (
    InstrumentView,
    ListInstrumentRequest,
)
from exchange.storage.tables import assets, instruments, rules, sessions

router = APIRouter(
    prefix="/v1/instruments", tags=["instruments"], route_class=StrictRoute, responses=RESPONSES
)
QUERY = (
    select(
        instruments,
        assets.c.code.label("asset"),
        assets.c.unit,
        assets.c.scale,
        sessions.c.state.label("session"),
    )
    .join(
        assets,
        and_(assets.c.ledger == instruments.c.ledger, assets.c.asset_id == instruments.c.asset_id),
    )
    .join(sessions, sessions.c.ledger == instruments.c.ledger, isouter=True)
)


def _view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    def price(value: int) -> str:
        return format_decimal(value, row.price_scale)

    band = None
    if row.band_high:
        band = {
            "trading_day": format_day(row.band_day),
            "reference": price(row.band_reference),
            "low": price(row.band_low),
            "high": price(row.band_high),
        }
    return {
        "code": row.code,
        "ledger": edge.ledger_code(row.ledger),
        "asset": row.asset,
        "unit": row.unit,
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "price_tick": price(row.price_tick),
        "price_min": price(row.price_min),
        "quantity_step": format_decimal(row.quantity_step, row.scale),
        "quantity_min": format_decimal(row.quantity_min, row.scale),
        "quantity_max": format_decimal(row.quantity_max, row.scale),
        "band": band,
        "state": "halted" if row.halted else "trading",
        "session": "open" if row.session == SessionState.OPEN else "closed",
        "region": row.region,
        "basin": row.basin,
        "sector": row.sector,
        "rule_set": row.rule_set,
    }


@router.get("", response_model=Page[InstrumentView])
async def list_instruments(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: Annotated[str | None, Query(max_length=32)] = None,
    asset: Annotated[str | None, Query(max_length=32)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List instruments with their figures and today's bands."""
    query = QUERY.order_by(instruments.c.ledger, instruments.c.instrument_id)
    if ledger is not None:
        query = query.where(instruments.c.ledger == edge.ledger_number(ledger))
    if asset is not None:
        facts = await edge.directory.asset_anywhere(asset)
        query = query.where(
            instruments.c.ledger == edge.ledger_number(facts.ledger),
            instruments.c.asset_id == facts.asset_id,
        )
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        place = tuple_(instruments.c.ledger, instruments.c.instrument_id)
        query = query.where(place > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "instrument_id")
    return {"items": [_view(edge, row) for row in rows[:limit]], "next_cursor": more}


@router.get("/{code}", response_model=InstrumentView)
async def show_instrument(code: str, edge: EdgeDep) -> dict[str, Any]:
    """Show one instrument."""
    return await _show(edge, code)


async def _show(edge: Edge, code: str) -> dict[str, Any]:
    facts = await edge.directory.instrument(code)
    query = QUERY.where(
        instruments.c.ledger == edge.ledger_number(facts.ledger),
        instruments.c.instrument_id == facts.instrument_id,
    )
    async with edge.reading() as connection:
        return _view(edge, (await connection.execute(query)).one())


@router.post("", status_code=201, response_model=InstrumentView)
async def list_instrument(
    body: ListInstrumentRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """List an instrument on an asset, with the price from which its first band is taken."""
    if body.ledger is not None:
        edge.ledger_number(body.ledger)
        asset = await edge.directory.asset(body.ledger, body.asset)
    else:
        asset = await edge.directory.asset_anywhere(body.asset)
    await _free(edge, body.code, asset.ledger)
    price_scale = await _price_scale(edge, asset.ledger, asset.kind)
    command = ListInstrument(
        body.code,
        asset.asset_id,
        body.title_zh,
        body.title_en,
        parse_amount(body.reference_price, price_scale, "/reference_price"),
        body.region,
        body.basin,
        body.sector,
    )
    committed = await carry_out(edge, principal, asset.ledger, key, command)
    mark(response, replayed=committed.replayed)
    return await _show(edge, body.code)


async def _free(edge: Edge, code: str, ledger: str) -> None:
    """Raises: Conflict when another ledger has an instrument of this code."""
    try:
        facts = await edge.directory.instrument(code)
    except NotFound:
        return
    if facts.ledger != ledger:
        raise Conflict("instrument_exists")


async def _price_scale(edge: Edge, ledger: str, kind: str) -> int:
    """Return the decimals of prices, as the tick in the rulebook has them."""
    names = [f"{ledger}.trading.price_tick", f"{ledger}.trading.price_tick.{kind}"]
    query = select(rules.c.rule_id, rules.c.value).where(
        rules.c.ledger == edge.ledger_number(ledger), rules.c.rule_id.in_(names)
    )
    async with edge.reading() as connection:
        found = (await connection.execute(query)).all()
    return max([2, *[decimals(row.value[0]) for row in found]])


@router.post("/{code}:halt", response_model=ReceiptView)
async def halt_instrument(
    code: str,
    body: DocumentRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Stop trading in an instrument; orders stay and can be cancelled."""
    facts = await edge.directory.instrument(code)
    command = HaltInstrument(facts.instrument_id, body.document)
    committed = await carry_out(edge, principal, facts.ledger, key, command)
    return receipt(facts.ledger, committed, response)


@router.post("/{code}:resume", response_model=ReceiptView)
async def resume_instrument(
    code: str,
    body: DocumentRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Let an instrument trade again."""
    facts = await edge.directory.instrument(code)
    command = ResumeInstrument(facts.instrument_id, body.document)
    committed = await carry_out(edge, principal, facts.ledger, key, command)
    return receipt(facts.ledger, committed, response)
