"""Routes of the targets of places: reported by two regulators, shown to everybody."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, select, tuple_

from exchange.api.amounts import parse_amount
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey
from exchange.api.pagination import (
    LEDGER,
    LIMIT_DEFAULT,
    Cursor,
    Limit,
    Page,
    more_after,
    read_cursor,
)
from exchange.api.problems import RESPONSES
from exchange.api.schemas import ApprovalReceipt, LedgerFilter
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import initiate, last_day
from exchange.budgets.schemas import IndicatorView, SetIndicatorRequest
from exchange.core.budgets.commands import SetIndicator
from exchange.core.budgets.state import Light
from exchange.core.units import decimals, format_decimal
from exchange.storage.tables_budgets import indicators

router = APIRouter(
    prefix="/v1/indicators", tags=["budgets"], route_class=StrictRoute, responses=RESPONSES
)


@router.get("", response_model=Page[IndicatorView])
async def list_indicators(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    kind: Annotated[str | None, Query(max_length=32, examples=["ENERGY"])] = None,
    place: Annotated[str | None, Query(max_length=6, examples=["150200"])] = None,
    period: Annotated[str | None, Query(max_length=7, examples=["2026"])] = None,
    light: Light | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List the targets of places, every period, with how each place stood."""
    table = indicators.c
    order = (table.ledger, table.kind, table.place, table.name, table.period)
    query = select(indicators)
    if ledger is not None:
        query = query.where(table.ledger == edge.ledger_number(ledger))
    for column, wanted in ((table.kind, kind), (table.place, place), (table.period, period)):
        if wanted is not None:
            query = query.where(column == wanted)
    if light is not None:
        query = query.where(table.light == light.value)
    after = read_cursor(cursor, LEDGER, str, str, str, str)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(*order).limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "kind", "place", "name", "period")
    return {"items": [_view(edge, row) for row in rows[:limit]], "next_cursor": more}


@router.post("", status_code=202, response_model=ApprovalReceipt)
async def set_indicator(
    body: SetIndicatorRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a target and how a place stands be recorded; a second regulator approves it.

    Once a binding one is beyond its target, bids of the place's members are withdrawn.
    """
    scale = max(decimals(body.target), decimals(body.value))
    act = SetIndicator(
        body.kind,
        body.place,
        body.name,
        body.period,
        body.binding,
        parse_amount(body.target, scale, "/target"),
        parse_amount(body.value, scale, "/value"),
        scale,
        body.unit,
        body.data_source,
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, body.ledger, key, act, last, response)


def _view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    return {
        "ledger": edge.ledger_code(row.ledger),
        "kind": row.kind,
        "place": row.place,
        "name": row.name,
        "period": row.period,
        "binding": row.binding,
        "target": format_decimal(row.target, row.scale),
        "value": format_decimal(row.value, row.scale),
        "unit": row.unit,
        "light": row.light,
        "data_source": row.data_source,
        "document": row.document,
        "sequence": row.updated_seq,
    }
