"""Routes of voluntary cancellation: asked for and granted by the holder, registered in public."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, Select, and_, select, tuple_

from exchange.api.amounts import format_day, format_time, parse_amount
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey
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
from exchange.api.schemas import ApprovalReceipt, LedgerFilter
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import initiate, last_day
from exchange.cancellation.schemas import CancellationView, CancelUnitsRequest
from exchange.core.cancellation.commands import CancelUnits
from exchange.core.types import LotId, ParticipantId
from exchange.core.units import format_decimal
from exchange.errors import NotFound
from exchange.ids import CANCELLATION, LOT, PARTICIPANT, numbered, parse_reference, reference
from exchange.storage.tables import lots
from exchange.storage.tables_cancellation import cancellations

router = APIRouter(
    prefix="/v1/cancellations",
    tags=["cancellations"],
    route_class=StrictRoute,
    responses=RESPONSES,
)
AssetFilter = Annotated[str | None, Query(max_length=32)]


@router.post("", status_code=202, response_model=ApprovalReceipt)
async def cancel_units(
    body: CancelUnitsRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that units of one's own be ended for good; a second person of the holder approves."""
    ledger, lot_id = parse_reference(body.lot_id, LOT)
    act = CancelUnits(
        ParticipantId(principal.participant_id),
        LotId(lot_id),
        parse_amount(body.quantity, await _scale(edge, ledger, lot_id), "/quantity"),
        body.beneficiary,
        body.purpose,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


async def _scale(edge: Edge, ledger: str, lot_id: int) -> int:
    """Raises: NotFound."""
    number = edge.ledger_number(ledger)
    query = select(lots.c.asset_id).where(lots.c.ledger == number, lots.c.lot_id == lot_id)
    async with edge.reading() as connection:
        asset_id = await connection.scalar(query)
    if asset_id is None:
        raise NotFound("lot_unknown")
    return (await edge.directory.asset_by_id(ledger, asset_id)).scale


@router.get("", response_model=Page[CancellationView])
async def list_cancellations(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    asset: AssetFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what holders have cancelled and in whose name, in the order in which it was done."""
    keys = (cancellations.c.ledger, cancellations.c.cancellation_id)
    query = _register().order_by(*keys)
    if ledger is not None:
        query = query.where(keys[0] == edge.ledger_number(ledger))
    if asset is not None:
        facts = await edge.directory.asset_anywhere(asset)
        query = query.where(
            keys[0] == edge.ledger_number(facts.ledger),
            cancellations.c.asset_id == facts.asset_id,
        )
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "cancellation_id")
    return {"items": [await _view(edge, row) for row in rows[:limit]], "next_cursor": more}


@router.get("/{cancellation_id}", response_model=CancellationView)
async def show_cancellation(cancellation_id: str, edge: EdgeDep) -> dict[str, Any]:
    """Show one entry of the register."""
    ledger, number = parse_reference(cancellation_id, CANCELLATION)
    query = _register().where(
        cancellations.c.ledger == edge.ledger_number(ledger),
        cancellations.c.cancellation_id == number,
    )
    async with edge.reading() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise NotFound("not_found", "there is nothing of this name")
    return await _view(edge, row)


def _register() -> Select[Any]:
    same = and_(lots.c.ledger == cancellations.c.ledger, lots.c.lot_id == cancellations.c.lot_id)
    facts = ("vintage", "region", "basin", "source", "valid_from", "valid_to")
    return select(cancellations, *(lots.c[name] for name in facts)).join(lots, same)


async def _view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    return {
        "cancellation_id": reference(ledger, CANCELLATION, row.cancellation_id),
        "ledger": ledger,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "asset": asset.code,
        "unit": asset.unit,
        "lot_id": reference(ledger, LOT, row.lot_id),
        "quantity": format_decimal(row.quantity, asset.scale),
        "vintage": row.vintage,
        "region": row.region,
        "basin": row.basin,
        "source": row.source,
        "valid_from": format_day(row.valid_from) if row.valid_from else None,
        "valid_to": format_day(row.valid_to) if row.valid_to else None,
        "beneficiary": row.beneficiary,
        "purpose": row.purpose,
        "cancelled_at": format_time(row.at_ns),
        "sequence": row.seq,
    }
