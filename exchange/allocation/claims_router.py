"""Routes of claims: what is owed back, and its settlement by who owes it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row

from exchange.allocation import after_issue_queries as queries
from exchange.allocation.after_issue_schemas import ClaimView, SettleReceipt
from exchange.api.amounts import format_day
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page
from exchange.api.problems import RESPONSES
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import carry_out, receipt
from exchange.core.after_issue.commands import SettleClaim
from exchange.core.after_issue.events import ClaimCollected
from exchange.core.types import ClaimId, ParticipantId
from exchange.core.units import format_decimal
from exchange.ids import ACCOUNT, CLAIM, DEDUCTION, PLAN, numbered, parse_reference, reference
from exchange.storage.tables_after_issue import claims

Whose = Annotated[str | None, Query(max_length=20, examples=["p12"])]
Open = Annotated[bool | None, Query(description="Only those that are open, or only the others")]

router = APIRouter(tags=["allocation"], route_class=StrictRoute, responses=RESPONSES)


@router.get("/v1/claims", response_model=Page[ClaimView])
async def list_claims(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    participant_id: Whose = None,
    is_open: Open = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what is owed back after true-ups and closures: participants see their own."""
    waits = claims.c.deduction_id.is_(None) & (claims.c.remaining > 0)
    rows, more = await queries.page(
        edge,
        principal,
        request,
        response,
        claims,
        participant_id=participant_id,
        limit=limit,
        cursor=cursor,
        where=() if is_open is None else (waits == is_open,),
    )
    return {"items": [await _view(edge, row) for row in rows], "next_cursor": more}


@router.post("/v1/claims/{claim_id}:settle", response_model=SettleReceipt)
async def settle_claim(
    claim_id: str,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Hand over at once what one holds of what one owes, without waiting for midnight."""
    ledger, number = parse_reference(claim_id, CLAIM)
    command = SettleClaim(ParticipantId(principal.participant_id), ClaimId(number))
    committed = await carry_out(edge, principal, ledger, key, command)
    events = committed.outcome.events
    collected = next(event for event in events if isinstance(event, ClaimCollected))
    query = queries.visible(edge, principal, claims, None).where(
        claims.c.ledger == edge.ledger_number(ledger), claims.c.claim_id == number
    )
    async with edge.reading() as connection:
        row = (await connection.execute(query)).one()
    asset, _ = await queries.facts(edge, row)
    return {
        **receipt(ledger, committed, response),
        "claim_id": claim_id,
        "collected": format_decimal(collected.quantity, asset.scale),
        "remaining": format_decimal(collected.left, asset.scale),
    }


async def _view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    asset, shared = await queries.facts(edge, row)
    ledger = asset.ledger
    status = "open" if row.remaining else "settled"
    deduction = None
    if row.deduction_id is not None:
        status, deduction = "deducted", reference(ledger, DEDUCTION, row.deduction_id)
    return {
        "claim_id": reference(ledger, CLAIM, row.claim_id),
        **shared,
        "account_id": reference(ledger, ACCOUNT, row.account_id),
        "plan_id": numbered(PLAN, row.plan_id),
        **queries.amounts(asset, row, "quantity", "remaining"),
        "pot": row.pot,
        "due_on": format_day(row.due_on),
        "status": status,
        "deduction_id": deduction,
        "sequence": row.opened_seq,
        "updated_sequence": row.updated_seq,
    }
