"""Routes of reports: submitted by the entity, returned or verified by another, objected to."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api import texts
from exchange.api.amounts import format_day, format_time, parse_amount
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
from exchange.api.rulebooks import rulebook_on
from exchange.api.schemas import LedgerFilter
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import carry_out, receipt
from exchange.compliance.measuring import measure
from exchange.compliance.queries import Found, find_obligation, find_report, reports_query
from exchange.compliance.report_schemas import (
    FindingReceipt,
    ObjectReportRequest,
    ReportContentView,
    ReportReceipt,
    ReportView,
    ReturnReportRequest,
    SubmitReportRequest,
    VerifyReportRequest,
)
from exchange.compliance.views import duty_asset, report_view
from exchange.core.compliance.commands import (
    ObjectVerification,
    ReturnReport,
    SubmitReport,
    VerifyReport,
)
from exchange.core.compliance.events import ReportSubmitted, ReportVerified
from exchange.core.types import ObligationId, ParticipantId, ReportId
from exchange.core.units import format_decimal
from exchange.errors import Forbidden
from exchange.ids import OBLIGATION, PARTICIPANT, REPORT, numbered, parse_numbered, parse_reference
from exchange.ids import reference as name_of
from exchange.storage.tables_compliance import emission_reports, findings

router = APIRouter(
    prefix="/v1/emission-reports",
    tags=["compliance"],
    route_class=StrictRoute,
    responses=RESPONSES,
)


@router.post("", status_code=201, response_model=ReportReceipt)
async def submit_report(
    body: SubmitReportRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Submit a report of one's own entity: the first, one after a return, or a correction.

    The quantity is the sum of activity times factor, rounded half up to the ledger's unit.
    """
    async with edge.reading() as connection:
        row = await find_obligation(edge, connection, principal, body.obligation_id)
    if row.participant_id != principal.participant_id:
        raise Forbidden("forbidden", "a report is submitted by the entity itself")
    asset = await duty_asset(edge, row)
    book = await rulebook_on(edge, asset.ledger, edge.today())
    measured = measure(body, book, asset, (row.first_day, row.last_day))
    preparer = 0 if body.prepared_by is None else parse_numbered(body.prepared_by, PARTICIPANT)
    command = SubmitReport(
        ParticipantId(principal.participant_id),
        ObligationId(row.obligation_id),
        measured.quantity,
        await texts.keep(edge, principal, measured.content),
        measured.method,
        measured.trace_hash,
        ParticipantId(preparer),
    )
    committed = await carry_out(edge, principal, asset.ledger, key, command)
    event = committed.outcome.events[0]
    assert isinstance(event, ReportSubmitted)
    return {
        **receipt(asset.ledger, committed, response),
        "report_id": name_of(asset.ledger, REPORT, event.report_id),
        "obligation_id": body.obligation_id,
        "version": event.version,
        "quantity": format_decimal(event.quantity, asset.scale),
        "report_hash": event.report_hash.hex(),
        "trace_hash": event.trace_hash.hex(),
    }


@router.get("", response_model=Page[ReportView])
async def list_reports(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    obligation_id: Annotated[str | None, Query(max_length=60, examples=["carbon.g3"])] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List reports, all versions: parties see their own, verifiers and readers all."""
    order = (emission_reports.c.ledger, emission_reports.c.report_id)
    query = reports_query(edge, principal, ledger).order_by(*order)
    if obligation_id is not None:
        where, number = parse_reference(obligation_id, OBLIGATION)
        query = query.where(
            emission_reports.c.ledger == edge.ledger_number(where),
            emission_reports.c.obligation_id == number,
        )
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(*order) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "report_id")
    return {"items": [await report_view(edge, row) for row in rows[:limit]], "next_cursor": more}


@router.get("/{report_id}", response_model=ReportContentView)
async def show_report(report_id: str, edge: EdgeDep, principal: CurrentPrincipal) -> dict[str, Any]:
    """Show a report with its content and what was found of it."""
    async with edge.reading() as connection:
        row = await find_report(edge, connection, principal, report_id)
        found = await _findings(connection, row)
        hashes = [row.report_hash, *(one.text_hash for one in found)]
        bodies = await texts.find(connection, hashes)
    scale = (await duty_asset(edge, row)).scale
    return {
        **await report_view(edge, row),
        "content": bodies.get(row.report_hash),
        "findings": [_finding_view(one, bodies, scale) for one in found],
    }


async def _findings(connection: AsyncConnection, row: Found) -> list[Found]:
    query = (
        select(findings)
        .where(findings.c.ledger == row.ledger, findings.c.report_id == row.report_id)
        .order_by(findings.c.seq)
    )
    return list((await connection.execute(query)).all())


def _finding_view(row: Found, bodies: dict[bytes, str], scale: int) -> dict[str, Any]:
    until = row.objections_until
    return {
        "kind": row.kind,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "quantity": None if row.quantity is None else format_decimal(row.quantity, scale),
        "text": bodies.get(row.text_hash),
        "text_hash": row.text_hash.hex(),
        "objections_until": None if until is None else format_day(until),
        "document": row.document,
        "sequence": row.seq,
        "at": format_time(row.at_ns),
    }


@router.post("/{report_id}:return", response_model=FindingReceipt)
async def return_report(
    report_id: str,
    body: ReturnReportRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Send a report back with findings, as a verifier or the regulator."""
    async with edge.reading() as connection:
        row = await find_report(edge, connection, principal, report_id)
    who, number = ParticipantId(principal.participant_id), ReportId(row.report_id)
    told = await texts.keep(edge, principal, body.text)
    ledger = edge.ledger_code(row.ledger)
    command = ReturnReport(who, number, told, body.document)
    committed = await carry_out(edge, principal, ledger, key, command)
    return {
        **receipt(ledger, committed, response),
        "report_id": report_id,
        "kind": "returned",
        "text_hash": told.hex(),
        "quantity": None,
        "objections_until": None,
    }


@router.post("/{report_id}:verify", response_model=FindingReceipt)
async def verify_report(
    report_id: str,
    body: VerifyReportRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Verify a report one neither owns nor prepared; the figure becomes what is owed.

    After an objection somebody else verifies it again, and that is final.
    """
    async with edge.reading() as connection:
        row = await find_report(edge, connection, principal, report_id)
    asset = await duty_asset(edge, row)
    who, number = ParticipantId(principal.participant_id), ReportId(row.report_id)
    quantity = parse_amount(body.quantity, asset.scale, "/quantity")
    told = await texts.keep(edge, principal, body.text)
    command = VerifyReport(who, number, quantity, told, body.document)
    committed = await carry_out(edge, principal, asset.ledger, key, command)
    event = committed.outcome.events[0]
    assert isinstance(event, ReportVerified)
    return {
        **receipt(asset.ledger, committed, response),
        "report_id": report_id,
        "kind": "verified",
        "text_hash": told.hex(),
        "quantity": format_decimal(event.quantity, asset.scale),
        "objections_until": format_day(event.objections_until),
    }


@router.post("/{report_id}:object", response_model=FindingReceipt)
async def object_to_verification(
    report_id: str,
    body: ObjectReportRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Object to the verification of one's own report, once, within the days the rule gives."""
    async with edge.reading() as connection:
        row = await find_report(edge, connection, principal, report_id)
    who, number = ParticipantId(principal.participant_id), ReportId(row.report_id)
    told = await texts.keep(edge, principal, body.text)
    ledger = edge.ledger_code(row.ledger)
    command = ObjectVerification(who, number, told)
    committed = await carry_out(edge, principal, ledger, key, command)
    return {
        **receipt(ledger, committed, response),
        "report_id": report_id,
        "kind": "objected",
        "text_hash": told.hex(),
        "quantity": None,
        "objections_until": None,
    }
