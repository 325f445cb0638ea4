"""The plans that were published, and the objections to them."""

from dataclasses import dataclass, field

from exchange.core.types import AssetId, Day, ObjectionId, ParticipantId, PlanId


@dataclass(slots=True)
class Plan:
    """A plan as it was last published. A true-up is of a `series` and has its `phase` in it."""

    plan_id: PlanId
    version: int
    asset_id: AssetId
    content_hash: bytes
    entities: int
    quantity: int
    objections_until: Day
    series: PlanId = field(default=PlanId(0))
    phase: int = 0
    issued: bool = False


@dataclass(slots=True)
class Objection:
    """An objection, kept for good. `decided_version` is 0 until somebody decides it."""

    objection_id: ObjectionId
    plan_id: PlanId
    version: int
    participant_id: ParticipantId
    entity: str
    text_hash: bytes
    filed_on: Day
    upheld: bool = False
    decided_version: int = 0


@dataclass(slots=True)
class AllocationState:
    plans: dict[PlanId, Plan] = field(default_factory=dict)
    objections: dict[ObjectionId, Objection] = field(default_factory=dict)
