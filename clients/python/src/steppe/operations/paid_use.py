"""Paid use: fee schedules, contracts, invoices."""

from datetime import date
from typing import Any, Literal

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import (
    AcceptReceipt,
    ApprovalReceipt,
    FeeSchedule,
    Invoice,
    Page,
    PaidUseContract,
    PayReceipt,
)
from steppe.request import Request, command, get, given, listing, public_listing, segment


def fee_schedules(
    *,
    ledger: str | None = None,
    kind: str | None = None,
    place: str | None = None,
    as_of: date | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[FeeSchedule]]:
    """List what kinds of rights cost where; the rulebook's standard holds where none is."""
    return public_listing(
        "/v1/fee-schedules",
        FeeSchedule,
        ledger=ledger,
        kind=kind,
        place=place,
        as_of=as_of and day_text(as_of),
        limit=limit,
        cursor=cursor,
    )


def set_fee_schedule(
    *,
    ledger: str,
    kind: str,
    place: str,
    price: Amount,
    valid_from: date,
    document: str,
    valid_to: date | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a kind of right have a price in a place (regulator); a second person approves it."""
    body = given(
        ledger=ledger,
        kind=kind,
        place=place,
        price=decimal_text(price),
        valid_from=day_text(valid_from),
        valid_to=valid_to and day_text(valid_to),
    )
    return _ask("/v1/fee-schedules", body, document, expires_on, idempotency_key)


def end_fee_schedule(
    schedule_id: str,
    *,
    last_day: date,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a schedule end on a day (regulator); a second person approves it."""
    path = f"/v1/fee-schedules/{segment(schedule_id)}:end"
    body = {"last_day": day_text(last_day)}
    return _ask(path, body, document, expires_on, idempotency_key)


def offer_contract(
    *,
    participant_id: str,
    asset: str,
    quantity: Amount,
    years: int,
    accept_until: date,
    document: str,
    pot: str | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that units be offered for some years (regulator); a second person approves it."""
    body = given(
        participant_id=participant_id,
        asset=asset,
        quantity=decimal_text(quantity),
        years=years,
        pot=pot,
        accept_until=day_text(accept_until),
    )
    return _ask("/v1/paid-use-contracts", body, document, expires_on, idempotency_key)


def contracts(
    *,
    ledger: str | None = None,
    participant_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[PaidUseContract]]:
    """List contracts for paid use: participants see their own."""
    return listing(
        "/v1/paid-use-contracts",
        PaidUseContract,
        ledger=ledger,
        participant_id=participant_id,
        limit=limit,
        cursor=cursor,
    )


def contract(contract_id: str) -> Request[PaidUseContract]:
    """Show a contract for paid use."""
    return get(_contract(contract_id), PaidUseContract)


def accept_contract(
    contract_id: str,
    *,
    first_instalment: Amount | None = None,
    parts: int | None = None,
    idempotency_key: str | None = None,
) -> Request[AcceptReceipt]:
    """Accept an offer: to be paid at once, or first so much and the rest in yearly parts."""
    first = None if first_instalment is None else decimal_text(first_instalment)
    body = given(first_instalment=first, parts=parts)
    path = f"{_contract(contract_id)}:accept"
    return command(path, AcceptReceipt, body, idempotency_key=idempotency_key)


def recall_contract(
    contract_id: str,
    *,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that units of a contract long overdue be taken back (regulator); a second approves it."""
    path = f"{_contract(contract_id)}:recall"
    return _ask(path, {}, document, expires_on, idempotency_key)


def refund_contract(
    contract_id: str,
    *,
    quantity: Amount,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that units come back and their unused years be repaid (regulator); a second approves."""
    path = f"{_contract(contract_id)}:refund"
    body = {"quantity": decimal_text(quantity)}
    return _ask(path, body, document, expires_on, idempotency_key)


def invoices(
    *,
    ledger: str | None = None,
    participant_id: str | None = None,
    contract_id: str | None = None,
    status: Literal["open", "paid", "overdue", "cancelled"] | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Invoice]]:
    """List invoices: participants see their own."""
    return listing(
        "/v1/invoices",
        Invoice,
        ledger=ledger,
        participant_id=participant_id,
        contract_id=contract_id,
        status=status,
        limit=limit,
        cursor=cursor,
    )


def invoice(invoice_id: str) -> Request[Invoice]:
    """Show an invoice, with the interest until today."""
    return get(f"/v1/invoices/{segment(invoice_id)}", Invoice)


def pay_invoice(invoice_id: str, *, idempotency_key: str | None = None) -> Request[PayReceipt]:
    """Pay an invoice whole, with its interest, from your cash."""
    path = f"/v1/invoices/{segment(invoice_id)}:pay"
    return command(path, PayReceipt, None, idempotency_key=idempotency_key)


def _contract(contract_id: str) -> str:
    return f"/v1/paid-use-contracts/{segment(contract_id)}"


def _ask(
    path: str,
    body: dict[str, Any],
    document: str,
    expires_on: date | None,
    idempotency_key: str | None,
) -> Request[ApprovalReceipt]:
    body |= given(document=document, expires_on=expires_on and day_text(expires_on))
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)
