"""What is always true of projects: a budget is what was granted less what was used."""

from collections.abc import Iterator

from exchange.core.budgets.projects import budget_of
from exchange.core.budgets.state import Stage
from exchange.core.state import State


def violations(state: State) -> Iterator[str]:
    for project in state.budgets.projects.values():
        left = budget_of(state, project).posted
        if left != project.counted - project.used:
            yield (
                f"project {project.project_id} has {left} left,"
                f" {project.counted} granted, {project.used} used"
            )
        found = project.obligation
        if project.stage is Stage.STARTED and found and project.covered < found.quantity:
            yield f"project {project.project_id} started before it covered {found.quantity}"
