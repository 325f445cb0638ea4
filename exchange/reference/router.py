"""Routes of reference data and of health. Public, but for the activation of rules."""

import asyncio
from datetime import date
from time import time_ns
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, select, text
from sqlalchemy.exc import SQLAlchemyError

from exchange.api.amounts import format_day, format_time, parse_day
from exchange.api.body import StrictRoute
from exchange.api.catalogue import CATALOGUE, Entry
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey
from exchange.api.pagination import Page, PlainInt
from exchange.api.problems import RESPONSES
from exchange.api.rulebooks import rule_of
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import carry_out, receipt
from exchange.core.calendar import TradingCalendar, local_day
from exchange.core.commands import ActivateRules
from exchange.core.events import RulesActivated
from exchange.core.reasons import CITES, RejectReason
from exchange.core.rules import EPOCH, Rule, RuleBook
from exchange.core.types import Day, SessionState
from exchange.errors import ExchangeError, NotFound
from exchange.observability import METRICS_CONTENT_TYPE
from exchange.reference.schemas import (
    ActivateRulesRequest,
    CalendarDayView,
    HealthView,
    ProblemTypeView,
    RegionView,
    RulesReceipt,
    RuleView,
    TimeView,
)
from exchange.storage.tables import rules, sessions

router = APIRouter(tags=["reference"], route_class=StrictRoute, responses=RESPONSES)
READY_S = 2
RULE_OF = {reason.value: rule for reason, rule in CITES.items()}
assert all(reason.value in CATALOGUE for reason in RejectReason)


@router.get("/v1/time", response_model=TimeView)
async def show_time(edge: EdgeDep) -> dict[str, Any]:
    """Tell the time, the venue's time and day, and when each ledger opens or closes next."""
    async with edge.reading() as connection:
        rows = (await connection.execute(select(sessions).order_by(sessions.c.ledger))).all()
    now = edge.clock.now_ns()
    return {
        "time": format_time(time_ns()),
        "venue_time": format_time(now),
        "local_date": format_day(local_day(now)),
        "ledgers": [
            {
                "ledger": edge.ledger_code(row.ledger),
                "session": "open" if row.state == SessionState.OPEN else "closed",
                "next_change": format_time(row.next_change_ns) if row.next_change_ns else None,
            }
            for row in rows
        ],
    }


@router.get("/v1/problems", response_model=Page[ProblemTypeView])
async def list_problems() -> dict[str, Any]:
    """List every stable code an answer may carry."""
    return {"items": [_problem(code, entry) for code, entry in CATALOGUE.items()]}


@router.get("/v1/problems/{code}", response_model=ProblemTypeView)
async def show_problem(code: str) -> dict[str, Any]:
    """Explain one code."""
    if code not in CATALOGUE:
        raise NotFound("not_found")
    return _problem(code, CATALOGUE[code])


def _problem(code: str, entry: Entry) -> dict[str, Any]:
    return {
        "code": code,
        "status": entry.status,
        "title_zh": entry.title_zh,
        "title_en": entry.title_en,
        "retryable": entry.retryable,
        "rule": RULE_OF.get(code),
    }


@router.get("/v1/rules", response_model=Page[RuleView])
async def list_rules(
    edge: EdgeDep,
    ledger: Annotated[str | None, Query(max_length=32)] = None,
    as_of: Annotated[str | None, Query(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] = None,
) -> dict[str, Any]:
    """List the rules in force on a day (today when none is given), with their sources."""
    day = edge.today() if as_of is None else parse_day(as_of, "#query/as_of")
    query = (
        select(rules)
        .distinct(rules.c.ledger, rules.c.rule_id)
        .where(rules.c.valid_from <= day, (rules.c.valid_to.is_(None)) | (rules.c.valid_to >= day))
        .order_by(rules.c.ledger, rules.c.rule_id, rules.c.version.desc())
    )
    if ledger is not None:
        query = query.where(rules.c.ledger == edge.ledger_number(ledger))
    async with edge.reading() as connection:
        rows = (await connection.execute(query)).all()
    return {"items": [_rule_view(edge, row) for row in rows]}


def _rule_view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    names = ("version", "kind", "unit", "title_zh", "title_en", "source", "evidence", "rule_set")
    return {name: getattr(row, name) for name in names} | {
        "id": row.rule_id,
        "ledger": edge.ledger_code(row.ledger),
        "value": list(row.value),
        "valid_from": format_day(row.valid_from),
        "valid_to": None if row.valid_to is None else format_day(row.valid_to),
    }


@router.post("/v1/rules:activate", response_model=RulesReceipt)
async def activate_rules(
    body: ActivateRulesRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Put new versions of rules in force; the journal keeps who did it and on what document."""
    command = ActivateRules(
        tuple(
            Rule(
                rule.id,
                rule.version,
                rule.kind,
                tuple(rule.value),
                rule.unit,
                parse_day(rule.valid_from, f"/rules/{place}/valid_from"),
                None
                if rule.valid_to is None
                else parse_day(rule.valid_to, f"/rules/{place}/valid_to"),
                rule.title_zh,
                rule.title_en,
                rule.source,
                rule.evidence,
            )
            for place, rule in enumerate(body.rules)
        ),
        body.document,
    )
    committed = await carry_out(edge, principal, body.ledger, key, command)
    rule_set = next(
        event.rule_set for event in committed.outcome.events if isinstance(event, RulesActivated)
    )
    return {**receipt(body.ledger, committed, response), "rule_set": rule_set}


@router.get("/v1/calendars", response_model=Page[CalendarDayView])
async def list_calendar(
    edge: EdgeDep,
    ledger: Annotated[str, Query(max_length=32, examples=["carbon"])],
    year: Annotated[PlainInt, Query(ge=1970, le=2100, examples=[2026])],
) -> dict[str, Any]:
    """List the days of a year and whether the ledger trades on them."""
    number = edge.ledger_number(ledger)
    names = [f"{ledger}.trading.weekdays", f"{ledger}.trading.hours"]
    query = select(rules).where(
        rules.c.ledger == number,
        rules.c.rule_id.in_(names) | rules.c.rule_id.startswith(f"{ledger}.trading.closures."),
    )
    async with edge.reading() as connection:
        rows = (await connection.execute(query)).all()
    book = RuleBook(ledger)
    book.activate(tuple(rule_of(row) for row in rows))
    changes = {row.valid_from for row in rows} | {(row.valid_to or -1) + 1 for row in rows}
    calendar = TradingCalendar(book)
    days = []
    first = date(year, 1, 1).toordinal() - EPOCH
    for place in range(first, date(year, 12, 31).toordinal() - EPOCH + 1):
        if place == first or place in changes:  # built anew only when other rules apply
            book.set_today(Day(place))
            calendar = TradingCalendar(book)
        trading = calendar.trades_on(Day(place))
        days.append({"date": format_day(place), "ledger": ledger, "trading": trading})
    return {"items": days}


@router.get("/v1/regions", response_model=Page[RegionView])
async def list_regions(request: Request) -> dict[str, Any]:
    """List the autonomous region, its leagues and cities, and the basins they lie in."""
    return {
        "items": [
            {
                "code": region.code,
                "name_zh": region.name_zh,
                "name_en": region.name_en,
                "kind": region.kind.value,
                "parent": region.parent,
                "basins": list(region.basins),
            }
            for region in request.app.state.regions.values()
        ]
    }


@router.get("/livez", response_model=HealthView, tags=["health"])
async def live() -> dict[str, Any]:
    """Tell that the process serves."""
    return {"status": "ok"}


@router.get("/readyz", response_model=HealthView, tags=["health"])
async def ready(edge: EdgeDep, request: Request, response: Response) -> dict[str, Any]:
    """Tell whether commands can be taken: database, schema, every ledger, not draining."""
    checks = {f"ledger {name}": up for name, up in (await edge.gateway.ready()).items()}
    checks["not draining"] = not request.app.state.admission.draining
    try:
        async with asyncio.timeout(READY_S), edge.reading(urgent=True) as connection:
            current = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        checks["database"] = True
        checks["schema"] = current == request.app.state.schema_head
    except (SQLAlchemyError, ExchangeError, TimeoutError):
        checks["database"] = False
    sound = all(checks.values())
    response.status_code = 200 if sound else 503
    return {"status": "ok" if sound else "unavailable", "checks": checks}


@router.get("/metrics", response_class=Response, tags=["health"])
async def metrics(edge: EdgeDep) -> Response:
    """Show counters and timings in the Prometheus text format."""
    return Response(edge.metrics.exposition(), headers={"Content-Type": METRICS_CONTENT_TYPE})
