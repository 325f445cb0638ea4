"""Routes of fee schedules: figures for everybody, changes by two regulators."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, or_, select, tuple_

from exchange.api.amounts import format_day, parse_amount, parse_day, parse_optional_day
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
from exchange.core.paid_use.commands import EndFeeSchedule, SetFeeSchedule
from exchange.core.paid_use.schedules import PRICE_SCALE
from exchange.core.types import FeeScheduleId
from exchange.core.units import format_decimal
from exchange.ids import FEE_SCHEDULE, parse_reference, reference
from exchange.paid_use.schemas import EndScheduleRequest, FeeScheduleView, SetScheduleRequest
from exchange.storage.tables_paid_use import fee_schedules

router = APIRouter(
    prefix="/v1/fee-schedules", tags=["paid use"], route_class=StrictRoute, responses=RESPONSES
)
AsOf = Annotated[
    str | None,
    Query(max_length=10, description="Only those valid on a day", examples=["2026-03-02"]),
]


@router.get("", response_model=Page[FeeScheduleView])
async def list_fee_schedules(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    kind: Annotated[str | None, Query(max_length=32, examples=["SO2"])] = None,
    place: Annotated[str | None, Query(max_length=6, examples=["150200"])] = None,
    as_of: AsOf = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List fee schedules. Where no place has one, `paid_use.fee_standard` of the rulebook holds."""
    table = fee_schedules.c
    key = (table.ledger, table.schedule_id)
    query = select(fee_schedules)
    if ledger is not None:
        query = query.where(table.ledger == edge.ledger_number(ledger))
    if kind is not None:
        query = query.where(table.kind == kind)
    if place is not None:
        query = query.where(table.place == place)
    if as_of is not None:
        day = parse_day(as_of, "/as_of")
        ends = or_(table.valid_to == 0, table.valid_to >= day)
        query = query.where(table.valid_from <= day, ends)
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(*key).limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "schedule_id")
    return {"items": [_view(edge, row) for row in rows[:limit]], "next_cursor": more}


def _view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    return {
        "schedule_id": reference(ledger, FEE_SCHEDULE, row.schedule_id),
        "ledger": ledger,
        "kind": row.kind,
        "place": row.place,
        "price": format_decimal(row.price, PRICE_SCALE),
        "valid_from": format_day(row.valid_from),
        "valid_to": format_day(row.valid_to) if row.valid_to else None,
        "document": row.document,
        "ended_document": row.ended_document,
        "sequence": row.set_seq if row.ended_seq is None else row.ended_seq,
    }


@router.post("", status_code=202, response_model=ApprovalReceipt)
async def set_fee_schedule(
    body: SetScheduleRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a kind of right have a price in a place; a second regulator approves it."""
    act = SetFeeSchedule(
        body.kind,
        body.place,
        parse_amount(body.price, PRICE_SCALE, "/price"),
        parse_day(body.valid_from, "/valid_from"),
        parse_optional_day(body.valid_to, "/valid_to"),
        body.document,
    )
    last = last_day(body.expires_on)
    return await initiate(edge, principal, body.ledger, key, act, last, response)


@router.post("/{schedule_id}:end", status_code=202, response_model=ApprovalReceipt)
async def end_fee_schedule(
    schedule_id: str,
    body: EndScheduleRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a schedule end on a day, so that another can follow it; a second person approves."""
    ledger, number = parse_reference(schedule_id, FEE_SCHEDULE)
    day = parse_day(body.last_day, "/last_day")
    act = EndFeeSchedule(FeeScheduleId(number), day, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)
