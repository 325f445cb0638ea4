"""What projects use of their budgets: units that end, counted in the place.

Invariant: a project uses no more than its budget has left.
Rule: `budgets.excluded`, `totals.hard_limit`.
"""

from exchange.core.budgets import projects
from exchange.core.budgets.commands import RecordUse
from exchange.core.budgets.events import UseRecorded
from exchange.core.budgets.projects import Figures, budget_of, counted
from exchange.core.budgets.state import Stage
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.totals.movement import post_chain
from exchange.core.totals.targets import house_account
from exchange.core.types import Purpose, TransferCode
from exchange.core.units import format_decimal


def refuse_record(state: State, command: RecordUse) -> Refusal | None:
    refusal = projects.refuse_open(state, command.project_id)
    if refusal is not None:
        return refusal
    project = state.budgets.projects[command.project_id]
    if project.stage is not Stage.STARTED:
        return state.refuse(RejectReason.PROJECT_NOT_STARTED)
    quantities = (command.energy, command.renewable, command.feedstock)
    refusal = projects.refuse_quantities(state, project.asset_id, quantities)
    if refusal is not None:
        return refusal
    there, quantity = budget_of(state, project).available, counted(state, *quantities)
    return projects.short(state, project, there, quantity) if there < quantity else None


def record(state: State, command: RecordUse) -> list[AnyEvent]:
    """Posts: the budget to `used` of the place, and `issuable` to `retired`.

    Emits: UseRecorded, PlaceAccountOpened, TransferPosted.
    """
    project = state.budgets.projects[command.project_id]
    asset_id, place = project.asset_id, project.place
    quantity = counted(state, command.energy, command.renewable, command.feedstock)
    project.used += quantity
    told = UseRecorded(
        project.project_id,
        command.energy,
        command.renewable,
        command.feedstock,
        quantity,
        project.used,
        command.document,
    )
    retired, events = house_account(state, asset_id, Purpose.RETIRED)
    used, opened = house_account(state, asset_id, Purpose.USED, place)
    legs = [
        (budget_of(state, project), used, quantity),
        (state.accounts.house(asset_id, Purpose.ISSUABLE), retired, quantity),
    ]
    posted = post_chain(state, legs, TransferCode.USE, command.document)
    return [told, *events, *opened, *posted]


def describe(state: State, command: RecordUse) -> tuple[str, Figures]:
    """Say which project, how much it used and how much of that counts."""
    subject, figures = projects.describe(state, command.project_id)
    project = state.budgets.projects[command.project_id]
    scale = state.assets[project.asset_id].scale
    quantity = counted(state, command.energy, command.renewable, command.feedstock)
    return subject, (
        *figures,
        ("energy", format_decimal(command.energy, scale)),
        ("counted", format_decimal(quantity, scale)),
    )
