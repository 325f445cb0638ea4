"""What happened to projects, their budgets and obligations, and to targets; postings follow."""

from exchange.core.budgets.commands import Inputs
from exchange.core.event import Event
from exchange.core.rules import RuleRef
from exchange.core.types import AccountId, AssetId, Day, ParticipantId, ProjectId


class ProjectRegistered(Event, frozen=True):
    """`counted` is the energy less what the rulebook leaves out: the budget on `budget_id`."""

    project_id: ProjectId
    participant_id: ParticipantId
    asset_id: AssetId
    place: str
    code: str
    energy: int
    renewable: int
    feedstock: int
    counted: int
    intensity: int
    new: bool
    pot: str
    budget_id: AccountId
    document: str


class ObligationDetermined(Event, frozen=True):
    """What a new project must cover, by a method on a day, whose trace has this hash.

    `inputs` are all that the method was given. Units: `payable` obligations are fen, others the
    asset's smallest units.
    """

    project_id: ProjectId
    method: RuleRef
    as_of: Day
    inputs: Inputs
    quantity: int
    payable: bool
    trace_hash: bytes


class BudgetAdjusted(Event, frozen=True):
    """`energy` and `counted` are what the project has after the change."""

    project_id: ProjectId
    change: int
    energy: int
    counted: int
    pot: str
    document: str


class UseRecorded(Event, frozen=True):
    """`quantity` counts against the budget; `used` is all that did until now."""

    project_id: ProjectId
    energy: int
    renewable: int
    feedstock: int
    quantity: int
    used: int
    document: str


class ProjectClosed(Event, frozen=True):
    """`returned` is what the place got back of the budget, `counted` what is left of it: used."""

    project_id: ProjectId
    returned: int
    counted: int
    document: str


class PriorityListed(Event, frozen=True):
    project_id: ProjectId
    listed: bool
    document: str


class ObligationCovered(Event, frozen=True):
    """`covered` is all that was delivered or paid until now, `outstanding` what is not yet."""

    project_id: ProjectId
    quantity: int
    covered: int
    outstanding: int


class ProjectStarted(Event, frozen=True):
    project_id: ProjectId


class IndicatorSet(Event, frozen=True):
    """`status` follows from the thresholds in force at this moment."""

    kind: str
    place: str
    name: str
    period: str
    binding: bool
    target: int
    value: int
    scale: int
    unit: str
    status: str
    data_source: str
    document: str


BudgetsEvent = (
    ProjectRegistered
    | ObligationDetermined
    | BudgetAdjusted
    | UseRecorded
    | ProjectClosed
    | PriorityListed
    | ObligationCovered
    | ProjectStarted
    | IndicatorSet
)
