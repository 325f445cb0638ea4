"""Commands of initial allocation."""

from exchange.core.command import Command
from exchange.core.types import AssetId, Day, PlanId


class PublishPlan(Command, frozen=True):
    """Pin a plan's content by its hash, open to objections until the end of a day."""

    plan_id: PlanId
    version: int
    asset_id: AssetId
    content_hash: bytes
    entities: int
    quantity: int
    objections_until: Day
    document: str


class IssueAllocation(Command, frozen=True):
    """Issue all that a published plan gives, in one step. Takes two people.

    `content` are the bytes whose hash was published.
    """

    plan_id: PlanId
    content: bytes
    document: str


AllocationCommand = PublishPlan | IssueAllocation
