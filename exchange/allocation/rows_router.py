"""Routes of a plan's rows while it is drafted, and of what its entities got."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, select

from exchange.allocation import queries, rows
from exchange.allocation.schemas import EntryView, PlanView, RowForm, RowsRequest, RowView
from exchange.allocation.terms import is_fixed
from exchange.api import csv_export, etags
from exchange.api.amounts import invalid, parse_amount
from exchange.api.body import StrictRoute
from exchange.api.directory import AssetFacts
from exchange.api.edge import EdgeDep
from exchange.api.etags import IfMatch
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page, more_after, read_cursor
from exchange.api.problems import RESPONSES
from exchange.api.security import CurrentPrincipal, must_be, visible_participant
from exchange.core.types import Role
from exchange.core.units import NUMBER_MAX
from exchange.errors import FieldError, NotFound, Unprocessable
from exchange.ids import PARTICIPANT, parse_numbered
from exchange.storage.tables_allocation import allocation_entries
from exchange.storage.tables_back_office import allocation_rows

router = APIRouter(
    prefix="/v1/allocation-plans/{plan_id}",
    tags=["allocation"],
    route_class=StrictRoute,
    responses=RESPONSES,
)


@router.put("/rows", response_model=PlanView)
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
        plan = await rows.locked(edge, connection, principal, plan_id, if_match)
        columns = _columns(plan, body, await queries.asset_of(edge, plan))
        await rows.replace(connection, plan, columns)
        changed = await queries.find_plan(edge, connection, principal, plan_id)
    response.headers["ETag"] = etags.etag(changed.version)
    return await queries.plan_view(edge, changed)


def _columns(plan: Row[Any], body: RowsRequest, asset: AssetFacts) -> rows.Columns:
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
    fixed = is_fixed(plan)
    given = list(enumerate(body.rows))
    columns = rows.Columns(
        [row.entity for row in body.rows],
        [parse_numbered(row.participant_id, PARTICIPANT) for row in body.rows],
        [_quantity(row, place, asset, fixed=fixed) for place, row in given],
        [row.year for row in body.rows],
        [
            msgspec.json.encode({"quantity": row.quantity} if fixed else row.inputs).decode()
            for row in body.rows
        ],
    )
    if sum(quantity or 0 for quantity in columns.quantities) > NUMBER_MAX:
        raise invalid("/rows", "number_too_large", "the quantities are too large together")
    return columns


def _quantity(row: RowForm, place: int, asset: AssetFacts, *, fixed: bool) -> int | None:
    """Read what a row gives, where that is for the row to say. Raises: Unprocessable."""
    if row.quantity is None:
        if fixed:
            pointer = f"/rows/{place}/inputs"
            raise invalid(pointer, "unexpected", "the rows of this plan name their quantities")
        return None
    pointer = f"/rows/{place}/quantity"
    if not fixed:
        raise invalid(pointer, "unexpected", "the plan's method calculates it from the inputs")
    return parse_amount(row.quantity, asset.scale, pointer)


@router.get("/rows", response_model=Page[RowView], responses=csv_export.TABLE)
async def list_rows(
    plan_id: str,
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    faulty: Annotated[bool | None, Query(description="Only rows with a fault, or without")] = None,
    form: csv_export.Form = "json",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Any:
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
        if faulty is not None:
            query = query.where(allocation_rows.c.fault.is_not(None) == faulty)
        asset = await queries.asset_of(edge, plan)
        if form == "csv":
            every = (await connection.execute(query)).all()
            return await csv_export.answer(_rows_table, asset, every)
        found = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, found, limit, "entity")
    return {"items": [queries.row_view(asset, row) for row in found[:limit]], "next_cursor": more}


@router.get("/entries", response_model=Page[EntryView], responses=csv_export.TABLE)
async def list_entries(
    plan_id: str,
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    form: csv_export.Form = "json",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Any:
    """List what each entity got: participants see their own entities."""
    (after,) = read_cursor(cursor, str) or ("",)
    own = visible_participant(principal, None)
    async with edge.reading() as connection:
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        entity = allocation_entries.c.entity
        query = queries.entries_query(plan, own).where(entity > after).order_by(entity)
        asset = await queries.asset_of(edge, plan)
        if form == "csv":
            every = (await connection.execute(query)).all()
            return await csv_export.answer(_entries_table, asset, every)
        found = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, found, limit, "entity")
    items = [queries.entry_view(asset, row) for row in found[:limit]]
    return {"items": items, "next_cursor": more}


def _rows_table(asset: AssetFacts, every: Sequence[Row[Any]]) -> bytes:
    views = [queries.row_view(asset, row) for row in every]
    names: dict[str, None] = {}
    for view in views:
        names.update(dict.fromkeys(view["inputs"] or ()))
    names.pop("quantity", None)
    heading = ("entity", "participant", "year", *names, "quantity", "trace_hash", "fault")
    return csv_export.table(
        heading,
        (
            (
                view["entity"],
                view["participant_id"],
                view["year"] and str(view["year"]),
                *((view["inputs"] or {}).get(name) for name in names),
                view["quantity"],
                view["trace_hash"],
                view["fault"] and view["fault"]["code"],
            )
            for view in views
        ),
    )


def _entries_table(asset: AssetFacts, every: Sequence[Row[Any]]) -> bytes:
    views = [queries.entry_view(asset, row) for row in every]
    names = (
        *("entity", "participant_id", "place", "gross", "deducted", "quantity"),
        *("account_id", "lot_id"),
    )
    return csv_export.table(names, ([view[name] for name in names] for view in views))
