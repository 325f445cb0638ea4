"""What is always true of the inbox."""

import hashlib
from collections.abc import Iterator

from exchange.core.state import State


def violations(state: State) -> Iterator[str]:
    for pending in state.approvals.pending.values():
        if hashlib.sha256(pending.command).digest() != pending.command_hash:
            yield f"request {pending.approval_id} has other bytes than its hash says"
        if pending.expires_on < state.today:
            yield f"request {pending.approval_id} has outlived its last day"
