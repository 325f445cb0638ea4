"""What happened to allocation plans."""

import msgspec

from exchange.core.event import Event
from exchange.core.types import (
    AccountId,
    AssetId,
    ChainId,
    Day,
    LotId,
    ObjectionId,
    ParticipantId,
    PlanId,
    TransferId,
)


class PlanPublished(Event, frozen=True):
    plan_id: PlanId
    version: int
    asset_id: AssetId
    content_hash: bytes
    entities: int
    quantity: int
    objections_until: Day
    document: str


class IssuedEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one entity got, on which account (`opened`: which this made), at whose place's cost."""

    entity: str
    participant_id: ParticipantId
    account_id: AccountId
    opened: bool
    quantity: int
    place: str


class AllocationIssued(Event, frozen=True):
    """A plan was issued as one chain out of `issuable_id`.

    Entries above zero have a lot and a transfer each, numbered one after another from the first;
    the postings on the control totals follow as transfers.
    """

    plan_id: PlanId
    version: int
    asset_id: AssetId
    content_hash: bytes
    issuable_id: AccountId
    chain_id: ChainId
    first_lot_id: LotId
    first_transfer_id: TransferId
    vintage: str
    region: str
    basin: str
    valid_from: Day
    valid_to: Day
    document: str
    rule_set: int
    entries: tuple[IssuedEntry, ...]


class ObjectionFiled(Event, frozen=True):
    """A party objects to the version of a plan that is published on this day."""

    objection_id: ObjectionId
    plan_id: PlanId
    version: int
    participant_id: ParticipantId
    entity: str
    text_hash: bytes
    filed_on: Day


class ObjectionDecided(Event, frozen=True):
    """An objection was upheld or dismissed while `version` of the plan was published."""

    objection_id: ObjectionId
    plan_id: PlanId
    version: int
    upheld: bool
    decision_hash: bytes
    document: str


AllocationEvent = PlanPublished | AllocationIssued | ObjectionFiled | ObjectionDecided
