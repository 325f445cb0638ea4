"""The projects under budgets and the targets of places. How much is left is on the accounts."""

from dataclasses import dataclass, field
from enum import StrEnum

from exchange.core.budgets.commands import Inputs
from exchange.core.rules import RuleRef
from exchange.core.types import AssetId, ParticipantId, ProjectId


class Stage(StrEnum):
    REGISTERED = "registered"
    STARTED = "started"
    CLOSED = "closed"


class Target(StrEnum):
    """What a target of a place limits."""

    TOTAL = "total"
    INTENSITY = "intensity"
    QUALITY = "quality"


class Light(StrEnum):
    """How a place stands against a target."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


@dataclass(slots=True)
class Obligation:
    """What a new project must cover, by all these inputs of a method.

    Units: fen if `payable`, else the asset's smallest.
    """

    method: RuleRef
    quantity: int
    payable: bool
    inputs: Inputs
    trace_hash: bytes


@dataclass(slots=True)
class Project:
    """A project. `counted` of its `energy` is its budget, of which `used` is gone."""

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
    inputs: Inputs
    stage: Stage = Stage.REGISTERED
    priority: bool = False
    used: int = 0
    obligation: Obligation | None = None
    covered: int = 0


@dataclass(slots=True, frozen=True)
class Indicator:
    """How a place stands in the newest period reported."""

    kind: str
    place: str
    name: str
    period: str
    binding: bool
    status: str


@dataclass(slots=True)
class BudgetsState:
    projects: dict[ProjectId, Project] = field(default_factory=dict)
    indicators: dict[tuple[str, str, str], Indicator] = field(default_factory=dict)
    """By kind of asset, place and name."""
    reds: dict[str, list[Indicator]] = field(default_factory=dict)
    """The binding ones in red, by kind of asset that has some: looked at for each bid."""

    def report(self, indicator: Indicator) -> None:
        """Put how a place stands in the place of what was reported before."""
        key = (indicator.kind, indicator.place, indicator.name)
        self.indicators[key] = indicator
        self.reds.pop(indicator.kind, None)
        for each in self.indicators.values():
            if each.kind == indicator.kind and each.binding and each.status == Light.RED:
                self.reds.setdefault(each.kind, []).append(each)
