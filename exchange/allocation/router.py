"""Routes of allocation plans: drafted by a regulator, published, issued by two."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import delete, insert, select, update

from exchange.allocation import queries
from exchange.allocation.schemas import (
    CreatePlanRequest,
    EntryView,
    IssueRequest,
    PlanView,
    PublishReceipt,
    PublishRequest,
    RowsRequest,
    RowView,
)
from exchange.api import etags
from exchange.api.amounts import format_day, invalid, parse_amount, parse_day
from exchange.api.body import StrictRoute
from exchange.api.directory import AssetFacts
from exchange.api.edge import Edge, EdgeDep
from exchange.api.etags import IfMatch
from exchange.api.idempotency import IdempotencyKey, once
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page, next_cursor, read_cursor
from exchange.api.problems import RESPONSES
from exchange.api.schemas import ApprovalReceipt
from exchange.api.security import CurrentPrincipal, must_be, visible_participant
from exchange.api.submission import carry_out, initiate, receipt
from exchange.api.tokens import Principal
from exchange.core.allocation.commands import IssueAllocation, PublishPlan
from exchange.core.allocation.content import PlanContent, content_hash, encode_content
from exchange.core.allocation.events import PlanPublished
from exchange.core.calendar import local_day
from exchange.core.types import Day, PlanId, Role
from exchange.core.units import NUMBER_MAX, format_decimal
from exchange.errors import Conflict, FieldError, NotFound, Unprocessable
from exchange.ids import PARTICIPANT, PLAN, numbered, parse_numbered
from exchange.storage.tables_allocation import allocation_entries
from exchange.storage.tables_back_office import allocation_drafts, allocation_rows

router = APIRouter(
    prefix="/v1/allocation-plans",
    tags=["allocation"],
    route_class=StrictRoute,
    responses=RESPONSES,
)


@router.post("", status_code=201, response_model=PlanView)
async def create_plan(
    body: CreatePlanRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Begin a plan. Nobody but regulators sees it before it is published."""
    must_be(principal, Role.REGULATOR)
    asset = await edge.directory.asset_anywhere(body.asset)
    ledger = edge.ledger_number(asset.ledger)
    method = f"{asset.ledger}.allocation.formula.{body.method}"

    async def act(connection: Any) -> dict[str, Any]:
        today = local_day(edge.clock.now_ns())
        made = (
            insert(allocation_drafts)
            .values(
                ledger_number=ledger,
                asset_id=asset.asset_id,
                method=method,
                method_version=await queries.method_in_force(connection, ledger, method, today),
                vintage=body.vintage,
                region=body.region,
                basin=body.basin,
                valid_from=_day(body.valid_from, "/valid_from"),
                valid_to=_day(body.valid_to, "/valid_to"),
                pot=body.pot,
                document=body.document,
                created_by=principal.operator_id,
                version=1,
                created_at_ns=edge.clock.now_ns(),
            )
            .returning(allocation_drafts.c.plan_id)
        )
        plan_id = numbered(PLAN, (await connection.execute(made)).scalar_one())
        row = await queries.find_plan(edge, connection, principal, plan_id)
        return await queries.plan_view(edge, row)

    view = await once(edge, principal, key, "create_plan", body, response, act)
    response.headers["ETag"] = etags.etag(view["version"])
    return view


def _day(text: str | None, pointer: str) -> Day:
    return Day(0) if text is None else parse_day(text, pointer)


@router.get("", response_model=Page[PlanView])
async def list_plans(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List plans: regulators see all, others those that are published."""
    (after,) = read_cursor(cursor, int) or (0,)
    query = queries.plans_query(edge, principal).where(allocation_drafts.c.plan_id > after)
    query = query.order_by(allocation_drafts.c.plan_id).limit(limit + 1)
    async with edge.reading() as connection:
        rows = (await connection.execute(query)).all()
    more = None
    if len(rows) > limit:
        more = next_cursor(request, response, (rows[limit - 1].plan_id,))
    items = [await queries.plan_view(edge, row) for row in rows[:limit]]
    return {"items": items, "next_cursor": more}


@router.get("/{plan_id}", response_model=PlanView)
async def show_plan(
    plan_id: str, edge: EdgeDep, principal: CurrentPrincipal, response: Response
) -> dict[str, Any]:
    """Show a plan; the ETag is needed to change its rows."""
    async with edge.reading() as connection:
        row = await queries.find_plan(edge, connection, principal, plan_id)
    response.headers["ETag"] = etags.etag(row.version)
    return await queries.plan_view(edge, row)


@router.put("/{plan_id}/rows", response_model=PlanView)
async def put_rows(
    plan_id: str,
    body: RowsRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    if_match: IfMatch,
    response: Response,
) -> dict[str, Any]:
    """Replace the rows of a plan that is not issued. What was published before stays published."""
    must_be(principal, Role.REGULATOR)
    async with edge.writing() as connection:
        number = parse_numbered(plan_id, PLAN)
        lock = select(allocation_drafts.c.plan_id).where(allocation_drafts.c.plan_id == number)
        await connection.execute(lock.with_for_update())
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        etags.check(if_match, plan.version)
        if plan.issued_seq is not None:
            raise Conflict("plan_already_issued", "its rows are final")
        rows = _rows(number, body, await queries.asset_of(edge, plan))
        await connection.execute(delete(allocation_rows).where(allocation_rows.c.plan_id == number))
        await connection.execute(insert(allocation_rows), rows)
        await connection.execute(
            update(allocation_drafts)
            .where(allocation_drafts.c.plan_id == number)
            .values(version=plan.version + 1)
        )
        changed = await queries.find_plan(edge, connection, principal, plan_id)
    response.headers["ETag"] = etags.etag(changed.version)
    return await queries.plan_view(edge, changed)


def _rows(plan_id: int, body: RowsRequest, asset: AssetFacts) -> list[dict[str, Any]]:
    """Read the rows. Raises: Unprocessable, naming every row that is at fault."""
    seen: dict[str, None] = {}
    faults = []
    for place, row in enumerate(body.rows):
        if row.entity in seen:
            pointer = f"/rows/{place}/entity"
            faults.append(FieldError(pointer, "entity_duplicated", "it stands in an earlier row"))
        seen[row.entity] = None
    if faults:
        raise Unprocessable("entity_duplicated", errors=faults)
    rows: list[dict[str, Any]] = [
        {
            "plan_id": plan_id,
            "entity": row.entity,
            "participant_id": parse_numbered(row.participant_id, PARTICIPANT),
            "quantity": parse_amount(row.quantity, asset.scale, f"/rows/{place}/quantity"),
        }
        for place, row in enumerate(body.rows)
    ]
    if sum(row["quantity"] for row in rows) > NUMBER_MAX:
        raise invalid("/rows", "number_too_large", "the quantities are too large together")
    return rows


@router.get("/{plan_id}/rows", response_model=Page[RowView])
async def list_rows(
    plan_id: str,
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List the rows of a plan as they stand, which only regulators see."""
    if principal.role is not Role.REGULATOR:
        raise NotFound("plan_unknown")
    (after,) = read_cursor(cursor, str) or ("",)
    async with edge.reading() as connection:
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        query = (
            select(allocation_rows)
            .where(allocation_rows.c.plan_id == plan.plan_id, allocation_rows.c.entity > after)
            .order_by(allocation_rows.c.entity)
        )
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = None
    if len(rows) > limit:
        more = next_cursor(request, response, (rows[limit - 1].entity,))
    asset = await queries.asset_of(edge, plan)
    return {"items": [queries.row_view(asset, row) for row in rows[:limit]], "next_cursor": more}


@router.get("/{plan_id}/entries", response_model=Page[EntryView])
async def list_entries(
    plan_id: str,
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what each entity got: participants see their own entities."""
    (after,) = read_cursor(cursor, str) or ("",)
    own = visible_participant(principal, None)
    async with edge.reading() as connection:
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        query = (
            select(allocation_entries)
            .where(
                allocation_entries.c.ledger == plan.ledger_number,
                allocation_entries.c.plan_id == plan.plan_id,
                allocation_entries.c.entity > after,
            )
            .order_by(allocation_entries.c.entity)
        )
        if own is not None:
            query = query.where(allocation_entries.c.participant_id == own)
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = None
    if len(rows) > limit:
        more = next_cursor(request, response, (rows[limit - 1].entity,))
    asset = await queries.asset_of(edge, plan)
    return {"items": [queries.entry_view(asset, row) for row in rows[:limit]], "next_cursor": more}


async def _content(
    edge: Edge, principal: Principal, plan_id: str, *, publish: bool = False
) -> tuple[AssetFacts, PlanContent, bytes]:
    """Return a plan's asset and its content as it stands, also as bytes.

    When it is to be published its rows are kept as they are, for the parties to see.
    """
    must_be(principal, Role.REGULATOR)
    async with edge.writing() as connection:
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        content = await queries.content_of(connection, plan.plan_id)
        if publish:
            await queries.keep_published(connection, content.plan_id, content.version)
    data = await asyncio.to_thread(encode_content, content)
    return await queries.asset_of(edge, plan), content, data


@router.post("/{plan_id}:publish", response_model=PublishReceipt)
async def publish_plan(
    plan_id: str,
    body: PublishRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Publish a plan as it stands: its hash is what may be issued after the deadline."""
    asset, content, data = await _content(edge, principal, plan_id, publish=True)
    command = PublishPlan(
        content.plan_id,
        content.version,
        content.asset_id,
        content_hash(data),
        len(content.rows),
        sum(row.quantity for row in content.rows),
        parse_day(body.objections_until, "/objections_until"),
        body.document,
    )
    committed = await carry_out(edge, principal, asset.ledger, key, command)
    (event,) = committed.outcome.events
    assert isinstance(event, PlanPublished)
    return {
        **receipt(asset.ledger, committed, response),
        "plan_id": plan_id,
        "version": event.version,
        "content_hash": event.content_hash.hex(),
        "entities": event.entities,
        "quantity": format_decimal(event.quantity, asset.scale),
        "objections_until": format_day(event.objections_until),
    }


@router.post("/{plan_id}:issue", status_code=202, response_model=ApprovalReceipt)
async def issue_plan(
    plan_id: str,
    body: IssueRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a published plan be issued as it was published; a second regulator approves it."""
    asset, content, data = await _content(edge, principal, plan_id)
    act = IssueAllocation(PlanId(content.plan_id), data, body.document)
    last = _day(body.expires_on, "/expires_on")
    return await initiate(edge, principal, asset.ledger, key, act, last, response)
