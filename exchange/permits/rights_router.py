"""Routes of what permits mean for rights: what may be used, what to change, lots renewed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, select, tuple_

from exchange.api.amounts import format_day, parse_amount, parse_optional_day
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
from exchange.api.rulebooks import rulebook_on
from exchange.api.schemas import ApprovalReceipt, LedgerFilter
from exchange.api.security import CurrentPrincipal, ledger_numbers, visible_participant
from exchange.api.submission import initiate, last_day
from exchange.core.permits.commands import RenewRight
from exchange.core.permits.content import in_units
from exchange.core.rules import RuleBook
from exchange.core.types import AccountId, LotId
from exchange.core.units import format_decimal
from exchange.errors import NotFound
from exchange.ids import ACCOUNT, LOT, PARTICIPANT, numbered, parse_reference, reference
from exchange.permits import queries
from exchange.permits.schemas import PermitTaskView, RenewRightRequest, UsableView
from exchange.storage.tables import accounts
from exchange.storage.tables_permits import permit_tasks

router = APIRouter(prefix="/v1", tags=["permits"], route_class=StrictRoute, responses=RESPONSES)
ParticipantFilter = Annotated[str | None, Query(max_length=20, examples=["p12"])]


@router.get("/usable-rights", response_model=Page[UsableView])
async def list_usable_rights(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    asset: Annotated[str | None, Query(max_length=32)] = None,
    participant_id: ParticipantFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List holdings with what of them may be used today, given permits, locks and freezes."""
    query = queries.usable_query(edge.today())
    if asset is not None:
        facts = await edge.directory.asset_anywhere(asset)
        ledger = facts.ledger if ledger is None else ledger
        query = query.where(accounts.c.asset_id == facts.asset_id)
    query = query.where(accounts.c.ledger.in_(ledger_numbers(edge, principal, ledger)))
    own = visible_participant(principal, participant_id)
    if own is not None:
        query = query.where(accounts.c.participant_id == own)
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(accounts.c.ledger, accounts.c.account_id) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    books = {
        number: await rulebook_on(edge, edge.ledger_code(number), edge.today())
        for number in sorted({row.ledger for row in rows})
    }
    more = more_after(request, response, rows, limit, "ledger", "account_id")
    items = [await _usable_view(edge, row, books[row.ledger]) for row in rows[:limit]]
    return {"items": items, "next_cursor": more}


async def _usable_view(edge: Edge, row: Row[Any], book: RuleBook) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    bound = book.flag("permits.required") and row.account_type in book.names("permits.holders")
    allowed = in_units(int(row.permitted), asset.scale)
    free = row.posted - int(row.withheld)
    return {
        "ledger": ledger,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "account_id": reference(ledger, ACCOUNT, row.account_id),
        "asset": asset.code,
        "unit": asset.unit,
        "held": format_decimal(row.posted, asset.scale),
        "withheld": format_decimal(int(row.withheld), asset.scale),
        "permitted": format_decimal(allowed, asset.scale) if bound else None,
        "usable": format_decimal(min(free, allowed) if bound else free, asset.scale),
    }


@router.get("/permit-tasks", response_model=Page[PermitTaskView])
async def list_permit_tasks(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    status: Annotated[str | None, Query(pattern="^(open|closed)$")] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List permits that have to be changed, as more or less is held than they state."""
    order = (permit_tasks.c.ledger, permit_tasks.c.task_id)
    query = select(permit_tasks).order_by(*order)
    query = query.where(permit_tasks.c.ledger.in_(ledger_numbers(edge, principal, ledger)))
    own = visible_participant(principal, None)
    if own is not None:
        query = query.where(permit_tasks.c.participant_id == own)
    if status is not None:
        query = query.where(permit_tasks.c.closed_on.is_(None) == (status == "open"))
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "task_id")
    return {"items": [await _task_view(edge, row) for row in rows[:limit]], "next_cursor": more}


async def _task_view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    is_open = row.closed_on is None
    return {
        "task": row.task_id,
        "ledger": ledger,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "asset": asset.code,
        "unit": asset.unit,
        "held": format_decimal(row.held, asset.scale),
        "permitted": format_decimal(row.permitted, asset.scale),
        "usable": format_decimal(row.usable, asset.scale),
        "opened_on": format_day(row.opened_on),
        "status": "open" if is_open else "closed",
        "closed_on": None if is_open else format_day(row.closed_on),
        "sequence": row.opened_seq,
    }


@router.post("/lots/{lot_id}:renew", status_code=202, response_model=ApprovalReceipt)
async def renew_right(
    lot_id: str,
    body: RenewRightRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that what a holding has of a lot be renewed by a quantity; a second regulator approves.

    The rest goes back to what the place has left.
    """
    ledger, number = parse_reference(lot_id, LOT)
    account_ledger, account_id = parse_reference(body.account_id, ACCOUNT)
    if account_ledger != ledger:
        raise NotFound("account_unknown")
    asset = await queries.asset_of_account(edge, principal, ledger, account_id)
    act = RenewRight(
        AccountId(account_id),
        LotId(number),
        parse_amount(body.quantity, asset.scale, "/quantity"),
        parse_optional_day(body.valid_to, "/valid_to"),
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)
