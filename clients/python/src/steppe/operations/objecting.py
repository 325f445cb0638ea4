"""Objections to published plans: filed, decided, read."""

from typing import Literal

from steppe.models import Objection, ObjectionReceipt, Page
from steppe.request import Request, command, get, listing, segment


def file_objection(
    plan_id: str, *, entity: str, text: str, idempotency_key: str | None = None
) -> Request[ObjectionReceipt]:
    """Object to what a published plan gives your entity, until its deadline."""
    path = f"/v1/allocation-plans/{segment(plan_id)}/objections"
    body = {"entity": entity, "text": text}
    return command(path, ObjectionReceipt, body, idempotency_key=idempotency_key)


def decide_objection(
    objection_id: str,
    *,
    outcome: Literal["upheld", "dismissed"],
    text: str,
    document: str,
    idempotency_key: str | None = None,
) -> Request[ObjectionReceipt]:
    """Uphold or dismiss an objection (regulator); upheld, the plan has to be published anew."""
    path = f"/v1/objections/{segment(objection_id)}:decide"
    body = {"outcome": outcome, "text": text, "document": document}
    return command(path, ObjectionReceipt, body, idempotency_key=idempotency_key)


def objections(
    *,
    plan_id: str | None = None,
    undecided: bool | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Objection]]:
    """List objections with their texts: parties see their own."""
    open_only = None if undecided is None else str(undecided).lower()
    return listing(
        "/v1/objections",
        Objection,
        plan_id=plan_id,
        undecided=open_only,
        limit=limit,
        cursor=cursor,
    )


def objection(objection_id: str) -> Request[Objection]:
    """Show an objection and what was decided."""
    return get(f"/v1/objections/{segment(objection_id)}", Objection)
