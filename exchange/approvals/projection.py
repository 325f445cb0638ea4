"""Requests for approval as rows: as asked, and as decided."""

import msgspec

from exchange.core.approvals.events import (
    ApprovalRequested,
    ApprovalsExpired,
    RequestApproved,
    RequestRejected,
    RequestWithdrawn,
)
from exchange.core.event import Event
from exchange.storage.projection import Handler, Rows
from exchange.storage.writes import Row, insert, update

REQUESTED = insert(
    "approvals",
    approval_id="bigint",
    kind="text",
    participant_id="bigint",
    command_hash="bytea",
    command_bytes="bigint",
    operator_id="bigint",
    requester_id="bigint",
    expires_on="integer",
    subject="text",
    figures="text",
    requested_seq="bigint",
    requested_at_ns="bigint",
    status="text",
    decided_seq="bigint",
    decided_by="bigint",
    grounds="text",
)
DECIDED = update(
    "approvals",
    ("approval_id",),
    "status = u.status, decided_seq = u.decided_seq, decided_by = u.decided_by,"
    " grounds = u.grounds",
    approval_id="bigint",
    status="text",
    decided_seq="bigint",
    decided_by="bigint",
    grounds="text",
)
PENDING: Row = ("pending", None, None, None)


class ApprovalsProjection:
    """Table `approvals`."""

    def __init__(self) -> None:
        self._requested: dict[int, Row] = {}
        self._decided: dict[int, Row] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            ApprovalRequested: self._on_requested,
            RequestApproved: self._on_approved,
            RequestRejected: self._on_rejected,
            RequestWithdrawn: self._on_withdrawn,
            ApprovalsExpired: self._on_expired,
        }

    def drain(self) -> Rows:
        asked: list[Row] = [
            (*row, *self._decided.pop(number, PENDING)) for number, row in self._requested.items()
        ]
        decided: list[Row] = [(number, *row) for number, row in self._decided.items()]
        self._requested, self._decided = {}, {}
        return [(write, rows) for write, rows in ((REQUESTED, asked), (DECIDED, decided)) if rows]

    def _on_requested(self, event: ApprovalRequested, seq: int, at_ns: int) -> None:
        self._requested[event.approval_id] = (
            event.approval_id,
            event.kind,
            event.participant_id,
            event.command_hash,
            event.command_bytes,
            event.operator_id,
            event.requester_id,
            event.expires_on,
            event.subject,
            msgspec.json.encode(dict(event.figures)).decode(),
            seq,
            at_ns,
        )

    def _on_approved(self, event: RequestApproved, seq: int, _at_ns: int) -> None:
        self._decided[event.approval_id] = ("approved", seq, event.operator_id, None)

    def _on_rejected(self, event: RequestRejected, seq: int, _at_ns: int) -> None:
        self._decided[event.approval_id] = ("rejected", seq, event.operator_id, event.grounds)

    def _on_withdrawn(self, event: RequestWithdrawn, seq: int, _at_ns: int) -> None:
        self._decided[event.approval_id] = ("withdrawn", seq, event.operator_id, None)

    def _on_expired(self, event: ApprovalsExpired, seq: int, _at_ns: int) -> None:
        for approval_id in event.approval_ids:
            self._decided[approval_id] = ("expired", seq, None, None)
