"""Approvals of transfers between leagues as part of a snapshot."""

import msgspec

from exchange.core.crossing.state import CrossingState, Way
from exchange.core.types import ChainId


class CrossingRecord(msgspec.Struct, array_like=True):
    approved: list[tuple[Way, int]]
    left: list[tuple[Way, int]]
    pended: list[tuple[ChainId, list[tuple[Way, int]]]]


def encode(state: CrossingState) -> CrossingRecord:
    return CrossingRecord(
        list(state.approved.items()),
        list(state.left.items()),
        [(chain_id, list(used.items())) for chain_id, used in state.pended.items()],
    )


def restore(record: CrossingRecord) -> CrossingState:
    return CrossingState(
        dict(record.approved),
        dict(record.left),
        {chain_id: dict(used) for chain_id, used in record.pended},
    )
