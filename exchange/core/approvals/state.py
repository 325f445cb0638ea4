"""What waits for a second person. What was decided is in the journal, not here."""

from dataclasses import dataclass, field

from exchange.core.types import ApprovalId, Day, OperatorId, ParticipantId


@dataclass(slots=True, frozen=True)
class PendingApproval:
    """One request: the exact bytes that will be carried out, and their SHA-256."""

    approval_id: ApprovalId
    kind: str
    participant_id: ParticipantId
    command: bytes
    command_hash: bytes
    operator_id: OperatorId
    requester_id: ParticipantId
    expires_on: Day


@dataclass(slots=True)
class ApprovalsState:
    pending: dict[ApprovalId, PendingApproval] = field(default_factory=dict)
    last: int = 0
