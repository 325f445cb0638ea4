"""Tasks to change a permit: opened when what a member holds is not what its permits state.

Invariant: a member has at most one open task for an asset.
Rule: `permits.required`, `permits.holders`.
"""

from exchange.core.events import AnyEvent
from exchange.core.permits.events import PermitTaskClosed, PermitTaskOpened
from exchange.core.permits.state import PermitTask
from exchange.core.permits.usable import bound, permitted, usable
from exchange.core.state import Asset, Participant, State
from exchange.core.types import TaskId


def settle_all(state: State) -> list[AnyEvent]:
    """Open and close the tasks of everybody. Cost: by holdings, where permits are required."""
    if not state.permits.tasks and not state.rules.flag("permits.required"):
        return []
    return [event for member in state.participants.values() for event in settle(state, member)]


def settle(state: State, participant: Participant) -> list[AnyEvent]:
    """Open a task for each asset that a permit has to be changed for, and close the others.

    Emits: PermitTaskOpened, PermitTaskClosed.
    """
    is_bound = bound(state, participant)
    events: list[AnyEvent] = []
    for asset_id, holding in participant.holdings.items():
        asset = state.assets[asset_id]
        allowed = permitted(state, participant.participant_id, asset, state.today)
        task = state.permits.tasks.get((participant.participant_id, asset_id))
        if is_bound and holding.posted != allowed:
            if task is None:
                events.append(_open(state, participant, asset, holding.posted, allowed))
        elif task is not None:
            events.append(_close(state, task))
    return events


def _open(
    state: State, participant: Participant, asset: Asset, held: int, allowed: int
) -> PermitTaskOpened:
    state.permits.last_task += 1
    task = PermitTask(TaskId(state.permits.last_task), participant.participant_id, asset.asset_id)
    state.permits.tasks[task.participant_id, task.asset_id] = task
    return PermitTaskOpened(
        task.task_id,
        task.participant_id,
        task.asset_id,
        held,
        allowed,
        usable(state, participant, asset),
        state.today,
    )


def _close(state: State, task: PermitTask) -> PermitTaskClosed:
    del state.permits.tasks[task.participant_id, task.asset_id]
    return PermitTaskClosed(task.task_id, task.participant_id, task.asset_id, state.today)
