"""Rows of what follows an issue: whose they are, page by page, and how they are shown."""

from typing import Any

from fastapi import Request, Response
from sqlalchemy import ColumnElement, Row, Select, Table, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.directory import AssetFacts
from exchange.api.edge import Edge
from exchange.api.pagination import LEDGER, more_after, read_cursor
from exchange.api.security import ledger_numbers, visible_participant
from exchange.api.tokens import Principal
from exchange.core.units import format_decimal
from exchange.ids import PARTICIPANT, numbered
from exchange.storage.tables_after_issue import deduction_uses


async def page(  # noqa: PLR0913
    edge: Edge,
    principal: Principal,
    request: Request,
    response: Response,
    table: Table,
    *,
    participant_id: str | None,
    limit: int,
    cursor: str | None,
    where: tuple[ColumnElement[bool], ...] = (),
) -> tuple[list[Row[Any]], str | None]:
    """Return a page of a table's rows in the order of its key, and the cursor of the next.

    Participants get their own, readers all. Raises: NotFound, BadRequest.
    """
    key = list(table.primary_key)
    kinds: list[type[int | str] | range] = [LEDGER, *(each.type.python_type for each in key[1:])]
    after = read_cursor(cursor, *kinds)
    query = visible(edge, principal, table, participant_id).where(*where)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    async with edge.reading() as connection:
        found = await connection.execute(query.order_by(*key).limit(limit + 1))
        rows = list(found.all())
    more = more_after(request, response, rows, limit, *(each.name for each in key))
    return rows[:limit], more


def visible(edge: Edge, principal: Principal, table: Table, asked: str | None) -> Select[Any]:
    """Select the rows of a table that a principal may see. Raises: NotFound."""
    own = visible_participant(principal, asked)
    numbers = ledger_numbers(edge, principal, None)
    query = select(table).where(table.c.ledger.in_(numbers))
    return query if own is None else query.where(table.c.participant_id == own)


async def facts(edge: Edge, row: Row[Any]) -> tuple[AssetFacts, dict[str, Any]]:
    """Return a row's asset, and what every view says of it."""
    asset = await edge.directory.asset_by_id(edge.ledger_code(row.ledger), row.asset_id)
    return asset, {
        "ledger": asset.ledger,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "entity": row.entity,
        "asset": asset.code,
        "unit": asset.unit,
    }


def amounts(asset: AssetFacts, row: Row[Any], *names: str) -> dict[str, str]:
    return {name: format_decimal(getattr(row, name), asset.scale) for name in names}


async def deducted(
    connection: AsyncConnection, ledger: int, plan_id: int, entities: list[str]
) -> dict[str, int]:
    """Return what was cut from entities when a plan was issued or trued up."""
    uses = deduction_uses.c
    query = (
        select(uses.entity, func.sum(uses.quantity))
        .where(uses.ledger == ledger, uses.plan_id == plan_id, uses.entity.in_(entities))
        .group_by(uses.entity)
    )
    return {entity: int(quantity) for entity, quantity in await connection.execute(query)}
