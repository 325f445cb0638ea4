"""Permits: recorded, changed, renewed; what they let be used; the renewal of rights."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import (
    ApprovalReceipt,
    Page,
    Permit,
    PermitTask,
    RenewalReceipt,
    Substitution,
    UsableRight,
)
from steppe.request import Request, command, get, given, listing, segment


def record_permit(
    *,
    ledger: str,
    number: str,
    participant_id: str,
    quantities: Mapping[str, Amount],
    valid_from: date,
    document: str,
    valid_to: date | None = None,
    new_project: bool = False,
    non_attainment: bool = False,
    substitution: Sequence[Substitution] = (),
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a permit be recorded (regulator); a second person approves it."""
    body = {
        "ledger": ledger,
        "number": number,
        "participant_id": participant_id,
        **_terms(quantities, valid_from, valid_to, document, expires_on),
        **_project(substitution, new_project=new_project, non_attainment=non_attainment),
    }
    return command("/v1/permits", ApprovalReceipt, body, idempotency_key=idempotency_key)


def update_permit(
    permit_id: str,
    *,
    quantities: Mapping[str, Amount],
    valid_from: date,
    document: str,
    valid_to: date | None = None,
    new_project: bool = False,
    non_attainment: bool = False,
    substitution: Sequence[Substitution] = (),
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a permit's next version be recorded (regulator); a second person approves it."""
    body = {
        **_terms(quantities, valid_from, valid_to, document, expires_on),
        **_project(substitution, new_project=new_project, non_attainment=non_attainment),
    }
    path = f"{_permit(permit_id)}:update"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def request_renewal(
    permit_id: str, *, quantities: Mapping[str, Amount], idempotency_key: str | None = None
) -> Request[RenewalReceipt]:
    """Ask that your permit be renewed, in time before its end."""
    path = f"{_permit(permit_id)}:request-renewal"
    body = {"quantities": _quantities(quantities)}
    return command(path, RenewalReceipt, body, idempotency_key=idempotency_key)


def decide_renewal(
    permit_id: str,
    *,
    outcome: Literal["granted", "refused"],
    document: str,
    quantities: Mapping[str, Amount] | None = None,
    valid_to: date | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a renewal be granted, with what was verified again, or refused (regulator)."""
    body = given(
        outcome=outcome,
        quantities=_quantities(quantities or {}),
        valid_to=valid_to and day_text(valid_to),
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = f"{_permit(permit_id)}:decide-renewal"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def permits(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Permit]]:
    """List permits as they stand: participants see their own."""
    return listing("/v1/permits", Permit, ledger=ledger, limit=limit, cursor=cursor)


def permit(permit_id: str) -> Request[Permit]:
    """Show a permit with its renewals."""
    return get(_permit(permit_id), Permit)


def usable_rights(
    *,
    ledger: str | None = None,
    asset: str | None = None,
    participant_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[UsableRight]]:
    """List what may be used today of what is held, given permits, locks and freezes."""
    return listing(
        "/v1/usable-rights",
        UsableRight,
        ledger=ledger,
        asset=asset,
        participant_id=participant_id,
        limit=limit,
        cursor=cursor,
    )


def permit_tasks(
    *,
    ledger: str | None = None,
    status: Literal["open", "closed"] | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[PermitTask]]:
    """List permits that have to be changed, as more or less is held than they state."""
    path = "/v1/permit-tasks"
    return listing(path, PermitTask, ledger=ledger, status=status, limit=limit, cursor=cursor)


def renew_right(
    lot_id: str,
    *,
    account_id: str,
    quantity: Amount,
    document: str,
    valid_to: date | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that what an account has of a lot be renewed by a quantity (regulator)."""
    body = given(
        account_id=account_id,
        quantity=decimal_text(quantity),
        valid_to=valid_to and day_text(valid_to),
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = f"/v1/lots/{segment(lot_id)}:renew"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def _permit(permit_id: str) -> str:
    return f"/v1/permits/{segment(permit_id)}"


def _quantities(quantities: Mapping[str, Amount]) -> list[dict[str, str]]:
    """Return them as the venue reads them; the command line gives pairs, with plain text."""
    return [
        {"kind": kind, "quantity": decimal_text(quantity)}
        for kind, quantity in dict(quantities).items()
    ]


def _terms(
    quantities: Mapping[str, Amount],
    valid_from: date,
    valid_to: date | None,
    document: str,
    expires_on: date | None,
) -> dict[str, object]:
    return given(
        quantities=_quantities(quantities),
        valid_from=day_text(valid_from),
        valid_to=valid_to and day_text(valid_to),
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )


def _project(
    substitution: Sequence[Substitution], *, new_project: bool, non_attainment: bool
) -> dict[str, object]:
    return {
        "new_project": new_project,
        "non_attainment": non_attainment,
        "substitution": [each.form() for each in substitution],
    }
