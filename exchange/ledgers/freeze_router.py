"""Routes of freezes: units that a document keeps from being sold or moved."""

from typing import Any

from fastapi import APIRouter, Request, Response

from exchange.api.amounts import parse_amount
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
from exchange.api.schemas import DocumentRequest, LedgerFilter, ReceiptView
from exchange.api.security import CurrentPrincipal, ledger_numbers, visible_participant
from exchange.api.submission import carry_out, receipt
from exchange.core.commands import FreezeUnits, UnfreezeUnits
from exchange.core.events import UnitsFrozen
from exchange.core.types import AccountId, FreezeId, LotId
from exchange.errors import NotFound
from exchange.ids import ACCOUNT, FREEZE, LOT, parse_reference, reference
from exchange.ledgers import queries
from exchange.ledgers.schemas import (
    FreezeReceipt,
    FreezeRequest,
    FreezeView,
)

router = APIRouter(prefix="/v1", tags=["freezes"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/accounts/{account_id}:freeze", status_code=201, response_model=FreezeReceipt)
async def freeze_units(
    account_id: str,
    body: FreezeRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Keep part of an account from being sold or moved, on the ground of a document."""
    ledger, number = parse_reference(account_id, ACCOUNT)
    async with edge.reading() as connection:
        ledger_number = edge.ledger_number(ledger)
        own = visible_participant(principal, None)
        row = await queries.account_owner(connection, ledger_number, number, own)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    lot_id = 0
    if body.lot_id is not None:
        lot_ledger, lot_id = parse_reference(body.lot_id, LOT)
        if lot_ledger != ledger:
            raise NotFound("lot_unknown")
    command = FreezeUnits(
        AccountId(number),
        parse_amount(body.quantity, asset.scale, "/quantity"),
        LotId(lot_id),
        body.document,
    )
    committed = await carry_out(edge, principal, ledger, key, command)
    (event,) = committed.outcome.events
    assert isinstance(event, UnitsFrozen)
    freeze_id = reference(ledger, FREEZE, event.freeze_id)
    return {**receipt(ledger, committed, response), "freeze_id": freeze_id}


@router.post("/freezes/{freeze_id}:release", response_model=ReceiptView)
async def release_freeze(
    freeze_id: str,
    body: DocumentRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Let frozen units go again."""
    ledger, number = parse_reference(freeze_id, FREEZE)
    command = UnfreezeUnits(FreezeId(number), body.document)
    committed = await carry_out(edge, principal, ledger, key, command)
    return receipt(ledger, committed, response)


@router.get("/freezes", response_model=Page[FreezeView])
async def list_freezes(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List freezes on one's accounts; staff see all."""
    query = queries.freezes_query(
        ledger_numbers(edge, principal, ledger),
        visible_participant(principal, None),
        read_cursor(cursor, LEDGER, int),
    )
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "freeze_id")
    items = [await queries.freeze_view(edge, row) for row in rows[:limit]]
    return {"items": items, "next_cursor": more}
