"""Routes of compliance periods: opened, their lists of entities, determined, disclosed."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from sqlalchemy import Select, and_, func, select, tuple_

from exchange.api import csv_export
from exchange.api.amounts import parse_amount, parse_day
from exchange.api.body import StrictRoute
from exchange.api.edge import EdgeDep
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
from exchange.api.submission import carry_out, initiate, last_day, receipt
from exchange.compliance.queries import Found, find_period
from exchange.compliance.schemas import (
    DetermineRequest,
    DisclosureView,
    EntitiesReceipt,
    EntitiesRequest,
    OpenPeriodRequest,
    PeriodView,
)
from exchange.compliance.views import duty_asset, period_view
from exchange.core.compliance.commands import (
    DeterminePeriod,
    ListedEntity,
    ListEntities,
    OpenPeriod,
)
from exchange.core.compliance.events import ObligationChanged
from exchange.core.types import CASH_SCALE, ParticipantId
from exchange.core.units import format_decimal
from exchange.ids import OBLIGATION, PARTICIPANT, numbered, parse_numbered
from exchange.ids import reference as name_of
from exchange.storage.tables import assets
from exchange.storage.tables_allocation import allocation_entries, plans
from exchange.storage.tables_compliance import (
    compliance_periods,
    determinations,
    fines,
    obligations,
)

SETTLED: Final = ("verified", "estimated")

router = APIRouter(tags=["compliance"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/v1/compliance-periods", status_code=202, response_model=ApprovalReceipt)
async def open_period(
    body: OpenPeriodRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a compliance period be opened; a second regulator approves it."""
    act = OpenPeriod(
        body.code,
        body.kind,
        parse_day(body.first_day, "/first_day"),
        parse_day(body.last_day, "/last_day"),
        parse_day(body.report_by, "/report_by"),
        parse_day(body.surrender_by, "/surrender_by"),
        body.document,
    )
    return await initiate(
        edge, principal, body.ledger, key, act, last_day(body.expires_on), response
    )


@router.get("/v1/compliance-periods", response_model=Page[PeriodView])
async def list_periods(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List compliance periods with their deadlines and the figures of law that bind them."""
    order = (compliance_periods.c.ledger, compliance_periods.c.code)
    query = select(compliance_periods).order_by(*order)
    if ledger is not None:
        query = query.where(compliance_periods.c.ledger == edge.ledger_number(ledger))
    after = read_cursor(cursor, LEDGER, str)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "code")
    return {"items": [await period_view(edge, row) for row in rows[:limit]], "next_cursor": more}


@router.get("/v1/compliance-periods/{period_id}", response_model=PeriodView)
async def show_period(period_id: str, edge: EdgeDep) -> dict[str, Any]:
    """Show a compliance period."""
    async with edge.reading() as connection:
        row = await find_period(edge, connection, period_id)
    return await period_view(edge, row)


@router.post(
    "/v1/compliance-periods/{period_id}/entities", status_code=201, response_model=EntitiesReceipt
)
async def list_entities(
    period_id: str,
    body: EntitiesRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Publish who owes in a period, or a change: an entry, an exit, another figure."""
    async with edge.reading() as connection:
        period = await find_period(edge, connection, period_id)
    asset = await duty_asset(edge, period)
    entries = tuple(
        ListedEntity(
            one.entity,
            ParticipantId(parse_numbered(one.participant_id, PARTICIPANT)),
            parse_amount(one.threshold, asset.scale, f"/entries/{place}/threshold"),
            one.listed,
            one.ground,
        )
        for place, one in enumerate(body.entries)
    )
    command = ListEntities(period.code, entries, body.document)
    committed = await carry_out(edge, principal, asset.ledger, key, command)
    changed = [one for one in committed.outcome.events if isinstance(one, ObligationChanged)]
    return {
        **receipt(asset.ledger, committed, response),
        "period_id": period_id,
        "obligation_ids": [name_of(asset.ledger, OBLIGATION, one.obligation_id) for one in changed],
    }


@router.post(
    "/v1/compliance-periods/{period_id}:determine", status_code=202, response_model=ApprovalReceipt
)
async def determine_period(
    period_id: str,
    body: DetermineRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that it be determined who is short; a second regulator approves it."""
    async with edge.reading() as connection:
        period = await find_period(edge, connection, period_id)
    act = DeterminePeriod(period.code, parse_day(body.correct_by, "/correct_by"), body.document)
    ledger = edge.ledger_code(period.ledger)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, ledger, key, act, last, response)


@router.get(
    "/v1/disclosures/{period_id}",
    response_model=Page[DisclosureView],
    responses=csv_export.TABLE,
)
async def disclose(
    period_id: str,
    request: Request,
    response: Response,
    edge: EdgeDep,
    form: csv_export.Form = "json",
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> Any:
    """Show the public register of a period: given, owed, surrendered, short, fined; also as CSV."""
    async with edge.reading() as connection:
        period = await find_period(edge, connection, period_id)
        query = _register(period)
        after = read_cursor(cursor, str)
        if after is not None:
            query = query.where(obligations.c.entity > after[0])
        if form == "json":
            query = query.limit(limit + 1)
        rows = (await connection.execute(query)).all()
    scale = (await duty_asset(edge, period)).scale
    if form == "csv":
        return await csv_export.answer(_csv, rows, scale)
    more = more_after(request, response, rows, limit, "entity")
    return {"items": [_disclosed(row, scale) for row in rows[:limit]], "next_cursor": more}


def _register(period: Found) -> Select[Any]:
    """Select the entities of a period with what plans gave them of its kind and vintage."""
    given = (
        select(func.coalesce(func.sum(allocation_entries.c.quantity), 0))
        .join(
            plans,
            and_(
                plans.c.ledger == allocation_entries.c.ledger,
                plans.c.plan_id == allocation_entries.c.plan_id,
            ),
        )
        .join(
            assets, and_(assets.c.ledger == plans.c.ledger, assets.c.asset_id == plans.c.asset_id)
        )
        .where(
            allocation_entries.c.ledger == obligations.c.ledger,
            allocation_entries.c.entity == obligations.c.entity,
            allocation_entries.c.participant_id == obligations.c.participant_id,
            assets.c.kind == period.kind,
            assets.c.vintage == period.code,
        )
        .scalar_subquery()
    )
    return (
        select(
            obligations,
            given.label("allocated"),
            determinations.c.shortfall,
            fines.c.amount_fen,
        )
        .outerjoin(
            determinations,
            and_(
                determinations.c.ledger == obligations.c.ledger,
                determinations.c.obligation_id == obligations.c.obligation_id,
            ),
        )
        .outerjoin(
            fines,
            and_(
                fines.c.ledger == obligations.c.ledger,
                fines.c.obligation_id == obligations.c.obligation_id,
            ),
        )
        .where(obligations.c.ledger == period.ledger, obligations.c.period == period.code)
        .order_by(obligations.c.entity)
    )


def _disclosed(row: Found, scale: int) -> dict[str, Any]:
    known = row.status in SETTLED
    met = "met" if row.surrendered >= row.due else "short"
    return {
        "entity": row.entity,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "listed": row.listed,
        "allocated": format_decimal(int(row.allocated), scale),
        "due": format_decimal(row.due, scale) if known else None,
        "surrendered": format_decimal(row.surrendered, scale),
        "status": met if known else "open",
        "shortfall": None if row.shortfall is None else format_decimal(row.shortfall, scale),
        "fine": None if row.amount_fen is None else format_decimal(row.amount_fen, CASH_SCALE),
    }


def _csv(rows: Sequence[Found], scale: int) -> bytes:
    names = tuple(DisclosureView.model_fields)
    views = [_disclosed(row, scale) for row in rows]
    told = [view | {"listed": str(view["listed"])} for view in views]
    return csv_export.table(names, ([view[name] for name in names] for view in told))
