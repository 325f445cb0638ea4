"""The inbox: acts that one person asks for and another approves."""

from steppe.models import Approval, ApprovalContent, DecisionReceipt, Page
from steppe.request import Request, command, get, listing, segment
from steppe.words import ApprovalStatus


def approvals(
    *,
    ledger: str | None = None,
    status: ApprovalStatus | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Approval]]:
    """List requests for approval, oldest first."""
    return listing(
        "/v1/approvals", Approval, ledger=ledger, status=status, limit=limit, cursor=cursor
    )


def approval(approval_id: str) -> Request[Approval]:
    """Show a request for approval."""
    return get(_approval(approval_id), Approval)


def approval_content(approval_id: str) -> Request[ApprovalContent]:
    """Show the exact bytes that an approval carries out."""
    return get(f"{_approval(approval_id)}/content", ApprovalContent)


def approve_request(
    approval_id: str, *, command_hash: str, idempotency_key: str | None = None
) -> Request[DecisionReceipt]:
    """Approve what another asked for: it is carried out at once.

    `command_hash` is the hash of the bytes that were read (`ApprovalContent.own_hash`).
    """
    path = f"{_approval(approval_id)}:approve"
    body = {"command_hash": command_hash}
    return command(path, DecisionReceipt, body, idempotency_key=idempotency_key)


def reject_request(
    approval_id: str, *, grounds: str, idempotency_key: str | None = None
) -> Request[DecisionReceipt]:
    """Turn down what another asked for."""
    path = f"{_approval(approval_id)}:reject"
    return command(path, DecisionReceipt, {"grounds": grounds}, idempotency_key=idempotency_key)


def withdraw_request(
    approval_id: str, *, idempotency_key: str | None = None
) -> Request[DecisionReceipt]:
    """Take back what one's own side asked for."""
    path = f"{_approval(approval_id)}:withdraw"
    return command(path, DecisionReceipt, idempotency_key=idempotency_key)


def _approval(approval_id: str) -> str:
    return f"/v1/approvals/{segment(approval_id)}"
