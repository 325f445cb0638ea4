"""Routes of closures: entities that give back for the months they did not run."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row

from exchange.allocation import after_issue_queries as queries
from exchange.allocation.after_issue_schemas import CloseEntityRequest, ClosureView
from exchange.allocation.queries import find_plan
from exchange.api.amounts import format_day, parse_day
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page
from exchange.api.problems import RESPONSES
from exchange.api.schemas import ApprovalReceipt
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import initiate, last_day
from exchange.core.after_issue.commands import CloseEntity
from exchange.core.types import PlanId
from exchange.ids import PLAN, numbered
from exchange.storage.tables_after_issue import closures

Whose = Annotated[str | None, Query(max_length=20, examples=["p12"])]

router = APIRouter(
    prefix="/v1/closures", tags=["allocation"], route_class=StrictRoute, responses=RESPONSES
)


@router.post("", status_code=202, response_model=ApprovalReceipt)
async def close_entity(
    body: CloseEntityRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a closed entity give back by `allocation.formula.closure`; a second approves it.

    What it does not have any more is claimed.
    """
    async with edge.reading() as connection:
        plan = await find_plan(edge, connection, principal, body.plan_id)
    act = CloseEntity(
        PlanId(plan.plan_id),
        body.entity,
        parse_day(body.closed_on, "/closed_on"),
        body.months_run,
        body.pot,
        body.document,
    )
    last = last_day(body.expires_on)
    ledger = edge.ledger_code(plan.ledger_number)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.get("", response_model=Page[ClosureView])
async def list_closures(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    participant_id: Whose = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List closed entities and what they gave back: participants see their own."""
    rows, more = await queries.page(
        edge,
        principal,
        request,
        response,
        closures,
        participant_id=participant_id,
        limit=limit,
        cursor=cursor,
    )
    return {"items": [await _view(edge, row) for row in rows], "next_cursor": more}


async def _view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    asset, shared = await queries.facts(edge, row)
    return {
        "plan_id": numbered(PLAN, row.plan_id),
        **shared,
        "closed_on": format_day(row.closed_on),
        "months_run": row.months_run,
        **queries.amounts(asset, row, "before", "kept", "taken", "claimed"),
        "pot": row.pot,
        "rule": {"id": row.rule_id, "version": row.rule_version},
        "document": row.document,
        "sequence": row.seq,
    }
