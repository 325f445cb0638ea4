"""What happened after an issue."""

import msgspec

from exchange.core.after_issue.state import Ground
from exchange.core.event import Event
from exchange.core.rules import RuleRef
from exchange.core.types import (
    AccountId,
    AssetId,
    ClaimId,
    Day,
    DeductionId,
    LotId,
    ParticipantId,
    PlanId,
)


class TruedUpEntry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entity from what it had been given (`before`) to its final quantity.

    What it got more (as a lot), or what was taken back and what is owed; deductions apart.
    """

    entity: str
    participant_id: ParticipantId
    place: str
    before: int
    final: int
    issued: int
    lot_id: LotId
    taken: int
    claimed: int


class AllocationTruedUp(Event, frozen=True):
    """A true-up was carried out; the postings follow as transfers."""

    plan_id: PlanId
    version: int
    asset_id: AssetId
    content_hash: bytes
    series: PlanId
    phase: int
    document: str
    rule_set: int
    entries: tuple[TruedUpEntry, ...]


class ClaimOpened(Event, frozen=True):
    """A member owes units that could not be taken; `account_id` shows them below zero."""

    claim_id: ClaimId
    participant_id: ParticipantId
    asset_id: AssetId
    account_id: AccountId
    plan_id: PlanId
    entity: str
    quantity: int
    pot: str
    due_on: Day


class ClaimCollected(Event, frozen=True):
    claim_id: ClaimId
    quantity: int
    left: int


class ClaimDeducted(Event, frozen=True):
    """The day a claim was due is over: what was left of it is deducted from allocations."""

    claim_id: ClaimId
    deduction_id: DeductionId
    quantity: int


class DeductionRegistered(Event, frozen=True):
    deduction_id: DeductionId
    member_id: ParticipantId
    entity: str
    asset_id: AssetId
    any_of_kind: bool
    quantity: int
    ratio_ppm: int
    ground: Ground
    document: str


class DeductionApplied(Event, frozen=True):
    """An entity got less by `quantity`, or, below zero, less was deducted after all.

    `plan_id` is the plan issued or trued up, at a closure the one that began the series.
    """

    deduction_id: DeductionId
    plan_id: PlanId
    entity: str
    quantity: int
    left: int
    series: PlanId


class AllowancesBorrowed(Event, frozen=True):
    """An entity got units of a coming allocation; `most` is what the formula allows."""

    member_id: ParticipantId
    entity: str
    asset_id: AssetId
    account_id: AccountId
    lot_id: LotId
    quantity: int
    most: int
    due: int
    allocated: int
    deduction_id: DeductionId
    rule: RuleRef
    document: str


class EntityClosed(Event, frozen=True):
    """An entity keeps `kept` of what it had been given (`before`), deductions apart."""

    plan_id: PlanId
    entity: str
    participant_id: ParticipantId
    asset_id: AssetId
    closed_on: Day
    months_run: int
    before: int
    kept: int
    taken: int
    claimed: int
    pot: str
    rule: RuleRef
    document: str


AfterIssueEvent = (
    AllocationTruedUp
    | ClaimOpened
    | ClaimCollected
    | ClaimDeducted
    | DeductionRegistered
    | DeductionApplied
    | AllowancesBorrowed
    | EntityClosed
)
