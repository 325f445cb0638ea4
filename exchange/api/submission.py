"""From a command to an answer: submit, raise what the market refused, describe what was done."""

from typing import Any

from fastapi import Response

from exchange.api.amounts import format_time
from exchange.api.edge import Edge
from exchange.api.idempotency import REPLAYED, command_id, mark
from exchange.api.tokens import Principal
from exchange.core.commands import AnyCommand
from exchange.core.receipts import Committed
from exchange.errors import Refused


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
