"""Routes of objections to published plans: filed by a party, decided by the regulator."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, Select, exists, select, tuple_

from exchange.allocation import queries
from exchange.allocation.objection_schemas import (
    DecideObjectionRequest,
    FileObjectionRequest,
    ObjectionReceipt,
    ObjectionView,
)
from exchange.api import texts
from exchange.api.amounts import format_day
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page, more_after, read_cursor
from exchange.api.problems import RESPONSES
from exchange.api.security import CurrentPrincipal, ledger_numbers, reads_all, visible_participant
from exchange.api.submission import carry_out, receipt
from exchange.api.tokens import Principal
from exchange.core.allocation.commands import DecideObjection, FileObjection
from exchange.core.allocation.events import ObjectionDecided, ObjectionFiled
from exchange.core.types import ObjectionId, ParticipantId, PlanId
from exchange.errors import Forbidden, NotFound
from exchange.ids import OBJECTION, PARTICIPANT, PLAN, numbered, parse_numbered, parse_reference
from exchange.ids import reference as name_of
from exchange.storage.tables_allocation import objections
from exchange.storage.tables_back_office import published_rows

Undecided = Annotated[bool | None, Query(description="Only those that wait, or only the others")]

router = APIRouter(tags=["allocation"], route_class=StrictRoute, responses=RESPONSES)


@router.post(
    "/v1/allocation-plans/{plan_id}/objections", status_code=201, response_model=ObjectionReceipt
)
async def file_objection(
    plan_id: str,
    body: FileObjectionRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Object to what a published plan gives one's own entity, until the deadline's day is over.

    An entity that an earlier publication had, and this one has no more, may be objected for too.
    """
    if reads_all(principal):
        raise Forbidden("forbidden", "your role does not allow this")
    async with edge.reading() as connection:
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        own = exists().where(
            published_rows.c.plan_id == plan.plan_id,
            published_rows.c.version <= plan.published_version,
            published_rows.c.participant_id == principal.participant_id,
            published_rows.c.entity == body.entity,
        )
        if not await connection.scalar(select(own)):
            raise NotFound("entity_unknown", "the published plan gives you no such entity")
    ledger = edge.ledger_code(plan.ledger_number)
    command = FileObjection(
        ParticipantId(principal.participant_id),
        PlanId(plan.plan_id),
        body.entity,
        await texts.keep(edge, principal, body.text),
    )
    committed = await carry_out(edge, principal, ledger, key, command)
    (event,) = committed.outcome.events
    assert isinstance(event, ObjectionFiled)
    return {
        **receipt(ledger, committed, response),
        "objection_id": name_of(ledger, OBJECTION, event.objection_id),
        "status": "filed",
        "text_hash": event.text_hash.hex(),
    }


@router.post("/v1/objections/{objection_id}:decide", response_model=ObjectionReceipt)
async def decide_objection(
    objection_id: str,
    body: DecideObjectionRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Uphold or dismiss an objection, with reasons. After an upheld one the plan must be revised.

    Only a later publication of the plan can then be issued.
    """
    async with edge.reading() as connection:
        row = await _find(edge, connection, principal, objection_id)
    ledger = edge.ledger_code(row.ledger)
    command = DecideObjection(
        ObjectionId(row.objection_id),
        body.outcome == "upheld",
        await texts.keep(edge, principal, body.text),
        body.document,
    )
    committed = await carry_out(edge, principal, ledger, key, command)
    (event,) = committed.outcome.events
    assert isinstance(event, ObjectionDecided)
    return {
        **receipt(ledger, committed, response),
        "objection_id": objection_id,
        "status": "upheld" if event.upheld else "dismissed",
        "text_hash": event.decision_hash.hex(),
    }


@router.get("/v1/objections", response_model=Page[ObjectionView])
async def list_objections(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    plan_id: Annotated[str | None, Query(max_length=20, examples=["n17"])] = None,
    undecided: Undecided = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List objections with their texts: parties see their own, readers all."""
    after = read_cursor(cursor, int, int) or (0, 0)
    order = (objections.c.ledger, objections.c.objection_id)
    query = _visible(edge, principal).where(tuple_(*order) > after).order_by(*order)
    if plan_id is not None:
        query = query.where(objections.c.plan_id == parse_numbered(plan_id, PLAN))
    if undecided is not None:
        query = query.where(objections.c.decided_seq.is_(None) == undecided)
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
        bodies = await _bodies(connection, rows[:limit])
    more = more_after(request, response, rows, limit, "ledger", "objection_id")
    return {"items": [_view(edge, row, bodies) for row in rows[:limit]], "next_cursor": more}


@router.get("/v1/objections/{objection_id}", response_model=ObjectionView)
async def show_objection(
    objection_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show an objection of one's own, or anybody's to readers, with its texts."""
    async with edge.reading() as connection:
        row = await _find(edge, connection, principal, objection_id)
        bodies = await _bodies(connection, [row])
    return _view(edge, row, bodies)


def _visible(edge: Edge, principal: Principal) -> Select[Any]:
    numbers = ledger_numbers(edge, principal, None)
    query = select(objections).where(objections.c.ledger.in_(numbers))
    own = visible_participant(principal, None)
    return query if own is None else query.where(objections.c.participant_id == own)


async def _find(edge: Edge, connection: Any, principal: Principal, objection_id: str) -> Row[Any]:
    ledger, number = parse_reference(objection_id, OBJECTION)
    query = _visible(edge, principal).where(
        objections.c.ledger == edge.ledger_number(ledger), objections.c.objection_id == number
    )
    row: Row[Any] | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("objection_unknown")
    return row


async def _bodies(connection: Any, rows: Any) -> dict[bytes, str]:
    hashes = [text_hash for row in rows for text_hash in (row.text_hash, row.decision_hash)]
    return await texts.find(connection, hashes)


def _view(edge: Edge, row: Row[Any], bodies: dict[bytes, str]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    decided = row.decided_seq is not None
    return {
        "objection_id": name_of(ledger, OBJECTION, row.objection_id),
        "ledger": ledger,
        "plan_id": numbered(PLAN, row.plan_id),
        "version": row.version,
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "entity": row.entity,
        "text": bodies.get(row.text_hash),
        "text_hash": row.text_hash.hex(),
        "filed_on": format_day(row.filed_on),
        "sequence": row.filed_seq,
        "status": ("upheld" if row.upheld else "dismissed") if decided else "filed",
        "decision": bodies.get(row.decision_hash) if decided else None,
        "decision_hash": row.decision_hash.hex() if decided else None,
        "document": row.document,
        "decided_sequence": row.decided_seq,
    }
