"""What is asked of the inbox. Each names the act it is about, so that the mandate can be told."""

from exchange.core.command import Command
from exchange.core.types import ApprovalId, Day, OperatorId, ParticipantId


class RequestApproval(Command, frozen=True):
    """Ask that a command be carried out.

    `command` are its canonical bytes, `kind` and `participant_id` what they say (0: no
    participant). `expires_on` is the last day on which it may be granted, 0 the latest possible.
    """

    requester_id: ParticipantId
    operator_id: OperatorId
    kind: str
    participant_id: ParticipantId
    command: bytes
    expires_on: Day


class ApproveRequest(Command, frozen=True):
    """Grant what was asked, bound to its very bytes: it is carried out in the same step."""

    participant_id: ParticipantId
    operator_id: OperatorId
    approval_id: ApprovalId
    command_hash: bytes
    kind: str


class RejectRequest(Command, frozen=True):
    """Turn down what was asked."""

    participant_id: ParticipantId
    operator_id: OperatorId
    approval_id: ApprovalId
    kind: str
    grounds: str


class WithdrawRequest(Command, frozen=True):
    """Take back what one's own side has asked."""

    requester_id: ParticipantId
    operator_id: OperatorId
    approval_id: ApprovalId
    kind: str
    participant_id: ParticipantId


ApprovalsCommand = RequestApproval | ApproveRequest | RejectRequest | WithdrawRequest
