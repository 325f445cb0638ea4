"""From a command to an answer: submit, raise what the market refused, describe what was done."""

from typing import Any

from fastapi import Response

from exchange.api.amounts import format_day, format_time, parse_optional_day
from exchange.api.edge import Edge
from exchange.api.idempotency import REPLAYED, command_id, mark
from exchange.api.tokens import Principal
from exchange.core.approvals.commands import RequestApproval
from exchange.core.approvals.events import ApprovalRequested
from exchange.core.commands import AnyCommand
from exchange.core.outcomes import encode_command
from exchange.core.receipts import Committed
from exchange.core.types import Day, OperatorId, ParticipantId
from exchange.errors import Refused
from exchange.ids import APPROVAL, reference


async def initiate(  # noqa: PLR0913, PLR0917
    edge: Edge,
    principal: Principal,
    ledger: str,
    key: str,
    act: AnyCommand,
    expires_on: Day,
    response: Response,
) -> dict[str, Any]:
    """Ask that a second person approve an act; return the receipt of the request.

    `expires_on` 0 is the latest possible. Raises: as `carry_out`.
    """
    command = RequestApproval(
        ParticipantId(principal.participant_id),
        OperatorId(principal.operator_id),
        type(act).__name__,
        getattr(act, "participant_id", ParticipantId(0)),
        encode_command(act),
        expires_on,
    )
    committed = await carry_out(edge, principal, ledger, key, command)
    (event,) = committed.outcome.events
    assert isinstance(event, ApprovalRequested)
    return {
        **receipt(ledger, committed, response),
        "approval_id": reference(ledger, APPROVAL, event.approval_id),
        "kind": event.kind,
        "command_hash": event.command_hash.hex(),
        "subject": event.subject,
        "figures": dict(event.figures),
        "expires_on": format_day(event.expires_on),
    }


def last_day(text: str | None) -> Day:
    """Read the last day on which a request may be approved; 0 for the latest possible."""
    return parse_optional_day(text, "/expires_on")


async def carry_out(
    edge: Edge, principal: Principal, ledger: str, key: str, command: AnyCommand
) -> Committed:
    """Submit a command under an idempotency key. Raises: Refused, and what the gateway raises."""
    edge.ledger_number(ledger)
    committed = await edge.gateway.submit(ledger, command_id(principal, key), command, principal)
    return accepted(committed)


def accepted(committed: Committed) -> Committed:
    """Return a command that was carried out. Raises: Refused."""
    if committed.outcome.refusal is not None:
        raise refused(committed)
    return committed


def refused(committed: Committed) -> Refused:
    """Make the answer to a command that the market refused."""
    refusal = committed.outcome.refusal
    assert refusal is not None
    index = dict(refusal.figures).get("index")
    problem = Refused(refusal, f"/orders/{index}" if index else "")
    if committed.replayed:
        problem.headers[REPLAYED] = "true"
    return problem


def receipt(ledger: str, committed: Committed, response: Response) -> dict[str, Any]:
    """Describe a command that was carried out, and mark an answer that is a repeated one."""
    mark(response, replayed=committed.replayed)
    return {
        "ledger": ledger,
        "sequence": committed.seq,
        "accepted_at": format_time(committed.at_ns),
    }
