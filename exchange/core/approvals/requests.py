"""Requests for approval: asked, granted, turned down, taken back, expired.

Invariants: who grants is another operator than who asked; what is carried out are the bytes that
were asked for; granting checks the act anew against today's state, and carries it out in the same
step.
Rule: `approvals.four_eyes`, `approvals.valid_days`, `approvals.pending_bytes_max`.
"""

import hashlib

import msgspec

from exchange.core.act import Act
from exchange.core.approvals.acts import ACTS
from exchange.core.approvals.commands import (
    ApproveRequest,
    RejectRequest,
    RequestApproval,
    WithdrawRequest,
)
from exchange.core.approvals.events import (
    ApprovalRequested,
    ApprovalsExpired,
    RequestApproved,
    RequestRejected,
    RequestWithdrawn,
)
from exchange.core.approvals.state import PendingApproval
from exchange.core.commands import AnyCommand
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal, decode_command, encode_command
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.types import ApprovalId, Day, ParticipantId

VALID_DAYS = 10
PENDING_BYTES_MAX = 33_554_432
"""For a ledger whose rulebook does not say."""


def refuse_alone(state: State, _command: object) -> Refusal:
    """Refuse an act that somebody submits without asking a second person."""
    return state.refuse(RejectReason.APPROVAL_REQUIRED)


def refuse_request(state: State, command: RequestApproval) -> Refusal | None:
    asked = _read(command)
    if asked is None:
        return state.refuse(RejectReason.APPROVAL_COMMAND_INVALID)
    last = _last_day(state)
    if command.expires_on and not state.today <= command.expires_on <= last:
        days = state.rules.integer("approvals.valid_days", VALID_DAYS)
        return state.refuse(RejectReason.APPROVAL_EXPIRY_OUT_OF_RANGE, days=str(days))
    waiting = sum(len(each.command) for each in state.approvals.pending.values())
    most = state.rules.integer("approvals.pending_bytes_max", PENDING_BYTES_MAX)
    if waiting + len(command.command) > most:
        return state.refuse(RejectReason.APPROVAL_TOO_MANY, pending=str(waiting), maximum=str(most))
    act, inner = asked
    return act.refuse(state, inner)


def _read(command: RequestApproval) -> tuple[Act, AnyCommand] | None:
    """Return the act that is asked for, if the bytes are one and are what they are said to be."""
    act = ACTS.get(command.kind)
    try:
        inner = decode_command(command.command)
    except (msgspec.MsgspecError, ValueError):
        return None
    if act is None or type(inner) is not act.kind or encode_command(inner) != command.command:
        return None
    owner = getattr(inner, "participant_id", ParticipantId(0))
    return (act, inner) if owner == command.participant_id else None


def _last_day(state: State) -> Day:
    return Day(state.today + state.rules.integer("approvals.valid_days", VALID_DAYS))


def request(state: State, command: RequestApproval) -> list[AnyEvent]:
    """Emits: ApprovalRequested."""
    asked = _read(command)
    assert asked is not None
    act, inner = asked
    state.approvals.last += 1
    pending = PendingApproval(
        ApprovalId(state.approvals.last),
        command.kind,
        command.participant_id,
        command.command,
        hashlib.sha256(command.command).digest(),
        command.operator_id,
        command.requester_id,
        command.expires_on or _last_day(state),
    )
    state.approvals.pending[pending.approval_id] = pending
    subject, figures = act.describe(state, inner)
    return [
        ApprovalRequested(
            pending.approval_id,
            pending.kind,
            pending.participant_id,
            pending.command_hash,
            len(pending.command),
            pending.operator_id,
            pending.requester_id,
            pending.expires_on,
            subject,
            figures,
        )
    ]


def _refuse_decision(state: State, command: ApproveRequest | RejectRequest) -> Refusal | None:
    """Check that the request waits, is what it is said to be, and is not the decider's own."""
    pending = state.approvals.pending.get(command.approval_id)
    if (
        pending is None
        or pending.kind != command.kind
        or pending.participant_id != command.participant_id
    ):
        return state.refuse(RejectReason.APPROVAL_UNKNOWN)
    if pending.operator_id == command.operator_id:
        return state.refuse(RejectReason.APPROVAL_OWN_REQUEST)
    return None


def refuse_approve(state: State, command: ApproveRequest) -> Refusal | None:
    refusal = _refuse_decision(state, command)
    if refusal is not None:
        return refusal
    pending = state.approvals.pending[command.approval_id]
    if pending.command_hash != command.command_hash:
        return state.refuse(RejectReason.APPROVAL_HASH_DIFFERS)
    return ACTS[pending.kind].refuse(state, decode_command(pending.command))


def approve(state: State, command: ApproveRequest) -> list[AnyEvent]:
    """Carry out what was asked. Emits: RequestApproved, then the events of the act."""
    pending = state.approvals.pending.pop(command.approval_id)
    approved = RequestApproved(command.approval_id, command.operator_id)
    return [approved, *ACTS[pending.kind].do(state, decode_command(pending.command))]


def refuse_reject(state: State, command: RejectRequest) -> Refusal | None:
    return _refuse_decision(state, command)


def reject(state: State, command: RejectRequest) -> list[AnyEvent]:
    """Emits: RequestRejected."""
    del state.approvals.pending[command.approval_id]
    return [RequestRejected(command.approval_id, command.operator_id, command.grounds)]


def refuse_withdraw(state: State, command: WithdrawRequest) -> Refusal | None:
    pending = state.approvals.pending.get(command.approval_id)
    if (
        pending is None
        or pending.requester_id != command.requester_id
        or pending.kind != command.kind
        or pending.participant_id != command.participant_id
    ):
        return state.refuse(RejectReason.APPROVAL_UNKNOWN)
    return None


def withdraw(state: State, command: WithdrawRequest) -> list[AnyEvent]:
    """Emits: RequestWithdrawn."""
    del state.approvals.pending[command.approval_id]
    return [RequestWithdrawn(command.approval_id, command.operator_id)]


def expire(state: State) -> list[AnyEvent]:
    """Drop what nobody may grant any more. Emits: ApprovalsExpired when there is some."""
    pending = state.approvals.pending
    ended = tuple([each.approval_id for each in pending.values() if each.expires_on < state.today])
    for approval_id in ended:
        del pending[approval_id]
    return [ApprovalsExpired(ended)] if ended else []
