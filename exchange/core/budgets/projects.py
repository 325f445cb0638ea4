"""Projects that use much (两高项目) under a budget out of their place's control total.

Invariants: a budget is an account fed by what its place has left or has set aside, so all budgets
of a place stay within its total; what is not used goes back. A new project is raised only before it
starts: an extension is a project of its own.
Rule: `budgets.excluded`, `budgets.priority_first`, `totals.hard_limit`.
"""

from exchange.core.accounts import Account
from exchange.core.budgets import indicators, obligations
from exchange.core.budgets.commands import (
    AdjustBudget,
    CloseProject,
    ListPriority,
    RegisterProject,
)
from exchange.core.budgets.events import (
    BudgetAdjusted,
    PriorityListed,
    ProjectClosed,
    ProjectRegistered,
)
from exchange.core.budgets.state import Project, Stage
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.totals import pots
from exchange.core.totals.movement import post_chain
from exchange.core.totals.targets import opened
from exchange.core.types import (
    CASH,
    AccountType,
    AssetId,
    ProjectId,
    Purpose,
    TransferCode,
)
from exchange.core.units import NUMBER_MAX, format_decimal

Figures = tuple[tuple[str, str], ...]


def name(project_id: ProjectId) -> str:
    """Name a project as the API does, within its ledger."""
    return f"j{project_id}"


def budget_of(state: State, project: Project) -> Account:
    """Return the account of what a project may still use."""
    key = pots.key(project.place, name(project.project_id))
    return state.accounts.house(project.asset_id, Purpose.BUDGET, key)


def counted(state: State, energy: int, renewable: int, feedstock: int) -> int:
    """Return what counts of a use: below zero when more is left out than there is."""
    excluded = state.rules.names("budgets.excluded")
    return (
        energy
        - (renewable if "renewable" in excluded else 0)
        - (feedstock if "feedstock" in excluded else 0)
    )


def refuse_quantities(
    state: State, asset_id: AssetId, quantities: tuple[int, int, int]
) -> Refusal | None:
    """Check a use and what is left out of it."""
    energy, renewable, feedstock = quantities
    if energy <= 0 or renewable < 0 or feedstock < 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if max(quantities) > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    if renewable + feedstock <= energy:
        return None
    scale = state.assets[asset_id].scale
    return state.refuse(
        RejectReason.EXCLUSIONS_TOO_LARGE,
        energy=format_decimal(energy, scale),
        excluded=format_decimal(renewable + feedstock, scale),
    )


def refuse_register(state: State, command: RegisterProject) -> Refusal | None:
    refusal = _refuse_names(state, command)
    if refusal is None and command.new:
        asset = state.assets[command.asset_id]
        refusal = indicators.refuse_more(state, asset, command.place)
    if refusal is not None:
        return refusal
    if command.intensity < 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    project = _project(state, command)
    quantities = (command.energy, command.renewable, command.feedstock)
    return (
        _refuse_pot(state, project, command.pot)
        or refuse_quantities(state, command.asset_id, quantities)
        or obligations.refuse_determine(state, project)
        or pots.refuse_short(state, project.asset_id, project.place, command.pot, project.counted)
    )


def _refuse_names(state: State, command: RegisterProject) -> Refusal | None:
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    asset_id, place = command.asset_id, command.place
    if asset_id == CASH or asset_id not in state.assets:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if place not in state.totals.places.get(asset_id, {}):
        return state.refuse(RejectReason.CONTROL_TOTAL_UNKNOWN, place=place)
    if command.pot and command.pot not in pots.POTS:
        return state.refuse(RejectReason.POT_UNKNOWN, pot=command.pot)
    for each in state.budgets.projects.values():
        if (each.asset_id, each.code) == (asset_id, command.code):
            return state.refuse(RejectReason.PROJECT_EXISTS, project=name(each.project_id))
    if participant.account_type == AccountType.OPERATOR:
        kind = state.assets[asset_id].kind
        return state.refuse(RejectReason.ACCOUNT_TYPE_NOT_ELIGIBLE, kind)
    return None


def _project(state: State, command: RegisterProject) -> Project:
    return Project(
        ProjectId(len(state.budgets.projects) + 1),
        command.participant_id,
        command.asset_id,
        command.place,
        command.code,
        command.energy,
        command.renewable,
        command.feedstock,
        counted(state, command.energy, command.renewable, command.feedstock),
        command.intensity,
        command.new,
        command.inputs,
    )


def _refuse_pot(state: State, project: Project, pot: str) -> Refusal | None:
    """Check that a project may draw on a pot."""
    if pot and not project.priority and state.rules.flag("budgets.priority_first"):
        return state.refuse(RejectReason.PROJECT_NOT_PRIORITY, pot=pot)
    return None


def register(state: State, command: RegisterProject) -> list[AnyEvent]:
    """Posts: `headroom` or the pot to the project's budget.

    Emits: PlaceAccountOpened, ProjectRegistered, TransferPosted; ObligationDetermined for a new
    project where the rulebook has a method.
    """
    project = _project(state, command)
    state.budgets.projects[project.project_id] = project
    key = pots.key(project.place, name(project.project_id))
    account = opened(state, project.asset_id, Purpose.BUDGET, key)
    registered = ProjectRegistered(
        project.project_id,
        project.participant_id,
        project.asset_id,
        project.place,
        project.code,
        project.energy,
        project.renewable,
        project.feedstock,
        project.counted,
        project.intensity,
        project.new,
        command.pot,
        account.account_id,
        command.document,
    )
    moved = _move(state, project, project.counted, command.pot, command.document)
    return [account, registered, *moved, *obligations.determine(state, project)]


def _move(state: State, project: Project, quantity: int, pot: str, document: str) -> list[AnyEvent]:
    """Feed a budget, or (below zero) give back to its source."""
    budget = budget_of(state, project)
    events: list[AnyEvent] = []
    source = state.accounts.house(project.asset_id, Purpose.HEADROOM, project.place)
    if pot:
        source, events = pots.pot_of(state, project.asset_id, project.place, pot)
    leg = (source, budget, quantity) if quantity > 0 else (budget, source, -quantity)
    return [*events, *post_chain(state, [leg], TransferCode.BUDGET, document)]


def refuse_open(state: State, project_id: ProjectId) -> Refusal | None:
    """Check that there is such a project and that it is not closed."""
    project = state.budgets.projects.get(project_id)
    if project is None:
        return state.refuse(RejectReason.PROJECT_UNKNOWN)
    if project.stage is Stage.CLOSED:
        return state.refuse(RejectReason.PROJECT_CLOSED)
    return None


def refuse_adjust(state: State, command: AdjustBudget) -> Refusal | None:
    project, change = state.budgets.projects.get(command.project_id), command.change
    if project is not None and command.pot and command.pot not in pots.POTS:
        return state.refuse(RejectReason.POT_UNKNOWN, pot=command.pot)
    refusal = refuse_open(state, command.project_id)
    if refusal is not None or project is None:
        return refusal
    if not change:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if change > 0:
        return _refuse_raise(state, project, change, command.pot)
    there = budget_of(state, project).available
    if there < -change:
        return short(state, project, there, -change)
    return obligations.refuse_determine(state, project, change)


def _refuse_raise(state: State, project: Project, change: int, pot: str) -> Refusal | None:
    if project.new and project.stage is Stage.STARTED:
        return state.refuse(RejectReason.PROJECT_STARTED)
    asset = state.assets[project.asset_id]
    refusal = indicators.refuse_more(state, asset, project.place) or _refuse_pot(
        state, project, pot
    )
    if refusal is None and project.energy + change > NUMBER_MAX:
        refusal = state.refuse(RejectReason.NUMBER_TOO_LARGE)
    return (
        refusal
        or obligations.refuse_determine(state, project, change)
        or pots.refuse_short(state, project.asset_id, project.place, pot, change)
    )


def short(state: State, project: Project, there: int, requested: int) -> Refusal:
    """Refuse what a budget has not enough left for."""
    asset = state.assets[project.asset_id]
    return state.refuse(
        RejectReason.BUDGET_INSUFFICIENT,
        asset.kind,
        project=name(project.project_id),
        available=format_decimal(there, asset.scale),
        requested=format_decimal(requested, asset.scale),
    )


def adjust(state: State, command: AdjustBudget) -> list[AnyEvent]:
    """Posts: `headroom` or the pot to the budget, or back.

    Emits: BudgetAdjusted, PlaceAccountOpened for a new pot, TransferPosted, and
    ObligationDetermined for a new project that has not started.
    """
    project = state.budgets.projects[command.project_id]
    project.energy += command.change
    project.counted += command.change
    adjusted = BudgetAdjusted(
        project.project_id,
        command.change,
        project.energy,
        project.counted,
        command.pot,
        command.document,
    )
    moved = _move(state, project, command.change, command.pot, command.document)
    return [adjusted, *moved, *obligations.determine(state, project)]


def refuse_close(state: State, command: CloseProject) -> Refusal | None:
    return refuse_open(state, command.project_id)


def close(state: State, command: CloseProject) -> list[AnyEvent]:
    """Posts: what is left of the budget to `headroom`. Emits: ProjectClosed, TransferPosted."""
    project = state.budgets.projects[command.project_id]
    project.stage = Stage.CLOSED
    left = budget_of(state, project).posted
    project.counted -= left
    closed = ProjectClosed(project.project_id, left, project.counted, command.document)
    return [closed, *_move(state, project, -left, "", command.document)]


def refuse_list(state: State, command: ListPriority) -> Refusal | None:
    return refuse_open(state, command.project_id)


def list_priority(state: State, command: ListPriority) -> list[AnyEvent]:
    """Emits: PriorityListed."""
    state.budgets.projects[command.project_id].priority = command.listed
    return [PriorityListed(command.project_id, command.listed, command.document)]


def describe_register(state: State, command: RegisterProject) -> tuple[str, Figures]:
    """Say which project of whom, where, with how much."""
    asset = state.assets[command.asset_id]
    quantity = counted(state, command.energy, command.renewable, command.feedstock)
    return asset.code, (
        ("project", command.code),
        ("participant", f"p{command.participant_id}"),
        ("place", command.place),
        ("energy", format_decimal(command.energy, asset.scale)),
        ("budget", format_decimal(quantity, asset.scale)),
        ("pot", command.pot),
    )


def describe_adjust(state: State, command: AdjustBudget) -> tuple[str, Figures]:
    """Say which project, by how much, out of what."""
    subject, figures = describe(state, command.project_id)
    scale = state.assets[state.budgets.projects[command.project_id].asset_id].scale
    change = ("change", format_decimal(command.change, scale))
    return subject, (*figures, change, ("pot", command.pot))


def describe_close(state: State, command: CloseProject) -> tuple[str, Figures]:
    """Say which project, and how much its place gets back."""
    project = state.budgets.projects[command.project_id]
    subject, figures = describe(state, command.project_id)
    left = budget_of(state, project).posted
    scale = state.assets[project.asset_id].scale
    return subject, (*figures, ("returned", format_decimal(left, scale)))


def describe_list(state: State, command: ListPriority) -> tuple[str, Figures]:
    """Say which project, and whether it comes on the list or off."""
    subject, figures = describe(state, command.project_id)
    return subject, (*figures, ("listed", "true" if command.listed else "false"))


def describe(state: State, project_id: ProjectId) -> tuple[str, Figures]:
    """Say which project of which place."""
    project = state.budgets.projects[project_id]
    asset = state.assets[project.asset_id]
    return asset.code, (("project", project.code), ("place", project.place))
