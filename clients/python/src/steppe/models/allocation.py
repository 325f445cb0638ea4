"""Answers about approvals, control totals and allocation plans."""

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from steppe.amounts import Amount, decimal_text
from steppe.models.answer import Instant, Model, Receipt
from steppe.models.desk import RowFault
from steppe.models.reference import RuleRef


class ApprovalReceipt(Receipt, frozen=True, kw_only=True):
    """A request that now waits for a second person; `command_hash` is what binds the approval."""

    approval_id: str
    kind: str
    command_hash: str
    subject: str
    figures: dict[str, str]
    expires_on: date


class DecisionReceipt(Receipt, frozen=True, kw_only=True):
    """What became of a request."""

    approval_id: str
    status: str


class Approval(Model, frozen=True, kw_only=True):
    """A request for approval: what is asked for, by whom, and what became of it."""

    approval_id: str
    ledger: str
    kind: str
    subject: str
    figures: dict[str, str]
    participant_id: str | None = None
    requester_id: str
    requested_by: str
    command_hash: str
    command_bytes: int
    expires_on: date
    status: str
    decided_by: str | None = None
    grounds: str | None = None
    requested_at: Instant
    sequence: int
    decided_sequence: int | None = None


class ApprovalContent(Model, frozen=True, kw_only=True):
    """The exact bytes that an approval carries out, and what the venue says they mean."""

    approval_id: str
    kind: str
    command_hash: str
    content: bytes
    command: dict[str, Any]

    def own_hash(self) -> str:
        """Return the SHA-256 of the bytes as received: approve this, not what one was told."""
        return hashlib.sha256(self.content).hexdigest()


class Pot(Model, frozen=True, kw_only=True):
    """What a place keeps of its total for one purpose."""

    pot: str
    quantity: Decimal


class PlaceTarget(Model, frozen=True, kw_only=True):
    """How a place stands; a binding target in red lets no more units in."""

    name: str
    period: str
    binding: bool
    light: str


class ControlTotal(Model, frozen=True, kw_only=True):
    """What a place was given of an asset, has left, has allocated, and what moved."""

    ledger: str
    asset: str
    unit: str
    place: str
    parent: str | None = None
    quantity: Decimal
    distributed: Decimal
    headroom: Decimal
    set_aside: Decimal
    pots: tuple[Pot, ...] = ()
    budgets: Decimal = Decimal(0)
    allocated: Decimal
    used: Decimal = Decimal(0)
    moved_in: Decimal
    moved_out: Decimal
    targets: tuple[PlaceTarget, ...] = ()
    sequence: int


class PlanRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a plan gives to one entity, or the `inputs` of its formula and their year.

    A participant may run several entities.
    """

    entity: str
    participant_id: str
    quantity: Amount | None = None
    year: int | None = None
    inputs: dict[str, str] | None = None

    def form(self) -> dict[str, Any]:
        """Return the row as the venue reads it."""
        row: dict[str, Any] = {"entity": self.entity, "participant_id": self.participant_id}
        if self.quantity is not None:
            row["quantity"] = decimal_text(self.quantity)
        if self.year is not None:
            row["year"] = self.year
        if self.inputs is not None:
            row["inputs"] = self.inputs
        return row


class AllocationRow(Model, frozen=True, kw_only=True):
    """A row of a plan as it stands: no quantity before it is calculated, or when it cannot be."""

    entity: str
    participant_id: str
    quantity: Decimal | None = None
    year: int | None = None
    inputs: dict[str, str] | None = None
    trace_hash: str | None = None
    fault: RowFault | None = None


class AllocationEntry(Model, frozen=True, kw_only=True):
    """What an entity got, deductions taken off: its lot is None when that is nothing."""

    entity: str
    participant_id: str
    gross: Decimal | None = None
    deducted: Decimal = Decimal(0)
    quantity: Decimal
    plan_id: str
    account_id: str
    lot_id: str | None = None
    place: str
    sequence: int


class Publication(Model, frozen=True, kw_only=True):
    """A plan as it was last published."""

    version: int
    content_hash: str
    entities: int
    quantity: Decimal
    objections_until: date
    document: str
    sequence: int
    issued_sequence: int | None = None


class AllocationPlan(Model, frozen=True, kw_only=True):
    """A plan; `version` counts the changes of its rows and is needed to change them."""

    plan_id: str
    ledger: str
    asset: str
    unit: str
    method: RuleRef
    vintage: str
    region: str
    basin: str
    valid_from: date | None = None
    valid_to: date | None = None
    pot: str
    series: str | None = None
    phase: int | None = None
    activity_year: int | None = None
    rules_on: date | None = None
    use: str = ""
    document: str
    status: str
    version: int
    publication: Publication | None = None


class PublishReceipt(Receipt, frozen=True, kw_only=True):
    """What was published: only content of this hash can be issued."""

    plan_id: str
    version: int
    content_hash: str
    entities: int
    quantity: Decimal
    objections_until: date


class ObjectionReceipt(Receipt, frozen=True, kw_only=True):
    """An objection was filed or decided; `text_hash` is the SHA-256 of the text given."""

    objection_id: str
    status: str
    text_hash: str


class Objection(Model, frozen=True, kw_only=True):
    """An objection and what was decided; `version` of the plan is the one it is about."""

    objection_id: str
    ledger: str
    plan_id: str
    version: int
    participant_id: str
    entity: str
    text: str | None = None
    text_hash: str
    filed_on: date
    sequence: int
    status: str
    decision: str | None = None
    decision_hash: str | None = None
    document: str | None = None
    decided_sequence: int | None = None

    def own_hash(self) -> str:
        """Return the SHA-256 of the text as received, to be compared with `text_hash`."""
        return hashlib.sha256((self.text or "").encode()).hexdigest()
