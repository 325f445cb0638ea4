"""Voluntary cancellation of units, and its public register."""

from datetime import date

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import ApprovalReceipt, Cancellation, Page
from steppe.request import Request, command, given, public, public_listing, segment


def cancel_units(
    *,
    lot_id: str,
    quantity: Amount,
    beneficiary: str,
    purpose: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that units of one's own be ended for good; a second person of the holder approves."""
    body = given(
        lot_id=lot_id,
        quantity=decimal_text(quantity),
        beneficiary=beneficiary,
        purpose=purpose,
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/cancellations", ApprovalReceipt, body, idempotency_key=idempotency_key)


def cancellations(
    *,
    ledger: str | None = None,
    asset: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Cancellation]]:
    """List what holders have cancelled, and in whose name."""
    path = "/v1/cancellations"
    return public_listing(
        path, Cancellation, ledger=ledger, asset=asset, limit=limit, cursor=cursor
    )


def cancellation(cancellation_id: str) -> Request[Cancellation]:
    """Show one entry of the register of cancellations."""
    return public(f"/v1/cancellations/{segment(cancellation_id)}", Cancellation)
