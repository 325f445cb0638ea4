"""Routes of participants: back-office particulars, and admission and freezing by command."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api import etags
from exchange.api.amounts import format_time, invalid
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey, once
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page, more_after, read_cursor
from exchange.api.problems import RESPONSES
from exchange.api.security import CurrentPrincipal, must_be, visible_participant
from exchange.api.submission import carry_out, receipt
from exchange.core.commands import AdmitParticipant, FreezeParticipant, UnfreezeParticipant
from exchange.core.types import ParticipantId, Role
from exchange.errors import Conflict, NotFound
from exchange.ids import PARTICIPANT, numbered, parse_numbered
from exchange.participants.schemas import (
    AdmissionView,
    AdmitRequest,
    ChangeParticipantRequest,
    CreateParticipantRequest,
    DoneReceipt,
    FreezeRequest,
    ParticipantView,
)
from exchange.storage.tables import admissions
from exchange.storage.tables_back_office import participants

router = APIRouter(
    prefix="/v1/participants", tags=["participants"], route_class=StrictRoute, responses=RESPONSES
)


def _view(row: Row[Any]) -> dict[str, Any]:
    return {
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "unified_social_credit_code": row.unified_social_credit_code,
        "role": row.role,
        "region": row.region,
        "contact": row.contact,
        "version": row.version,
        "created_at": format_time(row.created_at_ns),
    }


def _known_region(request: Request, region: str | None) -> None:
    if region is not None and region not in request.app.state.regions:
        raise invalid("/region", "region_unknown", "there is no such league or city")


@router.post("", status_code=201, response_model=ParticipantView)
async def create_participant(
    body: CreateParticipantRequest,
    request: Request,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> Any:
    """Register a participant. It trades in a ledger only once it is admitted there."""
    must_be(principal, Role.EXCHANGE_OPERATOR)
    _known_region(request, body.region)

    async def act(connection: AsyncConnection) -> dict[str, Any]:
        made = (
            insert(participants)
            .values(
                name_zh=body.name_zh,
                name_en=body.name_en or "",
                unified_social_credit_code=body.unified_social_credit_code,
                role=body.role.value,
                region=body.region,
                contact=body.contact or "",
                version=1,
                created_at_ns=edge.clock.now_ns(),
            )
            .returning(participants)
        )
        try:
            return _view((await connection.execute(made)).one())
        except IntegrityError as fault:
            raise Conflict("conflict", "this credit code is registered already") from fault

    view = await once(edge, principal, key, "create_participant", body, response, act)
    response.headers["ETag"] = etags.etag(view["version"])
    return view


@router.get("", response_model=Page[ParticipantView])
async def list_participants(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List participants: staff see all, others themselves."""
    (after,) = read_cursor(cursor, int) or (0,)
    own = visible_participant(principal, None)
    query = select(participants).where(participants.c.participant_id > after)
    if own is not None:
        query = query.where(participants.c.participant_id == own)
    query = query.order_by(participants.c.participant_id).limit(limit + 1)
    async with edge.reading() as connection:
        rows = (await connection.execute(query)).all()
    more = more_after(request, response, rows, limit, "participant_id")
    return {"items": [_view(row) for row in rows[:limit]], "next_cursor": more}


async def _find(
    connection: AsyncConnection, participant_id: int, *, lock: bool = False
) -> Row[Any]:
    """Raises: NotFound."""
    query = select(participants).where(participants.c.participant_id == participant_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    if row is None:
        raise NotFound("not_found")
    return row


@router.get("/{participant_id}", response_model=ParticipantView)
async def show_participant(
    participant_id: str, edge: EdgeDep, principal: CurrentPrincipal, response: Response
) -> dict[str, Any]:
    """Show a participant; the ETag is needed to change it."""
    number = visible_participant(principal, participant_id)
    assert number is not None
    async with edge.reading() as connection:
        row = await _find(connection, number)
    response.headers["ETag"] = etags.etag(row.version)
    return _view(row)


@router.patch("/{participant_id}", response_model=ParticipantView)
async def change_participant(
    participant_id: str,
    body: ChangeParticipantRequest,
    request: Request,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    if_match: etags.IfMatch,
    response: Response,
) -> dict[str, Any]:
    """Change a participant's particulars, provided nobody else did since they were read."""
    must_be(principal, Role.EXCHANGE_OPERATOR)
    _known_region(request, body.region)
    number = parse_numbered(participant_id, PARTICIPANT)
    async with edge.writing() as connection:
        row = await _find(connection, number, lock=True)
        etags.check(if_match, row.version)
        changed = (
            update(participants)
            .where(participants.c.participant_id == number)
            .values(**body.model_dump(exclude_none=True), version=row.version + 1)
            .returning(participants)
        )
        view = _view((await connection.execute(changed)).one())
    response.headers["ETag"] = etags.etag(view["version"])
    return view


@router.post("/{participant_id}/admissions", status_code=201, response_model=DoneReceipt)
async def admit_participant(
    participant_id: str,
    body: AdmitRequest,
    request: Request,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Admit a participant to a ledger, or restate the facts its eligibility hangs on."""
    _known_region(request, body.region)
    number = parse_numbered(participant_id, PARTICIPANT)
    visible_participant(principal, participant_id)
    async with edge.reading() as connection:
        await _find(connection, number)
    command = AdmitParticipant(
        ParticipantId(number),
        body.account_type,
        body.region,
        body.basin,
        body.sector,
        parse_numbered(body.group, PARTICIPANT) if body.group else 0,
        body.document,
    )
    committed = await carry_out(edge, principal, body.ledger, key, command)
    return receipt(body.ledger, committed, response)


@router.get("/{participant_id}/admissions", response_model=Page[AdmissionView])
async def list_admissions(
    participant_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """List where a participant is admitted."""
    number = visible_participant(principal, participant_id)
    assert number is not None
    query = (
        select(admissions)
        .where(admissions.c.participant_id == number)
        .order_by(admissions.c.ledger)
    )
    async with edge.reading() as connection:
        await _find(connection, number)
        rows = (await connection.execute(query)).all()
    return {"items": [_admission(edge, row) for row in rows]}


@router.post("/{participant_id}:freeze", response_model=DoneReceipt)
async def freeze_participant(
    participant_id: str,
    body: FreezeRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Stop a participant in a ledger: its open orders are cancelled, nothing goes out."""
    number = ParticipantId(parse_numbered(participant_id, PARTICIPANT))
    command = FreezeParticipant(number, body.document)
    committed = await carry_out(edge, principal, body.ledger, key, command)
    return receipt(body.ledger, committed, response)


@router.post("/{participant_id}:unfreeze", response_model=DoneReceipt)
async def unfreeze_participant(
    participant_id: str,
    body: FreezeRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Let a frozen participant act again."""
    number = ParticipantId(parse_numbered(participant_id, PARTICIPANT))
    command = UnfreezeParticipant(number, body.document)
    committed = await carry_out(edge, principal, body.ledger, key, command)
    return receipt(body.ledger, committed, response)


def _admission(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    return {
        "ledger": edge.ledger_code(row.ledger),
        "participant_id": numbered(PARTICIPANT, row.participant_id),
        "account_type": row.account_type,
        "region": row.region,
        "basin": row.basin,
        "sector": row.sector,
        "group": numbered(PARTICIPANT, row.group_id) if row.group_id else None,
        "frozen": bool(row.frozen),
        "document": row.document,
    }
