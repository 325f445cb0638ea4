"""Cancellations as part of a snapshot."""

import msgspec

from exchange.core.cancellation.state import CancellationState
from exchange.core.types import AssetId


class CancellationRecord(msgspec.Struct, array_like=True):
    last: int
    cancelled: list[tuple[AssetId, int]]


def encode(state: CancellationState) -> CancellationRecord:
    return CancellationRecord(state.last, list(state.cancelled.items()))


def restore(record: CancellationRecord) -> CancellationState:
    return CancellationState(record.last, dict(record.cancelled))
