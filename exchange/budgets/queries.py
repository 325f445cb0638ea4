"""Projects as views: their own participant sees them, and readers of the ledger."""

import json
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.amounts import format_day
from exchange.api.directory import AssetFacts
from exchange.api.edge import Edge
from exchange.api.security import ledger_numbers, visible_participant
from exchange.api.tokens import Principal
from exchange.core.budgets.obligations import INTENSITY_SCALE
from exchange.core.types import CASH_SCALE
from exchange.core.units import format_decimal
from exchange.errors import NotFound
from exchange.ids import PARTICIPANT, PROJECT, numbered, parse_reference
from exchange.ids import reference as name_of
from exchange.storage.tables_budgets import projects

MONEY = "CNY"


def visible(edge: Edge, principal: Principal, ledger: str | None) -> Select[Any]:
    """Select the projects that somebody may see. Raises: NotFound, Forbidden."""
    numbers = ledger_numbers(edge, principal, ledger)
    query = select(projects).where(projects.c.ledger.in_(numbers))
    own = visible_participant(principal, None)
    return query if own is None else query.where(projects.c.participant_id == own)


async def find(
    edge: Edge, connection: AsyncConnection, principal: Principal, project_id: str
) -> Row[Any]:
    """Return a project. Raises: NotFound `project_unknown`, also for another's."""
    ledger, number = parse_reference(project_id, PROJECT)
    query = visible(edge, principal, None).where(
        projects.c.ledger == edge.ledger_number(ledger), projects.c.project_id == number
    )
    row: Row[Any] | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("project_unknown")
    return row


async def asset_of(edge: Edge, row: Row[Any]) -> AssetFacts:
    return await edge.directory.asset_by_id(edge.ledger_code(row.ledger), row.asset_id)


def scale_of(row: Row[Any], asset: AssetFacts) -> int:
    """Return the decimals of what a project must cover."""
    return CASH_SCALE if row.payable else asset.scale


async def view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    asset = await asset_of(edge, row)
    figures = ("energy", "renewable", "feedstock", "counted", "used")
    return {
        "project_id": name_of(asset.ledger, PROJECT, row.project_id),
        "ledger": asset.ledger,
        "asset": asset.code,
        "unit": asset.unit,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "place": row.place,
        "code": row.code,
        "new": row.is_new,
        "priority": row.priority,
        "stage": row.stage,
        **{name: format_decimal(getattr(row, name), asset.scale) for name in figures},
        "intensity": format_decimal(row.intensity, INTENSITY_SCALE),
        "left": format_decimal(row.counted - row.used, asset.scale),
        "obligation": _obligation(row, asset),
        "document": row.document,
        "sequence": row.updated_seq,
    }


def _obligation(row: Row[Any], asset: AssetFacts) -> dict[str, Any] | None:
    if row.obligation is None:
        return None
    scale = scale_of(row, asset)
    return {
        "method": row.method_id,
        "method_version": row.method_version,
        "as_of": format_day(row.as_of),
        "inputs": json.loads(row.inputs),
        "quantity": format_decimal(row.obligation, scale),
        "covered": format_decimal(row.covered, scale),
        "outstanding": format_decimal(max(row.obligation - row.covered, 0), scale),
        "unit": MONEY if row.payable else asset.unit,
        "trace_hash": row.trace_hash.hex(),
    }
