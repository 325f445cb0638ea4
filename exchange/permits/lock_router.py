"""Routes of locks: units of a lot that may be put to one use only, or to none."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row, and_, select, tuple_

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
from exchange.core.locks.commands import LockUnits, UnlockUnits
from exchange.core.types import AccountId, LockId, LockKind, LotId
from exchange.core.units import format_decimal
from exchange.errors import NotFound
from exchange.ids import ACCOUNT, LOCK, LOT, PARTICIPANT, numbered, parse_reference, reference
from exchange.permits import queries
from exchange.permits.lock_schemas import LiftRequest, LockRequest, LockView
from exchange.storage.tables import accounts
from exchange.storage.tables_permits import locks

router = APIRouter(prefix="/v1/locks", tags=["locks"], route_class=StrictRoute, responses=RESPONSES)


@router.post("", status_code=202, response_model=ApprovalReceipt)
async def lock_units(
    body: LockRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that units of a lot be set apart for one use or for none; a second regulator approves."""
    ledger, account_id = parse_reference(body.account_id, ACCOUNT)
    lot_ledger, lot_id = parse_reference(body.lot_id, LOT)
    if lot_ledger != ledger:
        raise NotFound("lot_unknown")
    asset = await queries.asset_of_account(edge, principal, ledger, account_id)
    act = LockUnits(
        AccountId(account_id),
        LotId(lot_id),
        parse_amount(body.quantity, asset.scale, "/quantity"),
        LockKind(body.kind),
        body.ground,
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.post("/{lock_id}:release", status_code=202, response_model=ApprovalReceipt)
async def release_lock(
    lock_id: str,
    body: LiftRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that what a lock still keeps be let go; a second regulator approves it."""
    ledger, number = parse_reference(lock_id, LOCK)
    act = UnlockUnits(LockId(number), body.ground, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.get("", response_model=Page[LockView])
async def list_locks(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List locks on one's own holdings, those that keep nothing more included; staff see all."""
    order = (locks.c.ledger, locks.c.lock_id)
    same = and_(accounts.c.ledger == locks.c.ledger, accounts.c.account_id == locks.c.account_id)
    query = (
        select(locks, accounts.c.participant_id, accounts.c.asset_id)
        .join(accounts, same)
        .where(locks.c.ledger.in_(ledger_numbers(edge, principal, ledger)))
        .order_by(*order)
    )
    own = visible_participant(principal, None)
    if own is not None:
        query = query.where(accounts.c.participant_id == own)
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "lock_id")
    return {"items": [await _view(edge, row) for row in rows[:limit]], "next_cursor": more}


async def _view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    status = "locked" if row.remaining else "drawn"
    return {
        "lock_id": reference(ledger, LOCK, row.lock_id),
        "ledger": ledger,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "account_id": reference(ledger, ACCOUNT, row.account_id),
        "lot_id": reference(ledger, LOT, row.lot_id),
        "asset": asset.code,
        "unit": asset.unit,
        "kind": row.kind,
        "quantity": format_decimal(row.quantity, asset.scale),
        "remaining": format_decimal(row.remaining, asset.scale),
        "ground": row.ground,
        "document": row.document,
        "status": status if row.lifted_seq is None else "lifted",
        "lifted_ground": row.lifted_ground,
        "lifted_document": row.lifted_document,
        "sequence": row.seq,
    }
