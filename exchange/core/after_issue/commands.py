"""Commands of what follows an issue."""

from exchange.core.after_issue.state import Ground
from exchange.core.command import Command
from exchange.core.types import AssetId, ClaimId, Day, ParticipantId, PlanId


class PublishTrueUp(Command, frozen=True):
    """Pin, as `PublishPlan` does, a plan that states the final quantities of a series.

    `series` is the plan that began it, `phase` counts from 2. All together may be nothing.
    """

    plan_id: PlanId
    version: int
    asset_id: AssetId
    content_hash: bytes
    entities: int
    quantity: int
    objections_until: Day
    document: str
    series: PlanId
    phase: int


class TrueUpAllocation(Command, frozen=True):
    """Bring each entity of a published true-up to its final quantity, up or down.

    Takes two people. `content` are the bytes whose hash was published.
    """

    plan_id: PlanId
    content: bytes
    document: str


class RegisterDeduction(Command, frozen=True):
    """Have a member's next allocation cut: by a quantity, or by a ratio of it. Takes two people.

    Units: `ratio_ppm` in millionths; of it and `quantity` one is 0. `entity` may be empty: any of
    the member's. `asset_id` is what the quantity is measured in; with `any_of_kind` every asset of
    its kind and scale is cut, without it that one alone.
    """

    member_id: ParticipantId
    entity: str
    asset_id: AssetId
    any_of_kind: bool
    quantity: int
    ratio_ppm: int
    ground: Ground
    document: str


class BorrowAllowances(Command, frozen=True):
    """Give an entity units of a coming allocation now, to be deducted from it. Takes two people.

    `due` and `allocated` are the emissions and the allowances whose gap the units help to close.
    """

    member_id: ParticipantId
    entity: str
    asset_id: AssetId
    due: int
    allocated: int
    quantity: int
    vintage: str
    document: str


class CloseEntity(Command, frozen=True):
    """Take back what an entity was given for the months that it does not run. Takes two people.

    `plan_id` is the plan that began the series. What comes back goes to a pot of the member's
    place, or (empty) to what the place has left.
    """

    plan_id: PlanId
    entity: str
    closed_on: Day
    months_run: int
    pot: str
    document: str


class SettleClaim(Command, frozen=True):
    """Hand over at once what one holds of what one owes."""

    participant_id: ParticipantId
    claim_id: ClaimId


AfterIssueCommand = (
    PublishTrueUp
    | TrueUpAllocation
    | RegisterDeduction
    | BorrowAllowances
    | CloseEntity
    | SettleClaim
)
