"""Answers about the compliance cycle, and what is sent in it."""

import hashlib
from datetime import date
from decimal import Decimal

import msgspec

from steppe.amounts import Amount, decimal_text
from steppe.models.answer import Instant, Model, Receipt


class ListedEntity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entity that owes in a period or, `listed` false, does no longer."""

    entity: str
    participant_id: str
    threshold: Amount
    ground: str
    listed: bool = True

    def form(self) -> dict[str, object]:
        """Return the entry as the venue reads it."""
        return {
            "entity": self.entity,
            "participant_id": self.participant_id,
            "threshold": decimal_text(self.threshold),
            "listed": self.listed,
            "ground": self.ground,
        }


class ReportSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One source of a report: activity times factor."""

    name: str
    kind: str
    activity: Amount
    activity_unit: str
    factor: Amount
    factor_unit: str

    def form(self) -> dict[str, str]:
        """Return the source as the venue reads it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "activity": decimal_text(self.activity),
            "activity_unit": self.activity_unit,
            "factor": decimal_text(self.factor),
            "factor_unit": self.factor_unit,
        }


class Attachment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document by its SHA-256; text sent along has to match."""

    name: str
    sha256: str
    content: str | None = None

    def form(self) -> dict[str, str | None]:
        """Return the attachment as the venue reads it."""
        return {"name": self.name, "sha256": self.sha256, "content": self.content}


class SurrenderItem(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So much of one lot."""

    lot_id: str
    quantity: Amount

    def form(self) -> dict[str, str]:
        """Return the item as the venue reads it."""
        return {"lot_id": self.lot_id, "quantity": decimal_text(self.quantity)}


class CompliancePeriod(Model, frozen=True, kw_only=True):
    """A period, the figures of law it was opened with, and whether it was determined."""

    period_id: str
    ledger: str
    code: str
    kind: str
    asset: str
    unit: str
    first_day: date
    last_day: date
    report_by: date
    surrender_by: date
    vintages: tuple[str, ...]
    offset_kinds: tuple[str, ...]
    offset_max: Decimal
    document: str
    sequence: int
    determination: str | None = None
    correct_by: date | None = None
    determined_sequence: int | None = None


class EntitiesReceipt(Receipt, frozen=True, kw_only=True):
    """A list was published; the obligations are in the order of its entries."""

    period_id: str
    obligation_ids: tuple[str, ...]


class Obligation(Model, frozen=True, kw_only=True):
    """What an entity owes in a period, and what it has surrendered."""

    obligation_id: str
    period_id: str
    entity: str
    participant_id: str
    account_id: str
    threshold: Decimal
    listed: bool
    ground: str
    status: str
    report_id: str | None = None
    due: Decimal
    surrendered: Decimal
    offset: Decimal
    missing: Decimal
    shortfall: Decimal | None = None
    sequence: int


class ReportReceipt(Receipt, frozen=True, kw_only=True):
    """A report was submitted; the hashes are of its content and of its traces, one a line."""

    report_id: str
    obligation_id: str
    version: int
    quantity: Decimal
    report_hash: str
    trace_hash: str


class FindingReceipt(Receipt, frozen=True, kw_only=True):
    """A report was returned, verified or objected to."""

    report_id: str
    kind: str
    text_hash: str
    quantity: Decimal | None = None
    objections_until: date | None = None


class Finding(Model, frozen=True, kw_only=True):
    """What somebody found of a report."""

    kind: str
    participant_id: str
    quantity: Decimal | None = None
    text: str | None = None
    text_hash: str
    objections_until: date | None = None
    document: str
    sequence: int
    at: Instant


class EmissionReport(Model, frozen=True, kw_only=True):
    """A version of a report."""

    report_id: str
    obligation_id: str
    period_id: str
    entity: str
    participant_id: str
    version: int
    status: str
    quantity: Decimal
    report_hash: str
    trace_hash: str
    method_id: str
    method_version: int
    prepared_by: str | None = None
    sequence: int
    submitted_at: Instant


class EmissionReportContent(EmissionReport, frozen=True, kw_only=True):
    """A report with its content as JSON text and what was found of it."""

    content: str | None = None
    findings: tuple[Finding, ...] = ()

    def own_hash(self) -> str:
        """Return the SHA-256 of the content as received, to be compared with `report_hash`."""
        return hashlib.sha256((self.content or "").encode()).hexdigest()


class Surrender(Model, frozen=True, kw_only=True):
    """Units given up for good; `accepted_at` is the time of filing."""

    surrender_id: str
    obligation_id: str
    participant_id: str
    quantity: Decimal
    offset: Decimal
    late: bool
    sequence: int
    accepted_at: Instant


class ProposedItem(Model, frozen=True, kw_only=True):
    """A lot that is proposed to be surrendered."""

    lot_id: str
    asset: str
    vintage: str
    quantity: Decimal
    price: Decimal | None = None

    def item(self) -> SurrenderItem:
        """Return what to send to surrender it."""
        return SurrenderItem(lot_id=self.lot_id, quantity=self.quantity)


class Portfolio(Model, frozen=True, kw_only=True):
    """The cheapest lots that meet what is owed, and what is missing after them."""

    obligation_id: str
    due: Decimal
    surrendered: Decimal
    offset_max: Decimal
    items: tuple[ProposedItem, ...]
    quantity: Decimal
    offset: Decimal
    value: Decimal
    missing: Decimal
    missing_price: Decimal | None = None
    missing_value: Decimal | None = None


class Fine(Model, frozen=True, kw_only=True):
    """A fine and the rule that decided it; amounts in yuan."""

    obligation_id: str
    period_id: str
    entity: str
    participant_id: str
    shortfall: Decimal
    multiple: int
    average_price: Decimal
    amount: Decimal
    rule_id: str
    rule_version: int
    document: str
    sequence: int
    imposed_at: Instant


class Disclosure(Model, frozen=True, kw_only=True):
    """What is public of an entity in a period."""

    entity: str
    participant_id: str
    listed: bool
    allocated: Decimal
    due: Decimal | None = None
    surrendered: Decimal
    status: str
    shortfall: Decimal | None = None
    fine: Decimal | None = None
