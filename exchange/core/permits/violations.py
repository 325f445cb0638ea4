"""What is always true of permits and of the tasks that follow from them."""

from collections.abc import Iterator

from exchange.core.state import State


def violations(state: State) -> Iterator[str]:
    permits = state.permits
    held = sum(len(own) for own in permits.of_holder.values())
    if not len(permits.permits) == len(permits.numbers) == held:
        yield "permits by holder, by number and in all differ"
    for permit in permits.permits.values():
        if permit.expired is not (permit.terms.valid_to < state.today):
            yield f"permit {permit.permit_id} is marked otherwise than its last day says"
        if permit.holder_id not in state.participants:
            yield f"permit {permit.permit_id} is nobody's"
    for (participant_id, asset_id), task in permits.tasks.items():
        if (task.participant_id, task.asset_id) != (participant_id, asset_id):
            yield f"task {task.task_id} is entered for another"
        if asset_id not in state.participants[participant_id].holdings:
            yield f"task {task.task_id} is of an asset that is not held"
