"""Routes of what comes into reserves, and of every movement: for regulators and the two sides."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import tuple_

from exchange.api.amounts import parse_amount, parse_optional_day
from exchange.api.body import StrictRoute
from exchange.api.edge import EdgeDep
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
from exchange.core.reserves.commands import RetainUnits, TakeIntoReserve
from exchange.core.types import ParticipantId
from exchange.ids import PARTICIPANT, parse_numbered
from exchange.reserves import offer_router, queries
from exchange.reserves.schemas import MovementView, ReserveView, RetainRequest, TakeInRequest
from exchange.storage.tables import accounts
from exchange.storage.tables_reserves import reserve_movements

router = APIRouter(tags=["reserves"], route_class=StrictRoute, responses=RESPONSES)
router.include_router(offer_router.router)


@router.get("/v1/reserves", response_model=Page[ReserveView])
async def list_reserves(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what reserves hold: readers see all, a reserve its own."""
    key = (accounts.c.ledger, accounts.c.account_id)
    after = read_cursor(cursor, LEDGER, int) or (0, 0)
    query = queries.reserves(edge, principal, ledger).where(tuple_(*key) > after).order_by(*key)
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "account_id")
    items = [await queries.reserve_view(edge, row) for row in rows[:limit]]
    return {"items": items, "next_cursor": more}


@router.get("/v1/reserve-movements", response_model=Page[MovementView])
async def list_reserve_movements(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what came into reserves and went out, each with its ground: sides see their own."""
    key = (reserve_movements.c.ledger, reserve_movements.c.movement_id)
    after = read_cursor(cursor, LEDGER, int) or (0, 0)
    query = queries.movements(edge, principal, ledger).where(tuple_(*key) > after).order_by(*key)
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "movement_id")
    items = [await queries.movement_view(edge, row) for row in rows[:limit]]
    return {"items": items, "next_cursor": more}


@router.post("/v1/reserves:retain", status_code=202, response_model=ApprovalReceipt)
async def retain_units(
    body: RetainRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that what a place set aside for the government be issued to a reserve."""
    asset = await edge.directory.asset_anywhere(body.asset)
    act = RetainUnits(
        ParticipantId(parse_numbered(body.reserve_id, PARTICIPANT)),
        asset.asset_id,
        body.place,
        parse_amount(body.quantity, asset.scale, "/quantity"),
        parse_optional_day(body.valid_to, "/valid_to"),
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.post("/v1/reserves:take-in", status_code=202, response_model=ApprovalReceipt)
async def take_into_reserve(
    body: TakeInRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that units of a member that is gone be taken without payment."""
    asset = await edge.directory.asset_anywhere(body.asset)
    act = TakeIntoReserve(
        ParticipantId(parse_numbered(body.reserve_id, PARTICIPANT)),
        ParticipantId(parse_numbered(body.holder_id, PARTICIPANT)),
        asset.asset_id,
        parse_amount(body.quantity, asset.scale, "/quantity"),
        body.ground,
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)
