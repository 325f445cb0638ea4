"""Routes of allocation plans: drafted by a regulator, published, issued by two."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import insert

from exchange.allocation import queries
from exchange.allocation.schemas import (
    CreatePlanRequest,
    IssueRequest,
    PlanView,
    PublishReceipt,
    PublishRequest,
)
from exchange.api import etags
from exchange.api.amounts import format_day, invalid, parse_day, parse_optional_day
from exchange.api.body import StrictRoute
from exchange.api.directory import AssetFacts
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey, once
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page, more_after, read_cursor
from exchange.api.problems import RESPONSES
from exchange.api.schemas import ApprovalReceipt
from exchange.api.security import CurrentPrincipal, must_be
from exchange.api.submission import carry_out, initiate, last_day, receipt
from exchange.api.tokens import Principal
from exchange.core.after_issue.commands import PublishTrueUp
from exchange.core.allocation.commands import IssueAllocation, PublishPlan
from exchange.core.allocation.content import PlanContent, content_hash, encode_content
from exchange.core.allocation.events import PlanPublished
from exchange.core.types import PlanId, Role
from exchange.core.units import format_decimal
from exchange.ids import PLAN, numbered
from exchange.storage.tables_back_office import allocation_drafts

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

    today = edge.today()
    rules_on = parse_optional_day(body.rules_on, "/rules_on") or today
    if rules_on > today:
        raise invalid("/rules_on", "day_in_the_future", "the rules of a later day are not known")
    if body.activity_year is None and body.method != "fixed":
        raise invalid("/activity_year", "missing", "this method needs the year of its data")

    async def act(connection: Any) -> dict[str, Any]:
        made = (
            insert(allocation_drafts)
            .values(
                ledger_number=ledger,
                asset_id=asset.asset_id,
                method=method,
                method_version=await queries.method_in_force(connection, ledger, method, rules_on),
                vintage=body.vintage,
                region=body.region,
                basin=body.basin,
                valid_from=parse_optional_day(body.valid_from, "/valid_from"),
                valid_to=parse_optional_day(body.valid_to, "/valid_to"),
                pot=body.pot,
                series=await _series(edge, connection, principal, body.series),
                phase=body.phase or 0,
                activity_year=body.activity_year or 0,
                rules_on=rules_on,
                use=body.use,
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


async def _series(edge: Edge, connection: Any, principal: Principal, text: str | None) -> int:
    if text is None:
        return 0
    found = await queries.find_plan(edge, connection, principal, text)
    return int(found.plan_id)


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
    more = more_after(request, response, rows, limit, "plan_id")
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


async def content_as_it_stands(
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
            await queries.must_be_calculated(connection, content.plan_id)
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
    """Publish a plan as it stands: its hash is what may be carried out after the deadline."""
    asset, content, data = await content_as_it_stands(edge, principal, plan_id, publish=True)
    terms = (
        content.plan_id,
        content.version,
        content.asset_id,
        content_hash(data),
        len(content.rows),
        sum(row.quantity for row in content.rows),
        parse_day(body.objections_until, "/objections_until"),
        body.document,
    )
    command: PublishPlan | PublishTrueUp = PublishPlan(*terms)
    if content.series:
        command = PublishTrueUp(*terms, content.series, content.phase)
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
    asset, content, data = await content_as_it_stands(edge, principal, plan_id)
    act = IssueAllocation(PlanId(content.plan_id), data, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)
