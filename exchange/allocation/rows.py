"""Rows of a draft as columns: replaced all at once, calculated all at once.

Invariants: rows change only while the plan is not issued and only from the version the caller saw;
each change counts the version on, so that what was published cannot change under its hash.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.allocation import queries
from exchange.allocation.worker import RowsCalculated
from exchange.api import etags
from exchange.api.edge import Edge
from exchange.api.tokens import Principal
from exchange.errors import Conflict
from exchange.ids import PLAN, parse_numbered
from exchange.storage.tables_back_office import allocation_drafts, allocation_rows

_INSERT = (
    "INSERT INTO allocation_rows (plan_id, entity, participant_id, quantity, year, inputs)"
    " SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::integer[], $6::text[])"
)
_CALCULATED = (
    "UPDATE allocation_rows r SET quantity = u.quantity, trace = u.trace,"
    " trace_hash = u.trace_hash, fault = u.fault"
    " FROM unnest($2::text[], $3::bigint[], $4::bytea[], $5::bytea[], $6::text[])"
    " AS u (entity, quantity, trace, trace_hash, fault)"
    " WHERE r.plan_id = $1 AND r.entity = u.entity"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of a plan; a quantity is there when the plan itself names it."""

    entities: list[str]
    participants: list[int]
    quantities: list[int | None]
    years: list[int | None]
    inputs: list[str]


async def locked(
    edge: Edge, connection: AsyncConnection, principal: Principal, plan_id: str, if_match: str
) -> Row[Any]:
    """Return a plan whose rows may change now, by the caller alone.

    Raises: NotFound, PreconditionFailed, Conflict.
    """
    number = parse_numbered(plan_id, PLAN)
    lock = select(allocation_drafts.c.plan_id).where(allocation_drafts.c.plan_id == number)
    await connection.execute(lock.with_for_update())
    plan = await queries.find_plan(edge, connection, principal, plan_id)
    etags.check(if_match, plan.version)
    if plan.issued_seq is not None:
        raise Conflict("plan_already_issued", "its rows are final")
    return plan


async def replace(connection: AsyncConnection, plan: Row[Any], columns: Columns) -> None:
    """Put rows in the place of those of a locked plan."""
    await connection.execute(
        delete(allocation_rows).where(allocation_rows.c.plan_id == plan.plan_id)
    )
    given = (
        plan.plan_id,
        columns.entities,
        columns.participants,
        columns.quantities,
        columns.years,
        columns.inputs,
    )
    await connection.exec_driver_sql(_INSERT, given)
    await _count_on(connection, plan)


async def keep_calculation(
    connection: AsyncConnection, plan: Row[Any], entities: list[str], found: RowsCalculated
) -> None:
    """Keep what each row of a locked plan gives, and how that came about."""
    given = (
        plan.plan_id,
        entities,
        found.quantities,
        found.traces,
        found.hashes,
        found.faults,
    )
    await connection.exec_driver_sql(_CALCULATED, given)
    await _count_on(connection, plan)


async def _count_on(connection: AsyncConnection, plan: Row[Any]) -> None:
    await connection.execute(
        update(allocation_drafts)
        .where(allocation_drafts.c.plan_id == plan.plan_id)
        .values(version=plan.version + 1)
    )
