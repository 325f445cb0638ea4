"""Allocation plans: drafted, published, issued."""

from collections.abc import Sequence
from datetime import date

from steppe.amounts import day_text
from steppe.models import (
    AllocationEntry,
    AllocationPlan,
    AllocationRow,
    ApprovalReceipt,
    Page,
    PlanRow,
    PublishReceipt,
)
from steppe.request import Request, command, get, given, listing, replacement, segment
from steppe.words import LotUse


def create_plan(
    *,
    asset: str,
    method: str,
    vintage: str,
    document: str,
    region: str | None = None,
    basin: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    pot: str | None = None,
    activity_year: int | None = None,
    rules_on: date | None = None,
    use: LotUse | None = None,
    series: str | None = None,
    phase: int | None = None,
    idempotency_key: str | None = None,
) -> Request[AllocationPlan]:
    """Begin a plan (regulator), or with `series` and `phase` a true-up of one that was issued."""
    body = given(
        asset=asset,
        method=method,
        vintage=vintage,
        region=region,
        basin=basin,
        valid_from=valid_from and day_text(valid_from),
        valid_to=valid_to and day_text(valid_to),
        pot=pot,
        activity_year=activity_year,
        rules_on=rules_on and day_text(rules_on),
        use=use,
        series=series,
        phase=phase,
        document=document,
    )
    path = "/v1/allocation-plans"
    return command(path, AllocationPlan, body, idempotency_key=idempotency_key)


def plans(*, limit: int | None = None, cursor: str | None = None) -> Request[Page[AllocationPlan]]:
    """List plans: regulators see all, others those that are published."""
    return listing("/v1/allocation-plans", AllocationPlan, limit=limit, cursor=cursor)


def plan(plan_id: str) -> Request[AllocationPlan]:
    """Show a plan."""
    return get(_plan(plan_id), AllocationPlan)


def replace_plan_rows(
    plan_id: str, *, rows: Sequence[PlanRow], version: int | str
) -> Request[AllocationPlan]:
    """Replace the rows of a plan (regulator), at most 1000 of them."""
    body = {"rows": [row.form() for row in rows]}
    return replacement(f"{_plan(plan_id)}/rows", AllocationPlan, body, version=version)


def plan_rows(
    plan_id: str,
    *,
    faulty: bool | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[AllocationRow]]:
    """List the rows of a plan as they stand (regulator), or those that could not be calculated."""
    only = None if faulty is None else str(faulty).lower()
    path = f"{_plan(plan_id)}/rows"
    return listing(path, AllocationRow, faulty=only, limit=limit, cursor=cursor)


def publish_plan(
    plan_id: str, *, objections_until: date, document: str, idempotency_key: str | None = None
) -> Request[PublishReceipt]:
    """Publish a plan as it stands (regulator): its hash is what may be issued."""
    body = {"objections_until": day_text(objections_until), "document": document}
    path = f"{_plan(plan_id)}:publish"
    return command(path, PublishReceipt, body, idempotency_key=idempotency_key)


def issue_plan(
    plan_id: str,
    *,
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a published plan be issued (regulator); a second person approves it."""
    body = given(document=document, expires_on=expires_on and day_text(expires_on))
    path = f"{_plan(plan_id)}:issue"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def plan_entries(
    plan_id: str, *, limit: int | None = None, cursor: str | None = None
) -> Request[Page[AllocationEntry]]:
    """List what each entity got: participants see their own."""
    return listing(f"{_plan(plan_id)}/entries", AllocationEntry, limit=limit, cursor=cursor)


def _plan(plan_id: str) -> str:
    return f"/v1/allocation-plans/{segment(plan_id)}"
