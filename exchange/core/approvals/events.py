"""What happened in the inbox. The events of an approved act follow its `RequestApproved`."""

from exchange.core.event import Event
from exchange.core.types import ApprovalId, Day, OperatorId, ParticipantId


class ApprovalRequested(Event, frozen=True):
    """An act waits for a second person. `figures` are what it is about, as decimal text."""

    approval_id: ApprovalId
    kind: str
    participant_id: ParticipantId
    command_hash: bytes
    command_bytes: int
    operator_id: OperatorId
    requester_id: ParticipantId
    expires_on: Day
    subject: str
    figures: tuple[tuple[str, str], ...]


class RequestApproved(Event, frozen=True):
    approval_id: ApprovalId
    operator_id: OperatorId


class RequestRejected(Event, frozen=True):
    approval_id: ApprovalId
    operator_id: OperatorId
    grounds: str


class RequestWithdrawn(Event, frozen=True):
    approval_id: ApprovalId
    operator_id: OperatorId


class ApprovalsExpired(Event, frozen=True):
    """Their last day has passed."""

    approval_ids: tuple[ApprovalId, ...]


ApprovalsEvent = (
    ApprovalRequested | RequestApproved | RequestRejected | RequestWithdrawn | ApprovalsExpired
)
