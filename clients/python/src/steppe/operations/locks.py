"""Locks: units of a lot that may be put to one use only, or to none."""

from datetime import date

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import ApprovalReceipt, Lock, Page
from steppe.request import Request, command, given, listing, segment
from steppe.words import LockKind


def locks(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Lock]]:
    """List locks, those that keep nothing more included: participants see their own."""
    return listing("/v1/locks", Lock, ledger=ledger, limit=limit, cursor=cursor)


def lock_units(
    account_id: str,
    *,
    lot_id: str,
    quantity: Amount,
    kind: LockKind,
    ground: str,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that units of a lot be set apart (regulator); a second person approves it."""
    body = given(
        account_id=account_id,
        lot_id=lot_id,
        quantity=decimal_text(quantity),
        kind=kind,
        ground=ground,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/locks", ApprovalReceipt, body, idempotency_key=idempotency_key)


def release_lock(
    lock_id: str,
    *,
    ground: str,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that what a lock still keeps be let go (regulator); a second person approves it."""
    body = given(ground=ground, document=document, expires_on=expires_on and day_text(expires_on))
    path = f"/v1/locks/{segment(lock_id)}:release"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)
