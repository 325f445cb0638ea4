"""The permits, the renewals that wait for a decision, and the tasks that are open."""

from dataclasses import dataclass, field

from exchange.core.permits.content import Permitted, PermitTerms
from exchange.core.types import AssetId, Day, ParticipantId, PermitId, TaskId


@dataclass(slots=True, frozen=True)
class Renewal:
    """A renewal that waits to be decided."""

    number: int
    quantities: tuple[Permitted, ...]
    requested_on: Day


@dataclass(slots=True)
class Permit:
    """A permit as it stands. `renewals` counts those ever asked for."""

    permit_id: PermitId
    holder_id: ParticipantId
    number: str
    version: int
    terms: PermitTerms
    expired: bool = False
    renewals: int = 0
    renewal: Renewal | None = None


@dataclass(slots=True, frozen=True)
class PermitTask:
    """Somebody's permit does not state what is held of an asset."""

    task_id: TaskId
    participant_id: ParticipantId
    asset_id: AssetId


@dataclass(slots=True)
class PermitsState:
    """Permits by number of entry, by holder and by their own number; tasks by what they are of."""

    permits: dict[PermitId, Permit] = field(default_factory=dict)
    of_holder: dict[ParticipantId, list[Permit]] = field(default_factory=dict)
    numbers: dict[str, PermitId] = field(default_factory=dict)
    tasks: dict[tuple[ParticipantId, AssetId], PermitTask] = field(default_factory=dict)
    last_task: int = 0

    def enter(self, permit: Permit) -> None:
        self.permits[permit.permit_id] = permit
        self.of_holder.setdefault(permit.holder_id, []).append(permit)
        self.numbers[permit.number] = permit.permit_id
