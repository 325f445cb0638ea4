"""What entities were given, what is owed back, and what will be deducted."""

from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from exchange.core.types import AssetId, ClaimId, Day, DeductionId, ParticipantId, PlanId


class Ground(StrEnum):
    """Why an allocation is cut."""

    SHORTFALL = "shortfall"
    FALSE_DATA = "false_data"
    CORRECTION = "correction"
    CLAIM = "claim"
    BORROWED = "borrowed"


class Share(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a deduction took of one entity. `base` is what the entity had been given before."""

    deduction_id: DeductionId
    base: int
    quantity: int


class Grant(msgspec.Struct, array_like=True):
    """What an entity was given in a series, before its deductions."""

    participant_id: ParticipantId
    quantity: int
    shares: tuple[Share, ...] = ()
    closed: bool = False

    @property
    def net(self) -> int:
        return self.quantity - sum(share.quantity for share in self.shares)


@dataclass(slots=True)
class Series:
    """A plan that was issued, and the true-ups that followed it."""

    plan_id: PlanId
    asset_id: AssetId
    vintage: str
    phase: int
    grants: dict[str, Grant] = field(default_factory=dict)


@dataclass(slots=True)
class Deduction:
    """What will be cut from allocations. `left` is what of a quantity has still to be deducted.

    A ratio holds for the one series that it first met (`series`, 0 before).
    """

    deduction_id: DeductionId
    member_id: ParticipantId
    entity: str
    asset_id: AssetId
    kind: str
    scale: int
    any_of_kind: bool
    quantity: int
    ratio_ppm: int
    ground: Ground
    left: int
    series: PlanId = field(default=PlanId(0))


@dataclass(slots=True)
class Claim:
    """Units of an asset that a member owes back; `left` is what has still to come."""

    claim_id: ClaimId
    participant_id: ParticipantId
    asset_id: AssetId
    plan_id: PlanId
    entity: str
    left: int
    pot: str
    due_on: Day


@dataclass(slots=True)
class AfterIssueState:
    """`claims` has those that are open; deductions are kept for good."""

    series: dict[PlanId, Series] = field(default_factory=dict)
    deductions: dict[DeductionId, Deduction] = field(default_factory=dict)
    claims: dict[ClaimId, Claim] = field(default_factory=dict)
    last_claim: int = 0
