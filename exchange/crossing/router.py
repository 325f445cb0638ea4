"""Routes of approvals of transfers between leagues: asked for and granted by regulators."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row, or_, select, tuple_

from exchange.api.amounts import parse_amount
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
from exchange.api.security import CurrentPrincipal, ledger_numbers, visible_participant
from exchange.api.submission import initiate, last_day
from exchange.core.crossing.commands import ApproveCrossRegion
from exchange.core.types import ParticipantId
from exchange.core.units import format_decimal
from exchange.crossing.schemas import ApproveCrossRegionRequest, CrossRegionApprovalView
from exchange.ids import PARTICIPANT, numbered, parse_numbered
from exchange.storage.tables_water import cross_region_approvals

router = APIRouter(
    prefix="/v1/cross-region-approvals",
    tags=["transfers"],
    route_class=StrictRoute,
    responses=RESPONSES,
)


@router.post("", status_code=202, response_model=ApprovalReceipt)
async def approve_cross_region(
    body: ApproveCrossRegionRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a quantity may be transferred to another league; a second regulator approves it."""
    asset = await edge.directory.asset_anywhere(body.asset)
    act = ApproveCrossRegion(
        asset.asset_id,
        ParticipantId(parse_numbered(body.giver_id, PARTICIPANT)),
        ParticipantId(parse_numbered(body.taker_id, PARTICIPANT)),
        parse_amount(body.quantity, asset.scale, "/quantity"),
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.get("", response_model=Page[CrossRegionApprovalView])
async def list_cross_region_approvals(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List approvals and what is left of them: both sides see theirs, readers all."""
    t = cross_region_approvals.c
    query = select(cross_region_approvals).where(
        t.ledger.in_(ledger_numbers(edge, principal, ledger))
    )
    own = visible_participant(principal, None)
    if own is not None:
        query = query.where(or_(t.giver_id == own, t.taker_id == own))
    key = (t.ledger, t.asset_id, t.giver_id, t.taker_id)
    after = read_cursor(cursor, LEDGER, int, int, int)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(*key).limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "asset_id", "giver_id", "taker_id")
    return {"items": [await _view(edge, row) for row in rows[:limit]], "next_cursor": more}


async def _view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    return {
        "ledger": ledger,
        "asset": asset.code,
        "unit": asset.unit,
        "giver_id": numbered(PARTICIPANT, row.giver_id),
        "taker_id": numbered(PARTICIPANT, row.taker_id),
        "approved": format_decimal(row.approved, asset.scale),
        "remaining": format_decimal(row.remaining, asset.scale),
        "document": row.document,
        "sequence": row.updated_seq,
    }
