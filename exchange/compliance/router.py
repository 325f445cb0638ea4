"""Routes of obligations: what is owed, estimated, surrendered, fined."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Column, Select, tuple_

from exchange.api import texts
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
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import initiate, last_day
from exchange.compliance.queries import (
    Found,
    find_obligation,
    fines_query,
    obligations_query,
    parse_period,
    surrenders_query,
)
from exchange.compliance.schemas import (
    EstimateRequest,
    FineRequest,
    FineView,
    ObligationView,
    SurrenderRequest,
    SurrenderView,
)
from exchange.compliance.views import duty_asset, fine_view, obligation_view, surrender_view
from exchange.core.compliance.commands import (
    EstimateConservatively,
    ImposeFine,
    SurrenderItem,
    SurrenderUnits,
)
from exchange.core.types import CASH_SCALE, LotId, ObligationId, ParticipantId
from exchange.errors import NotFound
from exchange.ids import LOT, parse_reference
from exchange.storage.tables_compliance import fines, obligations, surrenders

View = Callable[[Edge, Found], Awaitable[dict[str, Any]]]

router = APIRouter(tags=["compliance"], route_class=StrictRoute, responses=RESPONSES)


async def _page(
    edge: Edge,
    request: Request,
    response: Response,
    query: Select[Any],
    key: tuple[Column[Any], Column[Any]],
    page: tuple[int, str | None],
    view: View,
) -> dict[str, Any]:
    """Read one page of rows that a ledger and a number order."""
    limit, cursor = page
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(*key).limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, *(each.name for each in key))
    return {"items": [await view(edge, row) for row in rows[:limit]], "next_cursor": more}


@router.get("/v1/obligations", response_model=Page[ObligationView])
async def list_obligations(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    period_id: Annotated[str | None, Query(max_length=60, examples=["carbon.2025"])] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what entities owe: parties see their own, verifiers and readers all."""
    query = obligations_query(edge, principal, ledger)
    if period_id is not None:
        where, code = parse_period(period_id)
        query = query.where(
            obligations.c.ledger == edge.ledger_number(where), obligations.c.period == code
        )
    key = (obligations.c.ledger, obligations.c.obligation_id)
    return await _page(edge, request, response, query, key, (limit, cursor), obligation_view)


@router.get("/v1/obligations/{obligation_id}", response_model=ObligationView)
async def show_obligation(
    obligation_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show what an entity owes; the account's transfers are its history."""
    async with edge.reading() as connection:
        row = await find_obligation(edge, connection, principal, obligation_id)
    return await obligation_view(edge, row)


@router.post(
    "/v1/obligations/{obligation_id}:estimate", status_code=202, response_model=ApprovalReceipt
)
async def estimate_obligation(
    obligation_id: str,
    body: EstimateRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask for a conservative estimate where nothing was reported; a second regulator approves."""
    async with edge.reading() as connection:
        row = await find_obligation(edge, connection, principal, obligation_id)
    asset = await duty_asset(edge, row)
    quantity = parse_amount(body.quantity, asset.scale, "/quantity")
    told = await texts.keep(edge, principal, body.text)
    number = ObligationId(row.obligation_id)
    act = EstimateConservatively(number, quantity, told, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.post("/v1/surrenders", status_code=202, response_model=ApprovalReceipt)
async def surrender_units(
    body: SurrenderRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that lots be surrendered for one's own entity; a second operator of it approves.

    Once approved it is irrevocable, and the time of the approval is the time of filing.
    """
    async with edge.reading() as connection:
        row = await find_obligation(edge, connection, principal, body.obligation_id)
    asset = await duty_asset(edge, row)
    items = []
    for place, one in enumerate(body.items):
        ledger, number = parse_reference(one.lot_id, LOT)
        if ledger != asset.ledger:
            raise NotFound("lot_unknown")
        quantity = parse_amount(one.quantity, asset.scale, f"/items/{place}/quantity")
        items.append(SurrenderItem(LotId(number), quantity))
    owner = ParticipantId(principal.participant_id)
    act = SurrenderUnits(owner, ObligationId(row.obligation_id), tuple(items))
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.get("/v1/surrenders", response_model=Page[SurrenderView])
async def list_surrenders(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what was surrendered and when it was filed: parties see their own, readers all."""
    query = surrenders_query(edge, principal, ledger)
    key = (surrenders.c.ledger, surrenders.c.surrender_id)
    return await _page(edge, request, response, query, key, (limit, cursor), surrender_view)


@router.post("/v1/penalties", status_code=202, response_model=ApprovalReceipt)
async def impose_fine(
    body: FineRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that an entity that is short be fined; a second regulator approves it.

    The rules in force on the day after the period's deadline decide.
    """
    async with edge.reading() as connection:
        row = await find_obligation(edge, connection, principal, body.obligation_id)
    act = ImposeFine(
        ObligationId(row.obligation_id),
        body.multiple,
        parse_amount(body.average_price, CASH_SCALE, "/average_price"),
        parse_amount(body.amount, CASH_SCALE, "/amount"),
        body.document,
    )
    ledger = edge.ledger_code(row.ledger)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.get("/v1/penalties", response_model=Page[FineView])
async def list_fines(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List fines with the rule that decided them: parties see their own, readers all."""
    query = fines_query(edge, principal, ledger)
    key = (fines.c.ledger, fines.c.obligation_id)
    return await _page(edge, request, response, query, key, (limit, cursor), fine_view)
