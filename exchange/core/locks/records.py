"""The locks as part of a snapshot."""

import msgspec

from exchange.core.locks.state import Lock, LocksState


class LocksRecord(msgspec.Struct, array_like=True):
    locks: list[Lock]
    last: int


def encode(state: LocksState) -> LocksRecord:
    return LocksRecord(list(state.locks.values()), state.last)


def restore(record: LocksRecord) -> LocksState:
    state = LocksState(last=record.last)
    for lock in record.locks:
        state.enter(lock)
    return state
