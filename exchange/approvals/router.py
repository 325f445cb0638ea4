"""Routes of the inbox: see what waits, read its bytes, approve, reject, withdraw."""

import asyncio
import base64
import json
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Row, select, tuple_

from exchange.api.amounts import format_day, format_time
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
from exchange.api.schemas import LedgerFilter
from exchange.api.security import CurrentPrincipal, ledger_numbers, reads_all, sees_ledger
from exchange.api.submission import carry_out, receipt
from exchange.api.tokens import Principal
from exchange.approvals.schemas import (
    ApprovalContentView,
    ApprovalView,
    ApproveBody,
    DecisionReceipt,
    RejectBody,
    Status,
)
from exchange.core.approvals.commands import (
    ApproveRequest,
    RejectRequest,
    RequestApproval,
    WithdrawRequest,
)
from exchange.core.outcomes import decode_command
from exchange.core.types import ApprovalId, OperatorId, ParticipantId
from exchange.errors import NotFound
from exchange.ids import APPROVAL, OPERATOR, PARTICIPANT, numbered, parse_reference, reference
from exchange.storage.tables import journal
from exchange.storage.tables_allocation import approvals

router = APIRouter(
    prefix="/v1/approvals", tags=["approvals"], route_class=StrictRoute, responses=RESPONSES
)


def _view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    return {
        "approval_id": reference(ledger, APPROVAL, row.approval_id),
        "ledger": ledger,
        "kind": row.kind,
        "subject": row.subject,
        "figures": json.loads(row.figures),
        "participant_id": numbered(PARTICIPANT, row.participant_id) if row.participant_id else None,
        "requester_id": numbered(PARTICIPANT, row.requester_id),
        "requested_by": numbered(OPERATOR, row.operator_id),
        "command_hash": row.command_hash.hex(),
        "command_bytes": row.command_bytes,
        "expires_on": format_day(row.expires_on),
        "status": row.status,
        "decided_by": numbered(OPERATOR, row.decided_by) if row.decided_by else None,
        "grounds": row.grounds,
        "requested_at": format_time(row.requested_at_ns),
        "sequence": row.requested_seq,
        "decided_sequence": row.decided_seq,
    }


@router.get("", response_model=Page[ApprovalView])
async def list_approvals(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    status: Annotated[Status | None, Query()] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List requests for approval, oldest first: staff see all, others those they asked for."""
    key = (approvals.c.ledger, approvals.c.approval_id)
    query = select(approvals).where(approvals.c.ledger.in_(ledger_numbers(edge, principal, ledger)))
    if not reads_all(principal):
        query = query.where(approvals.c.requester_id == principal.participant_id)
    if status is not None:
        query = query.where(approvals.c.status == status)
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.order_by(*key).limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "approval_id")
    return {"items": [_view(edge, row) for row in rows[:limit]], "next_cursor": more}


async def _find(edge: Edge, principal: Principal, approval_id: str) -> tuple[str, Row[Any]]:
    """Return a request that the principal may see, and its ledger. Raises: NotFound."""
    ledger, number = parse_reference(approval_id, APPROVAL)
    query = select(approvals).where(
        approvals.c.ledger == sees_ledger(edge, principal, ledger),
        approvals.c.approval_id == number,
    )
    if not reads_all(principal):
        query = query.where(approvals.c.requester_id == principal.participant_id)
    async with edge.reading() as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("approval_unknown")
    return ledger, row


@router.get("/{approval_id}", response_model=ApprovalView)
async def show_approval(
    approval_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show a request for approval."""
    _, row = await _find(edge, principal, approval_id)
    return _view(edge, row)


@router.get("/{approval_id}/content", response_model=ApprovalContentView)
async def show_approval_content(
    approval_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show the exact bytes that an approval carries out, from the journal."""
    _, row = await _find(edge, principal, approval_id)
    query = select(journal.c.command).where(
        journal.c.ledger == row.ledger, journal.c.seq == row.requested_seq
    )
    async with edge.reading() as connection:
        stored = (await connection.execute(query)).scalar_one()
    return {
        "approval_id": approval_id,
        "kind": row.kind,
        "command_hash": row.command_hash.hex(),
        **await asyncio.to_thread(_content, stored),
    }


def _content(stored: bytes) -> dict[str, Any]:
    asked = decode_command(stored)
    assert isinstance(asked, RequestApproval)
    fields = msgspec.structs.asdict(decode_command(asked.command))
    return {
        "content": base64.b64encode(asked.command).decode(),
        "command": msgspec.to_builtins(fields),
    }


@router.post("/{approval_id}:approve", response_model=DecisionReceipt)
async def approve_request(
    approval_id: str,
    body: ApproveBody,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Approve what another asked for: it is carried out at once, or refused and goes on waiting."""
    ledger, row = await _find(edge, principal, approval_id)
    command = ApproveRequest(
        ParticipantId(row.participant_id),
        OperatorId(principal.operator_id),
        ApprovalId(row.approval_id),
        bytes.fromhex(body.command_hash),
        row.kind,
    )
    committed = await carry_out(edge, principal, ledger, key, command)
    done = {"approval_id": approval_id, "status": "approved"}
    return {**receipt(ledger, committed, response), **done}


@router.post("/{approval_id}:reject", response_model=DecisionReceipt)
async def reject_request(
    approval_id: str,
    body: RejectBody,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Turn down what another asked for, and say why."""
    ledger, row = await _find(edge, principal, approval_id)
    command = RejectRequest(
        ParticipantId(row.participant_id),
        OperatorId(principal.operator_id),
        ApprovalId(row.approval_id),
        row.kind,
        body.grounds,
    )
    committed = await carry_out(edge, principal, ledger, key, command)
    done = {"approval_id": approval_id, "status": "rejected"}
    return {**receipt(ledger, committed, response), **done}


@router.post("/{approval_id}:withdraw", response_model=DecisionReceipt)
async def withdraw_request(
    approval_id: str,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Take back what one's own side asked for."""
    ledger, row = await _find(edge, principal, approval_id)
    command = WithdrawRequest(
        ParticipantId(principal.participant_id),
        OperatorId(principal.operator_id),
        ApprovalId(row.approval_id),
        row.kind,
        ParticipantId(row.participant_id),
    )
    committed = await carry_out(edge, principal, ledger, key, command)
    done = {"approval_id": approval_id, "status": "withdrawn"}
    return {**receipt(ledger, committed, response), **done}
