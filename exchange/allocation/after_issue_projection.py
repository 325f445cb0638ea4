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
from exchange.storage.projection import Gathered, Handler, Kept, Rows
from exchange.storage.writes import insert

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
_CLAIM_FIXED = {
    "participant_id": "bigint",
    "asset_id": "bigint",
    "account_id": "bigint",
    "plan_id": "bigint",
    "entity": "text",
    "quantity": "bigint",
    "pot": "text",
    "due_on": "integer",
    "opened_seq": "bigint",
}
_CLAIM_CHANGING = {"remaining": "bigint", "deduction_id": "bigint", "updated_seq": "bigint"}
_DEDUCTION_FIXED = {
    "participant_id": "bigint",
    "entity": "text",
    "asset_id": "bigint",
    "any_of_kind": "boolean",
    "quantity": "bigint",
    "ratio_ppm": "bigint",
    "ground": "text",
    "document": "text",
    "registered_seq": "bigint",
}
_DEDUCTION_CHANGING = {"remaining": "bigint", "series": "bigint", "updated_seq": "bigint"}
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


class AfterIssueProjection:
    """Tables `true_up_entries`, `claims`, `deductions` with its uses, `borrowings`, `closures`."""

    def __init__(self) -> None:
        self._rows = Gathered()
        self._claims = Kept("claims", {"claim_id": "bigint"}, _CLAIM_FIXED, _CLAIM_CHANGING)
        self._deductions = Kept(
            "deductions", {"deduction_id": "bigint"}, _DEDUCTION_FIXED, _DEDUCTION_CHANGING
        )

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
        self._claims.drain(self._rows)
        self._deductions.drain(self._rows)
        return self._rows.drain()

    def _on_trued_up(self, event: AllocationTruedUp, seq: int, _at_ns: int) -> None:
        for entry in event.entries:
            self._rows.add(TRUED_UP, (event.plan_id, *msgspec.structs.astuple(entry), seq))

    def _on_claim(self, event: ClaimOpened, seq: int, _at_ns: int) -> None:
        values = msgspec.structs.asdict(event)
        seen = {"opened_seq": seq, "updated_seq": seq}
        self._claims.make(values.pop("claim_id"), **values, **seen, remaining=event.quantity)

    def _on_collected(self, event: ClaimCollected, seq: int, _at_ns: int) -> None:
        self._claims.change(event.claim_id, remaining=event.left, updated_seq=seq)

    def _on_claim_deducted(self, event: ClaimDeducted, seq: int, _at_ns: int) -> None:
        deducted = {"remaining": event.quantity, "deduction_id": event.deduction_id}
        self._claims.change(event.claim_id, **deducted, updated_seq=seq)

    def _on_deduction(self, event: DeductionRegistered, seq: int, _at_ns: int) -> None:
        values = msgspec.structs.asdict(event)
        values["participant_id"] = values.pop("member_id")
        first = {"remaining": event.quantity, "series": 0, "updated_seq": seq}
        self._deductions.make(values.pop("deduction_id"), **values, registered_seq=seq, **first)

    def _on_applied(self, event: DeductionApplied, seq: int, _at_ns: int) -> None:
        left = {"remaining": event.left, "series": event.series}
        self._deductions.change(event.deduction_id, **left, updated_seq=seq)
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
