"""Routes of true-ups: a plan that states the final quantities of a series."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from exchange.allocation import after_issue_queries as after_issue
from exchange.allocation import queries
from exchange.allocation import router as plans
from exchange.allocation.after_issue_schemas import ActRequest, TrueUpEntryView
from exchange.api.body import StrictRoute
from exchange.api.edge import EdgeDep
from exchange.api.idempotency import IdempotencyKey
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page, more_after, read_cursor
from exchange.api.problems import RESPONSES
from exchange.api.schemas import ApprovalReceipt
from exchange.api.security import CurrentPrincipal, visible_participant
from exchange.api.submission import initiate, last_day
from exchange.core.after_issue.commands import TrueUpAllocation
from exchange.core.types import PlanId
from exchange.core.units import format_decimal
from exchange.ids import LOT, PARTICIPANT, PLAN, numbered, reference
from exchange.storage.tables_after_issue import true_up_entries

router = APIRouter(
    prefix="/v1/allocation-plans/{plan_id}",
    tags=["allocation"],
    route_class=StrictRoute,
    responses=RESPONSES,
)


@router.get("/true-up-entries", response_model=Page[TrueUpEntryView])
async def list_true_up_entries(
    plan_id: str,
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what a true-up made of each entity: participants see their own."""
    (after,) = read_cursor(cursor, str) or ("",)
    own = visible_participant(principal, None)
    entry = true_up_entries.c
    async with edge.reading() as connection:
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        ledger = plan.ledger_number
        query = select(true_up_entries).where(
            entry.ledger == ledger, entry.plan_id == plan.plan_id, entry.entity > after
        )
        if own is not None:
            query = query.where(entry.participant_id == own)
        found = await connection.execute(query.order_by(entry.entity).limit(limit + 1))
        rows = found.all()
        named = [row.entity for row in rows]
        cut = await after_issue.deducted(connection, ledger, plan.plan_id, named)
    more = more_after(request, response, rows, limit, "entity")
    asset = await queries.asset_of(edge, plan)
    figures = ("before", "final", "issued", "taken", "claimed")
    items = [
        {
            "plan_id": numbered(PLAN, row.plan_id),
            "entity": row.entity,
            "participant_id": numbered(PARTICIPANT, row.participant_id),
            "place": row.place,
            **after_issue.amounts(asset, row, *figures),
            "lot_id": reference(asset.ledger, LOT, row.lot_id) if row.lot_id else None,
            "deducted": format_decimal(cut.get(row.entity, 0), asset.scale),
            "sequence": row.seq,
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next_cursor": more}


@router.post(":true-up", status_code=202, response_model=ApprovalReceipt)
async def true_up_plan(
    plan_id: str,
    body: ActRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a series be brought to a published plan's quantities; a second person approves it.

    What is lacking to an entity is issued, what it has too much is taken back or owed.
    """
    asset, content, data = await plans.content_as_it_stands(edge, principal, plan_id)
    act = TrueUpAllocation(PlanId(content.plan_id), data, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)
