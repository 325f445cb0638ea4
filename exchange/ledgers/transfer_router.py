"""Routes of transfers: at once or pending, posted, voided, looked up."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

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
from exchange.api.schemas import LedgerFilter
from exchange.api.security import (
    CurrentPrincipal,
    ledger_numbers,
    sees_ledger,
    visible_participant,
)
from exchange.api.submission import carry_out, receipt
from exchange.core.commands import CreateTransfer, PostTransfer, TransferLeg, VoidTransfer
from exchange.core.events import TransferPended, TransferPosted
from exchange.core.receipts import Committed
from exchange.core.types import AccountId, ChainId, LotId, ParticipantId
from exchange.errors import NotFound
from exchange.ids import ACCOUNT, LOT, TRANSFER, parse_reference, reference
from exchange.ledgers import queries
from exchange.ledgers.schemas import (
    ChainReceipt,
    LegRequest,
    TransferRequest,
    TransferView,
)

router = APIRouter(prefix="/v1", tags=["transfers"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/transfers", status_code=201, response_model=ChainReceipt)
async def create_transfer(
    body: TransferRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Move units or money from one's own accounts: all legs or none, at once or pending."""
    own = principal.participant_id
    legs = tuple([await _leg(edge, body.ledger, own, n, leg) for n, leg in enumerate(body.legs)])
    command = CreateTransfer(ParticipantId(own), legs, body.mode == "pending", body.reference)
    committed = await carry_out(edge, principal, body.ledger, key, command)
    event = committed.outcome.events[0]
    assert isinstance(event, TransferPosted | TransferPended)
    return await _chain(edge, body.ledger, event.chain_id, committed, response)


async def _leg(edge: Edge, ledger: str, own: int, place: int, leg: LegRequest) -> TransferLeg:
    debit = _in_ledger(leg.debit_account_id, ACCOUNT, ledger, "account_unknown")
    credit = _in_ledger(leg.credit_account_id, ACCOUNT, ledger, "account_unknown")
    lot_id = _in_ledger(leg.lot_id, LOT, ledger, "lot_unknown") if leg.lot_id else 0
    async with edge.reading() as connection:
        number = edge.ledger_number(ledger)
        row = await queries.account_owner(connection, number, debit, own)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    quantity = parse_amount(leg.quantity, asset.scale, f"/legs/{place}/quantity")
    return TransferLeg(AccountId(debit), AccountId(credit), quantity, LotId(lot_id))


def _in_ledger(text: str, letter: str, ledger: str, code: str) -> int:
    found, number = parse_reference(text, letter)
    if found != ledger:
        raise NotFound(code)
    return number


@router.post("/transfers/{chain_id}:post", response_model=ChainReceipt)
async def post_transfer(
    chain_id: str,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Make a pending chain final."""
    ledger, number = parse_reference(chain_id, TRANSFER)
    command = PostTransfer(ParticipantId(principal.participant_id), ChainId(number))
    committed = await carry_out(edge, principal, ledger, key, command)
    return await _chain(edge, ledger, number, committed, response)


@router.post("/transfers/{chain_id}:void", response_model=ChainReceipt)
async def void_transfer(
    chain_id: str,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Release a pending chain."""
    ledger, number = parse_reference(chain_id, TRANSFER)
    command = VoidTransfer(ParticipantId(principal.participant_id), ChainId(number))
    committed = await carry_out(edge, principal, ledger, key, command)
    return await _chain(edge, ledger, number, committed, response)


async def _chain(
    edge: Edge, ledger: str, chain_id: int, committed: Committed, response: Response
) -> dict[str, Any]:
    query = queries.transfers_query([edge.ledger_number(ledger)], None, chain_id=chain_id)
    async with edge.reading() as connection:
        rows = list((await connection.execute(query)).all())
        views = await queries.transfer_views(edge, connection, rows[::-1])
    return {
        **receipt(ledger, committed, response),
        "chain_id": reference(ledger, TRANSFER, chain_id),
        "transfers": views,
    }


@router.get("/transfers", response_model=Page[TransferView])
async def list_transfers(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    account_id: Annotated[str | None, Query(max_length=64)] = None,
    chain_id: Annotated[str | None, Query(max_length=64)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List transfers from and to one's accounts, newest first in each ledger; staff see all."""
    account = chain = None
    if account_id is not None:
        ledger, account = parse_reference(account_id, ACCOUNT)
    if chain_id is not None:
        ledger, chain = parse_reference(chain_id, TRANSFER)
    query = queries.transfers_query(
        ledger_numbers(edge, principal, ledger),
        visible_participant(principal, None),
        account_id=account,
        chain_id=chain,
        before=read_cursor(cursor, LEDGER, int),
    )
    async with edge.reading() as connection:
        rows = list((await connection.execute(query.limit(limit + 1))).all())
        views = await queries.transfer_views(edge, connection, rows[:limit])
    more = more_after(request, response, rows, limit, "ledger", "transfer_id")
    return {"items": views, "next_cursor": more}


@router.get("/transfers/{transfer_id}", response_model=TransferView)
async def show_transfer(
    transfer_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show one transfer from or to one's accounts."""
    ledger, number = parse_reference(transfer_id, TRANSFER)
    own = visible_participant(principal, None)
    query = queries.transfers_query([sees_ledger(edge, principal, ledger)], own, transfer_id=number)
    async with edge.reading() as connection:
        rows = list((await connection.execute(query)).all())
        views = await queries.transfer_views(edge, connection, rows)
    if not views:
        raise NotFound("not_found")
    return views[0]
