"""The plans that were published."""

from dataclasses import dataclass, field

from exchange.core.types import AssetId, Day, PlanId


@dataclass(slots=True)
class Plan:
    """A plan as it was last published."""

    plan_id: PlanId
    version: int
    asset_id: AssetId
    content_hash: bytes
    entities: int
    quantity: int
    objections_until: Day
    issued: bool = False


@dataclass(slots=True)
class AllocationState:
    plans: dict[PlanId, Plan] = field(default_factory=dict)
