"""The projects and the targets as part of a snapshot."""

import msgspec

from exchange.core.budgets.state import BudgetsState, Indicator, Project


class BudgetsRecord(msgspec.Struct, array_like=True):
    projects: list[Project]
    indicators: list[Indicator]


def encode(state: BudgetsState) -> BudgetsRecord:
    return BudgetsRecord(list(state.projects.values()), list(state.indicators.values()))


def restore(record: BudgetsRecord) -> BudgetsState:
    state = BudgetsState({project.project_id: project for project in record.projects})
    for each in record.indicators:
        state.report(each)
    return state
