"""Commands on projects, their budgets and obligations, and on the targets of places."""

from exchange.core.command import Command
from exchange.core.types import AssetId, ParticipantId, ProjectId

Inputs = tuple[tuple[str, str], ...]


class RegisterProject(Command, frozen=True):
    """Put a project under a budget, out of what its place has left or (`pot`) has set aside.

    Units: `energy` is all that the project may use, of which `renewable` and `feedstock` are left
    out as far as the rulebook says; `intensity` is in 10**-4 of the asset's unit per 10,000 yuan.
    `inputs` are what the obligation of a new project needs beyond these facts.
    """

    participant_id: ParticipantId
    asset_id: AssetId
    place: str
    code: str
    energy: int
    renewable: int
    feedstock: int
    intensity: int
    new: bool
    inputs: Inputs
    pot: str
    document: str


class AdjustBudget(Command, frozen=True):
    """Raise a budget out of what the place has left or a pot, or (below zero) recall part of it."""

    project_id: ProjectId
    change: int
    pot: str
    document: str


class RecordUse(Command, frozen=True):
    """Book what a project used against its budget; the same is left out as of the budget."""

    project_id: ProjectId
    energy: int
    renewable: int
    feedstock: int
    document: str


class CloseProject(Command, frozen=True):
    """End a project; the place gets back what it has not used."""

    project_id: ProjectId
    document: str


class ListPriority(Command, frozen=True):
    """Put a project on its place's list of priority projects, or take it off."""

    project_id: ProjectId
    listed: bool
    document: str


class CoverObligation(Command, frozen=True):
    """Deliver held units for what a new project must cover, or pay where that is money (in fen)."""

    participant_id: ParticipantId
    project_id: ProjectId
    quantity: int


class StartProject(Command, frozen=True):
    """Begin to use the budget, once what must be covered is."""

    participant_id: ParticipantId
    project_id: ProjectId


class SetIndicator(Command, frozen=True):
    """State how a place stands against its target for a kind of asset in a period.

    Units: `target` (the most there may be) and `value` in 10**-`scale` of `unit`.
    """

    kind: str
    place: str
    name: str
    period: str
    binding: bool
    target: int
    value: int
    scale: int
    unit: str
    data_source: str
    document: str


BudgetsCommand = (
    RegisterProject
    | AdjustBudget
    | RecordUse
    | CloseProject
    | ListPriority
    | CoverObligation
    | StartProject
    | SetIndicator
)
