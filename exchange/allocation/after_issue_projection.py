"""True-ups, claims, deductions, closures and borrowing as rows."""

import msgspec

from exchange.core.after_issue.events import (
    AllocationTruedUp,
    AllowancesBorrowed,
    ClaimCollected,
    ClaimDeducted,
    ClaimOpened,
    DeductionApplied,
    DeductionRegistered,
    EntityClosed,
)
from exchange.core.event import Event
from exchange.storage.projection import Gathered, Handler, Rows
from exchange.storage.writes import insert, update

TRUED_UP = insert(
    "true_up_entries",
    plan_id="bigint",
    entity="text",
    participant_id="bigint",
    place="text",
    before="bigint",
    final="bigint",
    issued="bigint",
    lot_id="bigint",
    taken="bigint",
    claimed="bigint",
    seq="bigint",
)
CLAIMS_NEW = insert(
    "claims",
    claim_id="bigint",
    participant_id="bigint",
    asset_id="bigint",
    account_id="bigint",
    plan_id="bigint",
    entity="text",
    quantity="bigint",
    pot="text",
    due_on="integer",
    opened_seq="bigint",
    remaining="bigint",
    deduction_id="bigint",
    updated_seq="bigint",
)
CLAIMS_CHANGED = update(
    "claims",
    ("claim_id",),
    "remaining = u.remaining, deduction_id = u.deduction_id, updated_seq = u.updated_seq",
    claim_id="bigint",
    remaining="bigint",
    deduction_id="bigint",
    updated_seq="bigint",
)
DEDUCTIONS_NEW = insert(
    "deductions",
    deduction_id="bigint",
    participant_id="bigint",
    entity="text",
    asset_id="bigint",
    any_of_kind="boolean",
    quantity="bigint",
    ratio_ppm="bigint",
    ground="text",
    document="text",
    registered_seq="bigint",
    remaining="bigint",
    series="bigint",
    updated_seq="bigint",
)
DEDUCTIONS_CHANGED = update(
    "deductions",
    ("deduction_id",),
    "remaining = u.remaining, series = u.series, updated_seq = u.updated_seq",
    deduction_id="bigint",
    remaining="bigint",
    series="bigint",
    updated_seq="bigint",
)
USES = insert(
    "deduction_uses",
    seq="bigint",
    deduction_id="bigint",
    entity="text",
    plan_id="bigint",
    quantity="bigint",
)
BORROWED = insert(
    "borrowings",
    deduction_id="bigint",
    participant_id="bigint",
    entity="text",
    asset_id="bigint",
    account_id="bigint",
    lot_id="bigint",
    quantity="bigint",
    most="bigint",
    due="bigint",
    allocated="bigint",
    rule_id="text",
    rule_version="integer",
    document="text",
    seq="bigint",
)
CLOSED = insert(
    "closures",
    plan_id="bigint",
    entity="text",
    participant_id="bigint",
    asset_id="bigint",
    closed_on="integer",
    months_run="integer",
    before="bigint",
    kept="bigint",
    taken="bigint",
    claimed="bigint",
    pot="text",
    rule_id="text",
    rule_version="integer",
    document="text",
    seq="bigint",
)

Row = tuple[object, ...]


class AfterIssueProjection:
    """Tables `true_up_entries`, `claims`, `deductions` with its uses, `borrowings`, `closures`."""

    def __init__(self) -> None:
        self._rows = Gathered()
        self._claims: dict[int, Row] = {}
        self._claims_changed: dict[int, Row] = {}
        self._deductions: dict[int, Row] = {}
        self._deductions_changed: dict[int, Row] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            AllocationTruedUp: self._on_trued_up,
            ClaimOpened: self._on_claim,
            ClaimCollected: self._on_collected,
            ClaimDeducted: self._on_claim_deducted,
            DeductionRegistered: self._on_deduction,
            DeductionApplied: self._on_applied,
            AllowancesBorrowed: self._on_borrowed,
            EntityClosed: self._on_closed,
        }

    def drain(self) -> Rows:
        for number, row in self._claims.items():
            self._rows.add(CLAIMS_NEW, (*row, *self._claims_changed.pop(number)))
        for number, change in self._claims_changed.items():
            self._rows.add(CLAIMS_CHANGED, (number, *change))
        for number, row in self._deductions.items():
            self._rows.add(DEDUCTIONS_NEW, (*row, *self._deductions_changed.pop(number)))
        for number, change in self._deductions_changed.items():
            self._rows.add(DEDUCTIONS_CHANGED, (number, *change))
        self._claims, self._claims_changed = {}, {}
        self._deductions, self._deductions_changed = {}, {}
        return self._rows.drain()

    def _on_trued_up(self, event: AllocationTruedUp, seq: int, _at_ns: int) -> None:
        for entry in event.entries:
            self._rows.add(TRUED_UP, (event.plan_id, *msgspec.structs.astuple(entry), seq))

    def _on_claim(self, event: ClaimOpened, seq: int, _at_ns: int) -> None:
        self._claims[event.claim_id] = (*msgspec.structs.astuple(event), seq)
        self._claims_changed[event.claim_id] = (event.quantity, None, seq)

    def _on_collected(self, event: ClaimCollected, seq: int, _at_ns: int) -> None:
        self._claims_changed[event.claim_id] = (event.left, None, seq)

    def _on_claim_deducted(self, event: ClaimDeducted, seq: int, _at_ns: int) -> None:
        self._claims_changed[event.claim_id] = (event.quantity, event.deduction_id, seq)

    def _on_deduction(self, event: DeductionRegistered, seq: int, _at_ns: int) -> None:
        self._deductions[event.deduction_id] = (*msgspec.structs.astuple(event), seq)
        self._deductions_changed[event.deduction_id] = (event.quantity, 0, seq)

    def _on_applied(self, event: DeductionApplied, seq: int, _at_ns: int) -> None:
        change = (event.left, event.series, seq)
        self._deductions_changed[event.deduction_id] = change
        row = (seq, event.deduction_id, event.entity, event.plan_id, event.quantity)
        self._rows.add(USES, row)

    def _on_borrowed(self, event: AllowancesBorrowed, seq: int, _at_ns: int) -> None:
        row = (
            event.deduction_id,
            event.member_id,
            event.entity,
            event.asset_id,
            event.account_id,
            event.lot_id,
            event.quantity,
            event.most,
            event.due,
            event.allocated,
            event.rule.rule_id,
            event.rule.version,
            event.document,
            seq,
        )
        self._rows.add(BORROWED, row)

    def _on_closed(self, event: EntityClosed, seq: int, _at_ns: int) -> None:
        *facts, rule, document = msgspec.structs.astuple(event)
        self._rows.add(CLOSED, (*facts, rule.rule_id, rule.version, document, seq))
