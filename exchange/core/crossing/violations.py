"""What is always true of approvals of transfers between leagues."""

from collections.abc import Iterator

from exchange.core.state import State


def violations(state: State) -> Iterator[str]:
    crossing = state.crossing
    for way, left in crossing.left.items():
        if not 0 <= left <= crossing.approved[way]:
            yield f"approval {way} of {crossing.approved[way]} has {left} left"
    for chain_id in crossing.pended:
        if chain_id not in state.pending:
            yield f"chain {chain_id} is not pending and keeps part of an approval"
