"""Contracts and invoices as they are read: one's own, or anybody's by readers."""

from typing import Any

from sqlalchemy import Row, Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.amounts import format_day
from exchange.api.edge import Edge
from exchange.api.security import ledger_numbers, visible_participant
from exchange.api.tokens import Principal
from exchange.core.paid_use.overdue import accrued_fen
from exchange.core.paid_use.schedules import PRICE_SCALE
from exchange.core.paid_use.state import UNPAID, ContractStatus
from exchange.core.types import CASH_SCALE
from exchange.core.units import format_decimal
from exchange.errors import NotFound
from exchange.ids import (
    CONTRACT,
    FEE_SCHEDULE,
    INVOICE,
    LOT,
    PARTICIPANT,
    numbered,
    parse_reference,
    reference,
)
from exchange.storage.tables_paid_use import paid_use_contracts, paid_use_invoices


def yuan(fen: int) -> str:
    return format_decimal(fen, CASH_SCALE)


def visible(
    edge: Edge, principal: Principal, table: Table, ledger: str | None, participant: str | None
) -> Select[Any]:
    """Select the rows of a table that a principal may see."""
    query = select(table).where(table.c.ledger.in_(ledger_numbers(edge, principal, ledger)))
    own = visible_participant(principal, participant)
    return query if own is None else query.where(table.c.participant_id == own)


async def find_contract(
    edge: Edge, connection: AsyncConnection, principal: Principal, contract_id: str
) -> Row[Any]:
    """Raises: NotFound."""
    ledger, number = parse_reference(contract_id, CONTRACT)
    edge.ledger_number(ledger)
    query = visible(edge, principal, paid_use_contracts, ledger, None)
    found = await connection.execute(query.where(paid_use_contracts.c.contract_id == number))
    row: Row[Any] | None = found.first()
    if row is None:
        raise NotFound("contract_unknown")
    return row


async def find_invoice(
    edge: Edge, connection: AsyncConnection, principal: Principal, invoice_id: str
) -> Row[Any]:
    """Raises: NotFound."""
    ledger, number = parse_reference(invoice_id, INVOICE)
    edge.ledger_number(ledger)
    query = visible(edge, principal, paid_use_invoices, ledger, None)
    found = await connection.execute(query.where(paid_use_invoices.c.invoice_id == number))
    row: Row[Any] | None = found.first()
    if row is None:
        raise NotFound("invoice_unknown")
    return row


def _rule(rule_id: str, version: int) -> dict[str, Any] | None:
    return {"id": rule_id, "version": version} if rule_id else None


def _day(day: int) -> str | None:
    return format_day(day) if day else None


async def contract_view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    over = row.status == ContractStatus.ACTIVE and row.valid_to < edge.today()
    quantities = ("quantity", "suspended", "returned", "missing")
    return {
        "contract_id": reference(ledger, CONTRACT, row.contract_id),
        "ledger": ledger,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "asset": asset.code,
        "unit": asset.unit,
        **{name: format_decimal(getattr(row, name), asset.scale) for name in quantities},
        "years": row.years,
        "place": row.place,
        "pot": row.pot,
        "price": format_decimal(row.price, PRICE_SCALE),
        "schedule_id": reference(ledger, FEE_SCHEDULE, row.schedule_id)
        if row.schedule_id
        else None,
        "standard": _rule(row.standard_rule, row.standard_version),
        "standard_fee": yuan(row.standard_fen),
        "fee": yuan(row.fee_fen),
        "duties": _rule(row.duties_rule, row.duties_version),
        "accept_until": format_day(row.accept_until),
        "document": row.document,
        "status": "ended" if over else row.status,
        "lot_id": lot(ledger, row.lot_id),
        "valid_from": _day(row.valid_from),
        "valid_to": _day(row.valid_to),
        "claim": yuan(row.claim_fen),
        "refunded": yuan(row.refunded_fen),
        "offered_sequence": row.offered_seq,
        "sequence": row.updated_seq,
    }


def lot(ledger: str, lot_id: int) -> str | None:
    return reference(ledger, LOT, lot_id) if lot_id else None


def invoice_view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    interest, payable = row.interest_fen, 0
    if row.status in UNPAID:
        days = edge.today() - row.due
        interest = accrued_fen(row.amount_fen, row.interest_ppm, row.cap_ppm, days)
        payable = row.amount_fen + interest
    return {
        "invoice_id": reference(ledger, INVOICE, row.invoice_id),
        "ledger": ledger,
        "contract_id": reference(ledger, CONTRACT, row.contract_id),
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "amount": yuan(row.amount_fen),
        "due": format_day(row.due),
        "status": row.status,
        "interest": yuan(interest),
        "payable": yuan(payable),
        "paid_on": None if row.paid_on is None else format_day(row.paid_on),
        "sequence": row.updated_seq,
    }
