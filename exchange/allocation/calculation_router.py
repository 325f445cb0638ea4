"""Routes of calculations: made by the regulator, seen by whom they concern once published."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.allocation import queries, rows
from exchange.allocation.calculation import Fault
from exchange.allocation.desk import Desk
from exchange.allocation.desk_schemas import CalculationReceipt, CalculationView
from exchange.allocation.terms import terms_of
from exchange.allocation.worker import Calculate, NoRows, RowsCalculated
from exchange.api import etags
from exchange.api.body import StrictRoute
from exchange.api.directory import AssetFacts
from exchange.api.edge import Edge, EdgeDep
from exchange.api.etags import IfMatch
from exchange.api.idempotency import IdempotencyKey, once
from exchange.api.problems import RESPONSES
from exchange.api.security import CurrentPrincipal, must_be, visible_participant
from exchange.api.tokens import Principal
from exchange.core.types import Role
from exchange.core.units import NUMBER_MAX, format_decimal
from exchange.errors import NotFound, Unprocessable
from exchange.ids import PARTICIPANT, PLAN, numbered
from exchange.storage.tables import rules
from exchange.storage.tables_back_office import published_rows

FAULTS_MAX = 100
_ROWS = (
    "SELECT coalesce(array_agg(entity), '{}'), coalesce(array_agg(coalesce(year, 0)), '{}'),"
    " coalesce(array_agg(inputs), '{}'), coalesce(array_agg(quantity), '{}')"
    " FROM (SELECT * FROM allocation_rows WHERE plan_id = $1 ORDER BY entity) r"
)
"""All rows of a plan as one, by columns: what a loop over ten thousand would hold up."""

router = APIRouter(
    prefix="/v1/allocation-plans",
    tags=["allocation"],
    route_class=StrictRoute,
    responses=RESPONSES,
)


@router.post("/{plan_id}:calculate", response_model=CalculationReceipt)
async def calculate_plan(
    plan_id: str,
    request: Request,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    if_match: IfMatch,
    response: Response,
) -> dict[str, Any]:
    """Calculate every row of a draft from its inputs, by the figures in force on the plan's day."""
    must_be(principal, Role.REGULATOR)
    desk: Desk = request.app.state.desk

    async def act(connection: AsyncConnection) -> dict[str, Any]:
        plan = await rows.locked(edge, connection, principal, plan_id, if_match)
        asset = await queries.asset_of(edge, plan)
        with desk.place():
            job = await _job(edge, connection, plan, asset)
            found = await desk.run(job)
        if isinstance(found, NoRows):
            raise Unprocessable(found.fault.code)
        assert isinstance(found, RowsCalculated)
        total = sum(quantity or 0 for quantity in found.quantities)
        if total > NUMBER_MAX:
            raise Unprocessable("number_too_large", "the quantities are too large together")
        await rows.keep_calculation(connection, plan, job.entities, found)
        faults = [fault for fault in found.faults if fault is not None]
        return {
            "plan_id": plan_id,
            "version": plan.version + 1,
            "rows": len(job.entities),
            "faulty": len(faults),
            "quantity": format_decimal(total, asset.scale),
            "faults": [
                queries.fault_view(msgspec.json.decode(fault, type=Fault))
                for fault in faults[:FAULTS_MAX]
            ],
        }

    operation = f"calculate_plan {plan_id} {if_match}"
    view = await once(edge, principal, key, operation, None, response, act)
    response.headers["ETag"] = etags.etag(view["version"])
    return view


async def _job(
    edge: Edge, connection: AsyncConnection, plan: Row[Any], asset: AssetFacts
) -> Calculate:
    """Take the rows of a locked plan; one that names its quantity has that as its input."""
    every: Any = (await connection.exec_driver_sql(_ROWS, (plan.plan_id,))).one()
    entities, years, inputs, quantities = every
    return Calculate(
        await terms_of(edge, plan, asset),
        entities,
        years,
        [
            text or _quantity_alone(quantity, asset)
            for text, quantity in zip(inputs, quantities, strict=True)
        ],
    )


def _quantity_alone(quantity: int, asset: AssetFacts) -> str:
    """Return the inputs of a row of an earlier release, which has its quantity alone."""
    return msgspec.json.encode({"quantity": format_decimal(quantity, asset.scale)}).decode()


@router.get("/{plan_id}/calculations/{entity}", response_model=CalculationView)
async def show_calculation(
    plan_id: str, entity: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show what a published plan gives an entity of one's own, and how: before the issue too."""
    async with edge.reading() as connection:
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        row = await published_row(connection, principal, plan, entity)
        formula = await _formula(connection, plan)
    asset = await queries.asset_of(edge, plan)
    return {
        "plan_id": numbered(PLAN, plan.plan_id),
        "version": plan.published_version,
        "content_hash": plan.content_hash.hex(),
        "entity": row.entity,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "asset": asset.code,
        "unit": asset.unit,
        "quantity": format_decimal(row.quantity, asset.scale),
        "activity_year": plan.activity_year or None,
        "formula": formula,
        "trace": None if row.trace is None else msgspec.json.decode(row.trace),
        "trace_hash": None if row.trace_hash is None else row.trace_hash.hex(),
    }


async def published_row(
    connection: AsyncConnection, principal: Principal, plan: Row[Any], entity: str
) -> Row[Any]:
    """Return the row of an entity as it was last published, its own party's or a reader's to see.

    Raises: NotFound.
    """
    query = select(published_rows).where(
        published_rows.c.plan_id == plan.plan_id,
        published_rows.c.version == plan.published_version,
        published_rows.c.entity == entity,
    )
    own = visible_participant(principal, None)
    if own is not None:
        query = query.where(published_rows.c.participant_id == own)
    row: Row[Any] | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("entity_unknown", "the published plan gives you no such entity")
    return row


async def _formula(connection: AsyncConnection, plan: Row[Any]) -> dict[str, Any]:
    query = select(rules).where(
        rules.c.ledger == plan.ledger_number,
        rules.c.rule_id == plan.method,
        rules.c.version == plan.method_version,
    )
    rule = (await connection.execute(query)).one()
    return {
        "id": rule.rule_id,
        "version": rule.version,
        "title_zh": rule.title_zh,
        "title_en": rule.title_en,
        "unit": rule.unit,
        "lines": list(rule.value),
        "source": rule.source,
    }
