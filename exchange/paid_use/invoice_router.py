"""Routes of invoices: read by who owes them and by staff, paid by who owes them."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import tuple_

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
from exchange.api.schemas import LedgerFilter
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import carry_out, receipt
from exchange.core.paid_use.commands import PayInvoice
from exchange.core.paid_use.events import ContractStarted, InvoicePaid
from exchange.core.types import InvoiceId, ParticipantId
from exchange.ids import CONTRACT, INVOICE, parse_reference, reference
from exchange.paid_use import queries
from exchange.paid_use.schemas import InvoiceStatusName, InvoiceView, PayReceipt
from exchange.storage.tables_paid_use import paid_use_invoices

router = APIRouter(
    prefix="/v1/invoices", tags=["paid use"], route_class=StrictRoute, responses=RESPONSES
)


@router.get("", response_model=Page[InvoiceView])
async def list_invoices(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    participant_id: str | None = None,
    contract_id: Annotated[str | None, Query(max_length=64, examples=["emission.k1"])] = None,
    status: Annotated[InvoiceStatusName | None, Query()] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List invoices: participants see their own, readers all."""
    table = paid_use_invoices.c
    key = (table.ledger, table.invoice_id)
    query = queries.visible(edge, principal, paid_use_invoices, ledger, participant_id)
    if contract_id is not None:
        code, number = parse_reference(contract_id, CONTRACT)
        query = query.where(table.ledger == edge.ledger_number(code), table.contract_id == number)
    if status is not None:
        query = query.where(table.status == status)
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(*key).limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "invoice_id")
    return {"items": [queries.invoice_view(edge, row) for row in rows[:limit]], "next_cursor": more}


@router.get("/{invoice_id}", response_model=InvoiceView)
async def show_invoice(
    invoice_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show an invoice of one's own, or anybody's to readers, with the interest until today."""
    async with edge.reading() as connection:
        row = await queries.find_invoice(edge, connection, principal, invoice_id)
    return queries.invoice_view(edge, row)


@router.post("/{invoice_id}:pay", response_model=PayReceipt)
async def pay_invoice(
    invoice_id: str,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Pay an invoice whole, with its interest, from one's own cash to the treasury.

    The invoices of a contract are paid in order; the first payment brings the units.
    """
    ledger, number = parse_reference(invoice_id, INVOICE)
    command = PayInvoice(ParticipantId(principal.participant_id), InvoiceId(number))
    committed = await carry_out(edge, principal, ledger, key, command)
    events = committed.outcome.events
    paid = next(event for event in events if isinstance(event, InvoicePaid))
    started = next((event for event in events if isinstance(event, ContractStarted)), None)
    return {
        **receipt(ledger, committed, response),
        "invoice_id": invoice_id,
        "contract_id": reference(ledger, CONTRACT, paid.contract_id),
        "amount": queries.yuan(paid.amount_fen),
        "interest": queries.yuan(paid.interest_fen),
        "lot_id": None if started is None else queries.lot(ledger, started.lot_id),
    }
