"""What follows an issue: true-ups, claims, deductions, borrowing, closures."""

from datetime import date
from typing import Literal

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import ApprovalReceipt, Page
from steppe.models.after_issue import (
    Borrowing,
    Claim,
    Closure,
    Deduction,
    SettleReceipt,
    TrueUpEntry,
)
from steppe.request import Request, command, given, listing, segment


def true_up_plan(
    plan_id: str,
    *,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a series be brought to a published plan (regulator); a second person approves."""
    body = given(document=document, expires_on=expires_on and day_text(expires_on))
    path = f"/v1/allocation-plans/{segment(plan_id)}:true-up"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def true_up_entries(
    plan_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[Page[TrueUpEntry]]:
    """List what a true-up made of each entity: participants see their own."""
    path = f"/v1/allocation-plans/{segment(plan_id)}/true-up-entries"
    return listing(path, TrueUpEntry, limit=limit, cursor=cursor)


def claims(
    *,
    participant_id: str | None = None,
    is_open: bool | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Claim]]:
    """List what is owed back after true-ups and closures: participants see their own."""
    open_only = None if is_open is None else str(is_open).lower()
    return listing(
        "/v1/claims",
        Claim,
        participant_id=participant_id,
        is_open=open_only,
        limit=limit,
        cursor=cursor,
    )


def settle_claim(claim_id: str, *, idempotency_key: str | None = None) -> Request[SettleReceipt]:
    """Hand over at once what you hold of what you owe."""
    path = f"/v1/claims/{segment(claim_id)}:settle"
    return command(path, SettleReceipt, idempotency_key=idempotency_key)


def register_deduction(
    *,
    participant_id: str,
    asset: str,
    ground: Literal["shortfall", "false_data", "correction"],
    document: str,
    entity: str | None = None,
    reach: Literal["kind", "asset"] | None = None,
    quantity: Amount | None = None,
    ratio: Amount | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a participant's next allocation be cut (regulator); a second person approves."""
    body = given(
        participant_id=participant_id,
        entity=entity,
        asset=asset,
        reach=reach,
        quantity=None if quantity is None else decimal_text(quantity),
        ratio=None if ratio is None else decimal_text(ratio),
        ground=ground,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/deductions", ApprovalReceipt, body, idempotency_key=idempotency_key)


def deductions(
    *, participant_id: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Deduction]]:
    """List deductions and what of them still waits: participants see their own."""
    return listing(
        "/v1/deductions", Deduction, participant_id=participant_id, limit=limit, cursor=cursor
    )


def borrow_allowances(
    *,
    participant_id: str,
    entity: str,
    asset: str,
    due: Amount,
    allocated: Amount,
    quantity: Amount,
    vintage: str,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that an entity get units of a coming allocation (regulator); a second approves."""
    body = given(
        participant_id=participant_id,
        entity=entity,
        asset=asset,
        due=decimal_text(due),
        allocated=decimal_text(allocated),
        quantity=decimal_text(quantity),
        vintage=vintage,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/borrowings", ApprovalReceipt, body, idempotency_key=idempotency_key)


def borrowings(
    *, participant_id: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Borrowing]]:
    """List what was borrowed from coming allocations: participants see their own."""
    return listing(
        "/v1/borrowings", Borrowing, participant_id=participant_id, limit=limit, cursor=cursor
    )


def close_entity(
    *,
    plan_id: str,
    entity: str,
    closed_on: date,
    months_run: int,
    document: str,
    pot: str | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a closed entity give back by its months (regulator); a second person approves."""
    body = given(
        plan_id=plan_id,
        entity=entity,
        closed_on=day_text(closed_on),
        months_run=months_run,
        pot=pot,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/closures", ApprovalReceipt, body, idempotency_key=idempotency_key)


def closures(
    *, participant_id: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Closure]]:
    """List closed entities and what they gave back: participants see their own."""
    return listing(
        "/v1/closures", Closure, participant_id=participant_id, limit=limit, cursor=cursor
    )
