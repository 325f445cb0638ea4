"""Routes of contracts for paid use: offered by two regulators, accepted by the enterprise."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import tuple_

from exchange.api.amounts import format_day, parse_amount, parse_day
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
from exchange.api.submission import carry_out, initiate, last_day, receipt
from exchange.core.paid_use.commands import (
    AcceptContract,
    OfferContract,
    RecallContract,
    RefundContract,
)
from exchange.core.paid_use.events import ContractAccepted, ContractStarted
from exchange.core.types import CASH_SCALE, ContractId, ParticipantId
from exchange.ids import CONTRACT, INVOICE, PARTICIPANT, parse_numbered, parse_reference, reference
from exchange.paid_use import queries
from exchange.paid_use.schemas import (
    AcceptReceipt,
    AcceptRequest,
    ActRequest,
    ContractView,
    OfferRequest,
    RefundRequest,
)
from exchange.storage.tables_paid_use import paid_use_contracts

router = APIRouter(
    prefix="/v1/paid-use-contracts",
    tags=["paid use"],
    route_class=StrictRoute,
    responses=RESPONSES,
)


@router.post("", status_code=202, response_model=ApprovalReceipt)
async def offer_contract(
    body: OfferRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that units be offered to a member; a second regulator approves it.

    They are set aside at once, at the fee of that day, until the offer is accepted or lapses.
    """
    asset = await edge.directory.asset_anywhere(body.asset)
    act = OfferContract(
        ParticipantId(parse_numbered(body.participant_id, PARTICIPANT)),
        asset.asset_id,
        parse_amount(body.quantity, asset.scale, "/quantity"),
        body.years,
        body.pot or "",
        parse_day(body.accept_until, "/accept_until"),
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.get("", response_model=Page[ContractView])
async def list_contracts(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    participant_id: str | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List contracts: participants see their own, readers all."""
    key = (paid_use_contracts.c.ledger, paid_use_contracts.c.contract_id)
    query = queries.visible(edge, principal, paid_use_contracts, ledger, participant_id)
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(*key).limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "contract_id")
    items = [await queries.contract_view(edge, row) for row in rows[:limit]]
    return {"items": items, "next_cursor": more}


@router.get("/{contract_id}", response_model=ContractView)
async def show_contract(
    contract_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show a contract of one's own, or anybody's to readers."""
    async with edge.reading() as connection:
        row = await queries.find_contract(edge, connection, principal, contract_id)
    return await queries.contract_view(edge, row)


@router.post("/{contract_id}:accept", response_model=AcceptReceipt)
async def accept_contract(
    contract_id: str,
    body: AcceptRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Accept an offer and say how it will be paid; the invoices follow from that.

    The units are given with the first payment; where nothing is to be paid, at once.
    """
    ledger, number = parse_reference(contract_id, CONTRACT)
    first = 0
    if body.first_instalment is not None:
        first = parse_amount(body.first_instalment, CASH_SCALE, "/first_instalment")
    owner = ParticipantId(principal.participant_id)
    command = AcceptContract(owner, ContractId(number), first, body.parts)
    committed = await carry_out(edge, principal, ledger, key, command)
    events = committed.outcome.events
    accepted = next(event for event in events if isinstance(event, ContractAccepted))
    started = next((event for event in events if isinstance(event, ContractStarted)), None)
    return {
        **receipt(ledger, committed, response),
        "contract_id": contract_id,
        "status": "accepted" if started is None else "active",
        "fee": queries.yuan(accepted.fee_fen),
        "invoices": [
            {
                "invoice_id": reference(ledger, INVOICE, drawn.invoice_id),
                "amount": queries.yuan(drawn.amount_fen),
                "due": format_day(drawn.due),
            }
            for drawn in accepted.invoices
        ],
        "lot_id": None if started is None else queries.lot(ledger, started.lot_id),
    }


@router.post("/{contract_id}:recall", status_code=202, response_model=ApprovalReceipt)
async def recall_contract(
    contract_id: str,
    body: ActRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that the units of a contract long overdue be taken back; a second person approves it."""
    ledger, number = parse_reference(contract_id, CONTRACT)
    act = RecallContract(ContractId(number), body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.post("/{contract_id}:refund", status_code=202, response_model=ApprovalReceipt)
async def refund_contract(
    contract_id: str,
    body: RefundRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that units be taken back and their years not begun be paid back; a second approves it."""
    async with edge.reading() as connection:
        row = await queries.find_contract(edge, connection, principal, contract_id)
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    quantity = parse_amount(body.quantity, asset.scale, "/quantity")
    act = RefundContract(ContractId(row.contract_id), quantity, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)
