"""Water years, savings, and approvals of transfers between leagues."""

from datetime import date

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import (
    ApprovalReceipt,
    CrossRegionApproval,
    Page,
    WaterOveruse,
    WaterSaving,
    WaterShare,
)
from steppe.request import Request, command, given, listing, public_listing


def set_inflow_ratio(
    year: int,
    *,
    asset: str,
    ratio: Amount,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a year's totals be all quotas by one ratio (regulator); a second one approves."""
    body = given(
        asset=asset,
        ratio=decimal_text(ratio),
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = f"/v1/water/years/{year}/ratio"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def record_overuse(
    year: int,
    *,
    ledger: str,
    place: str,
    quantity: Amount,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask to record what a league took above its share, to be withheld next year (regulator)."""
    body = given(
        ledger=ledger,
        place=place,
        quantity=decimal_text(quantity),
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = f"/v1/water/years/{year}/overuse"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def verify_saving(
    *,
    asset: str,
    place: str,
    district: str,
    potential: Amount,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a district's saving be verified and its tradable part set aside (regulator)."""
    body = given(
        asset=asset,
        place=place,
        district=district,
        potential=decimal_text(potential),
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = "/v1/water/savings"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def water_shares(
    *,
    ledger: str | None = None,
    asset: str | None = None,
    place: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[WaterShare]]:
    """List what each place was given of each year's water, by each ratio that was set."""
    return public_listing(
        "/v1/water/shares",
        WaterShare,
        ledger=ledger,
        asset=asset,
        place=place,
        limit=limit,
        cursor=cursor,
    )


def water_overuse(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[WaterOveruse]]:
    """List what places took of a year above their shares."""
    path = "/v1/water/overuse"
    return public_listing(path, WaterOveruse, ledger=ledger, limit=limit, cursor=cursor)


def water_savings(
    *,
    ledger: str | None = None,
    asset: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[WaterSaving]]:
    """List the savings that were verified, and what of each may be traded."""
    path = "/v1/water/savings"
    return public_listing(path, WaterSaving, ledger=ledger, asset=asset, limit=limit, cursor=cursor)


def approve_cross_region(
    *,
    asset: str,
    giver_id: str,
    taker_id: str,
    quantity: Amount,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a member may transfer units to one of another league (regulator)."""
    body = given(
        asset=asset,
        giver_id=giver_id,
        taker_id=taker_id,
        quantity=decimal_text(quantity),
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = "/v1/cross-region-approvals"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def cross_region_approvals(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[CrossRegionApproval]]:
    """List approvals of transfers between leagues: parties see their own."""
    path = "/v1/cross-region-approvals"
    return listing(path, CrossRegionApproval, ledger=ledger, limit=limit, cursor=cursor)
