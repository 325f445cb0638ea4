"""Routes of control totals: figures for everybody, changes by two regulators."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, Select, and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

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
from exchange.core.totals.commands import (
    AdjustControlTotal,
    CancelTotal,
    SetAside,
    SetControlTotal,
)
from exchange.core.types import HOUSE, Purpose
from exchange.core.units import format_decimal
from exchange.storage.tables import accounts
from exchange.storage.tables_allocation import control_totals, total_moves
from exchange.storage.tables_budgets import indicators
from exchange.totals.schemas import (
    AdjustTotalRequest,
    CancelTotalRequest,
    ControlTotalView,
    SetAsideRequest,
    SetTotalRequest,
)

router = APIRouter(
    prefix="/v1/control-totals", tags=["totals"], route_class=StrictRoute, responses=RESPONSES
)


def _query() -> Select[Any]:
    """Select each place with its balances, what it gave on and what moved."""
    headroom, allocated = accounts.alias("headroom"), accounts.alias("allocated")
    used = accounts.alias("used")
    below = control_totals.alias("below")
    distributed = (
        select(func.coalesce(func.sum(below.c.quantity), 0))
        .where(
            below.c.ledger == control_totals.c.ledger,
            below.c.asset_id == control_totals.c.asset_id,
            below.c.parent == control_totals.c.place,
        )
        .scalar_subquery()
    )
    ledger = control_totals.c.ledger
    return (
        select(
            control_totals,
            headroom.c.posted.label("headroom"),
            allocated.c.posted.label("allocated"),
            func.coalesce(used.c.posted, 0).label("used"),
            distributed.label("distributed"),
            func.coalesce(total_moves.c.moved_in, 0).label("moved_in"),
            func.coalesce(total_moves.c.moved_out, 0).label("moved_out"),
        )
        .join(
            headroom,
            and_(
                headroom.c.ledger == ledger,
                headroom.c.account_id == control_totals.c.headroom_id,
            ),
        )
        .join(
            allocated,
            and_(
                allocated.c.ledger == ledger,
                allocated.c.account_id == control_totals.c.allocated_id,
            ),
        )
        .outerjoin(
            used,
            and_(
                used.c.ledger == ledger,
                used.c.asset_id == control_totals.c.asset_id,
                used.c.purpose == Purpose.USED,
                used.c.place == control_totals.c.place,
            ),
        )
        .outerjoin(
            total_moves,
            and_(
                total_moves.c.ledger == ledger,
                total_moves.c.account_id == control_totals.c.allocated_id,
            ),
        )
    )


Kept = dict[tuple[int, int, str], list[tuple[str, int]]]


async def _kept(connection: AsyncConnection, rows: Sequence[Row[Any]], purpose: Purpose) -> Kept:
    """Return what is in each pot, or budget, of the places of these rows, in order of names."""
    key = tuple_(accounts.c.ledger, accounts.c.asset_id)
    query = (
        select(accounts.c.ledger, accounts.c.asset_id, accounts.c.place, accounts.c.posted)
        .where(
            key.in_({(row.ledger, row.asset_id) for row in rows}),
            accounts.c.participant_id == HOUSE,
            accounts.c.purpose == purpose,
        )
        .order_by(accounts.c.place)
    )
    found: Kept = {}
    for row in await connection.execute(query):
        place, _, pot = row.place.rpartition(":")
        found.setdefault((row.ledger, row.asset_id, place), []).append((pot, row.posted))
    return found


async def _targets(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Return how the places of these rows stood when it was last reported, for every kind."""
    table = indicators.c
    key = (table.ledger, table.kind, table.place, table.name)
    query = (
        select(indicators)
        .distinct(*key)
        .where(tuple_(table.ledger, table.place).in_({(row.ledger, row.place) for row in rows}))
        .order_by(*key, table.period.desc())
    )
    return list(await connection.execute(query))


class _Beside:
    """What belongs to the places of a page: pots, budgets and targets."""

    def __init__(self, pots: Kept, budgets: Kept, targets: list[Row[Any]]) -> None:
        self.pots = pots
        self.budgets = budgets
        self.targets = targets

    @classmethod
    async def read(cls, connection: AsyncConnection, rows: Sequence[Row[Any]]) -> Self:
        return cls(
            await _kept(connection, rows, Purpose.RESERVED),
            await _kept(connection, rows, Purpose.BUDGET),
            await _targets(connection, rows),
        )


async def _view(edge: Edge, row: Row[Any], beside: _Beside) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    key = (row.ledger, row.asset_id, row.place)
    kept, budgets = beside.pots.get(key, []), beside.budgets.get(key, [])
    here = (row.ledger, asset.kind, row.place)
    figures = (
        *("quantity", "distributed", "headroom", "allocated", "used"),
        *("moved_in", "moved_out"),
    )
    return {
        "ledger": ledger,
        "asset": asset.code,
        "unit": asset.unit,
        "place": row.place,
        "parent": row.parent,
        **{name: format_decimal(int(getattr(row, name)), asset.scale) for name in figures},
        "set_aside": format_decimal(sum(quantity for _, quantity in kept), asset.scale),
        "pots": [
            {"pot": pot, "quantity": format_decimal(quantity, asset.scale)}
            for pot, quantity in kept
        ],
        "budgets": format_decimal(sum(quantity for _, quantity in budgets), asset.scale),
        "targets": [
            {
                "name": each.name,
                "period": each.period,
                "binding": each.binding,
                "light": each.light,
            }
            for each in beside.targets
            if (each.ledger, each.kind, each.place) == here
        ],
        "sequence": row.updated_seq,
    }


@router.get("", response_model=Page[ControlTotalView])
async def list_control_totals(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    asset: Annotated[str | None, Query(max_length=32)] = None,
    place: Annotated[str | None, Query(max_length=6, examples=["150200"])] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List control totals: what each place was given, has left, has allocated."""
    query = _query()
    if asset is not None:
        facts = await edge.directory.asset_anywhere(asset)
        query = query.where(
            control_totals.c.ledger == edge.ledger_number(facts.ledger),
            control_totals.c.asset_id == facts.asset_id,
        )
    if ledger is not None:
        query = query.where(control_totals.c.ledger == edge.ledger_number(ledger))
    if place is not None:
        query = query.where(control_totals.c.place == place)
    key = (control_totals.c.ledger, control_totals.c.asset_id, control_totals.c.place)
    after = read_cursor(cursor, LEDGER, int, str)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(*key).limit(limit + 1))).all()
        beside = await _Beside.read(connection, rows)
    more = more_after(request, response, rows, limit, "ledger", "asset_id", "place")
    return {"items": [await _view(edge, row, beside) for row in rows[:limit]], "next_cursor": more}


@router.post("", status_code=202, response_model=ApprovalReceipt)
async def set_control_total(
    body: SetTotalRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a place be given a total; a second regulator approves it."""
    asset = await edge.directory.asset_anywhere(body.asset)
    quantity = parse_amount(body.quantity, asset.scale, "/quantity")
    act = SetControlTotal(asset.asset_id, body.place, quantity, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.post(":adjust", status_code=202, response_model=ApprovalReceipt)
async def adjust_control_total(
    body: AdjustTotalRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a place's total be raised or lowered; a second regulator approves it."""
    asset = await edge.directory.asset_anywhere(body.asset)
    change = parse_amount(body.change, asset.scale, "/change")
    act = AdjustControlTotal(asset.asset_id, body.place, change, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.post(":set-aside", status_code=202, response_model=ApprovalReceipt)
async def set_aside(
    body: SetAsideRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that what a place has left be kept for a purpose; a second regulator approves it."""
    asset = await edge.directory.asset_anywhere(body.asset)
    quantity = parse_amount(body.quantity, asset.scale, "/quantity")
    act = SetAside(asset.asset_id, body.place, body.pot, quantity, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.post(":cancel", status_code=202, response_model=ApprovalReceipt)
async def cancel_control_total(
    body: CancelTotalRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that what a place has left be cancelled; a second regulator approves it."""
    asset = await edge.directory.asset_anywhere(body.asset)
    quantity = parse_amount(body.quantity, asset.scale, "/quantity")
    act = CancelTotal(asset.asset_id, body.place, quantity, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)
