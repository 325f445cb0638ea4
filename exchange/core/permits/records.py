"""The permits as part of a snapshot."""

import msgspec

from exchange.core.permits.state import Permit, PermitsState, PermitTask


class PermitsRecord(msgspec.Struct, array_like=True):
    permits: list[Permit]
    tasks: list[PermitTask]
    last_task: int


def encode(state: PermitsState) -> PermitsRecord:
    return PermitsRecord(list(state.permits.values()), list(state.tasks.values()), state.last_task)


def restore(record: PermitsRecord) -> PermitsState:
    state = PermitsState(last_task=record.last_task)
    for permit in record.permits:
        state.enter(permit)
    state.tasks = {(task.participant_id, task.asset_id): task for task in record.tasks}
    return state
