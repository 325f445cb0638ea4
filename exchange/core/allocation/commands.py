"""Commands of initial allocation."""

from exchange.core.command import Command
from exchange.core.types import AssetId, Day, ObjectionId, ParticipantId, PlanId


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


class FileObjection(Command, frozen=True):
    """Object to what a published plan gives one's own entity; the text is kept elsewhere.

    Units: `text_hash` is the SHA-256 of the text in UTF-8.
    """

    participant_id: ParticipantId
    plan_id: PlanId
    entity: str
    text_hash: bytes


class DecideObjection(Command, frozen=True):
    """Uphold an objection or dismiss it, with reasons whose SHA-256 is `decision_hash`."""

    objection_id: ObjectionId
    upheld: bool
    decision_hash: bytes
    document: str


AllocationCommand = PublishPlan | IssueAllocation | FileObjection | DecideObjection
