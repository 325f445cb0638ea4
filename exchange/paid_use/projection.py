"""Fee schedules, contracts and invoices as rows."""

from typing import Any

import msgspec

from exchange.core.event import Event
from exchange.core.paid_use.events import (
    ContractAccepted,
    ContractLapsed,
    ContractOffered,
    ContractRecalled,
    ContractRefunded,
    ContractResumed,
    ContractStarted,
    ContractSuspended,
    FeeScheduleEnded,
    FeeScheduleSet,
    InvoiceOverdue,
    InvoicePaid,
)
from exchange.core.paid_use.state import ContractStatus, InvoiceStatus
from exchange.core.rules import RuleRef
from exchange.storage.projection import Gathered, Handler, Kept, Rows

_SCHEDULE_FIXED = {
    "kind": "text",
    "place": "text",
    "price": "bigint",
    "valid_from": "integer",
    "document": "text",
    "set_seq": "bigint",
}
_SCHEDULE_CHANGING = {"valid_to": "integer", "ended_document": "text", "ended_seq": "bigint"}
_CONTRACT_FIXED = {
    "participant_id": "bigint",
    "asset_id": "bigint",
    "quantity": "bigint",
    "years": "integer",
    "place": "text",
    "pot": "text",
    "price": "bigint",
    "schedule_id": "bigint",
    "standard_rule": "text",
    "standard_version": "integer",
    "duties_rule": "text",
    "duties_version": "integer",
    "standard_fen": "bigint",
    "accept_until": "integer",
    "document": "text",
    "offered_seq": "bigint",
}
_CONTRACT_CHANGING = {
    "fee_fen": "bigint",
    "status": "text",
    "lot_id": "bigint",
    "valid_from": "integer",
    "valid_to": "integer",
    "suspended": "bigint",
    "missing": "bigint",
    "claim_fen": "bigint",
    "updated_seq": "bigint",
}
_CONTRACT_SUMS = {"returned": "bigint", "refunded_fen": "bigint"}
_INVOICE_FIXED = {
    "contract_id": "bigint",
    "participant_id": "bigint",
    "amount_fen": "bigint",
    "due": "integer",
}
_INVOICE_CHANGING = {
    "status": "text",
    "interest_ppm": "bigint",
    "cap_ppm": "bigint",
    "interest_fen": "bigint",
    "paid_on": "integer",
    "updated_seq": "bigint",
}


class PaidUseProjection:
    """Tables `fee_schedules`, `paid_use_contracts`, `paid_use_invoices`."""

    def __init__(self) -> None:
        self._schedules = Kept(
            "fee_schedules", {"schedule_id": "bigint"}, _SCHEDULE_FIXED, _SCHEDULE_CHANGING
        )
        self._contracts = Kept(
            "paid_use_contracts",
            {"contract_id": "bigint"},
            _CONTRACT_FIXED,
            _CONTRACT_CHANGING,
            **_CONTRACT_SUMS,
        )
        self._invoices = Kept(
            "paid_use_invoices", {"invoice_id": "bigint"}, _INVOICE_FIXED, _INVOICE_CHANGING
        )

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            FeeScheduleSet: self._on_set,
            FeeScheduleEnded: self._on_ended,
            ContractOffered: self._on_offered,
            ContractAccepted: self._on_accepted,
            ContractStarted: self._on_started,
            InvoicePaid: self._on_paid,
            InvoiceOverdue: self._on_overdue,
            ContractLapsed: self._on_lapsed,
            ContractSuspended: self._on_suspended,
            ContractResumed: self._on_resumed,
            ContractRecalled: self._on_recalled,
            ContractRefunded: self._on_refunded,
        }

    def drain(self) -> Rows:
        rows = Gathered()
        for table in (self._schedules, self._contracts, self._invoices):
            table.drain(rows)
        return rows.drain()

    def _on_set(self, event: FeeScheduleSet, seq: int, _at_ns: int) -> None:
        values = msgspec.structs.asdict(event)
        self._schedules.make(values.pop("schedule_id"), **values, set_seq=seq)

    def _on_ended(self, event: FeeScheduleEnded, seq: int, _at_ns: int) -> None:
        ended = {"ended_document": event.document, "ended_seq": seq}
        self._schedules.change(event.schedule_id, valid_to=event.valid_to, **ended)

    def _on_offered(self, event: ContractOffered, seq: int, _at_ns: int) -> None:
        values = msgspec.structs.asdict(event)
        self._contracts.make(
            values.pop("contract_id"),
            **{name: value for name, value in values.items() if name in _CONTRACT_FIXED},
            **_cited("standard", event.standard),
            **_cited("duties", event.duties),
            **dict.fromkeys((*_CONTRACT_CHANGING, *_CONTRACT_SUMS), 0)
            | {"fee_fen": event.fee_fen, "status": ContractStatus.OFFERED, "updated_seq": seq},
            offered_seq=seq,
        )

    def _contract(self, contract_id: int, status: ContractStatus, seq: int, **values: Any) -> None:
        self._contracts.change(contract_id, status=status, updated_seq=seq, **values)

    def _invoice(self, invoice_id: int, status: InvoiceStatus, seq: int, **values: Any) -> None:
        self._invoices.change(invoice_id, status=status, updated_seq=seq, **values)

    def _on_accepted(self, event: ContractAccepted, seq: int, _at_ns: int) -> None:
        self._contract(event.contract_id, ContractStatus.ACCEPTED, seq, fee_fen=event.fee_fen)
        for drawn in event.invoices:
            self._invoices.make(
                drawn.invoice_id,
                contract_id=event.contract_id,
                participant_id=event.participant_id,
                amount_fen=drawn.amount_fen,
                due=drawn.due,
                status=InvoiceStatus.OPEN,
                interest_ppm=0,
                cap_ppm=0,
                interest_fen=0,
                updated_seq=seq,
            )

    def _on_started(self, event: ContractStarted, seq: int, _at_ns: int) -> None:
        values = msgspec.structs.asdict(event)
        self._contract(values.pop("contract_id"), ContractStatus.ACTIVE, seq, **values)

    def _on_paid(self, event: InvoicePaid, seq: int, _at_ns: int) -> None:
        paid = {"interest_fen": event.interest_fen, "paid_on": event.paid_on}
        self._invoice(event.invoice_id, InvoiceStatus.PAID, seq, **paid)

    def _on_overdue(self, event: InvoiceOverdue, seq: int, _at_ns: int) -> None:
        figures = {"interest_ppm": event.interest_ppm, "cap_ppm": event.cap_ppm}
        self._invoice(event.invoice_id, InvoiceStatus.OVERDUE, seq, **figures)

    def _on_lapsed(self, event: ContractLapsed, seq: int, _at_ns: int) -> None:
        self._contract(event.contract_id, ContractStatus.LAPSED, seq)
        for invoice_id in event.cancelled:
            self._invoice(invoice_id, InvoiceStatus.CANCELLED, seq)

    def _on_suspended(self, event: ContractSuspended, seq: int, _at_ns: int) -> None:
        suspended = event.quantity
        self._contract(event.contract_id, ContractStatus.SUSPENDED, seq, suspended=suspended)

    def _on_resumed(self, event: ContractResumed, seq: int, _at_ns: int) -> None:
        self._contract(event.contract_id, ContractStatus.ACTIVE, seq, suspended=0)

    def _on_recalled(self, event: ContractRecalled, seq: int, _at_ns: int) -> None:
        self._contract(
            event.contract_id,
            ContractStatus.RECALLED,
            seq,
            suspended=0,
            returned=event.quantity,
            missing=event.missing,
            claim_fen=event.claim_fen,
        )
        for invoice_id in event.cancelled:
            self._invoice(invoice_id, InvoiceStatus.CANCELLED, seq)

    def _on_refunded(self, event: ContractRefunded, seq: int, _at_ns: int) -> None:
        status = ContractStatus.ACTIVE if event.left else ContractStatus.RETURNED
        sums = {"returned": event.quantity, "refunded_fen": event.refund_fen}
        self._contract(event.contract_id, status, seq, **sums)


def _cited(name: str, rule: RuleRef | None) -> dict[str, Any]:
    return {
        f"{name}_rule": "" if rule is None else rule.rule_id,
        f"{name}_version": 0 if rule is None else rule.version,
    }
