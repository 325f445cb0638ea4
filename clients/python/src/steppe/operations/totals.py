"""Control totals: what a place may hand out of an asset."""

from datetime import date

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import ApprovalReceipt, ControlTotal, Page
from steppe.request import Request, command, given, public_listing


def control_totals(
    *,
    ledger: str | None = None,
    asset: str | None = None,
    place: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[ControlTotal]]:
    """List control totals: what each place was given, has left, has allocated."""
    return public_listing(
        "/v1/control-totals",
        ControlTotal,
        ledger=ledger,
        asset=asset,
        place=place,
        limit=limit,
        cursor=cursor,
    )


def set_control_total(
    *,
    asset: str,
    place: str,
    quantity: Amount,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a place be given a total of an asset (regulator); a second person approves it."""
    common = (asset, place, document, expires_on, idempotency_key)
    return _ask("", *common, quantity=decimal_text(quantity))


def adjust_control_total(
    *,
    asset: str,
    place: str,
    change: Amount,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a total be raised, or lowered by a negative change (regulator)."""
    common = (asset, place, document, expires_on, idempotency_key)
    return _ask(":adjust", *common, change=decimal_text(change))


def set_aside(
    *,
    asset: str,
    place: str,
    pot: str,
    quantity: Amount,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that part of what is left be kept in a pot, or come back out of it (regulator)."""
    common = (asset, place, document, expires_on, idempotency_key)
    return _ask(":set-aside", *common, pot=pot, quantity=decimal_text(quantity))


def cancel_control_total(
    *,
    asset: str,
    place: str,
    quantity: Amount,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that part of what is left be cancelled for good (regulator)."""
    common = (asset, place, document, expires_on, idempotency_key)
    return _ask(":cancel", *common, quantity=decimal_text(quantity))


def _ask(  # noqa: PLR0917
    act: str,
    asset: str,
    place: str,
    document: str,
    expires_on: date | None,
    idempotency_key: str | None,
    **terms: str,
) -> Request[ApprovalReceipt]:
    """Ask for an act on the total of a place."""
    body = given(
        asset=asset,
        place=place,
        **terms,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = f"/v1/control-totals{act}"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)
