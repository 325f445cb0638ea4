"""The compliance cycle as rows: what is owed as it is, everything else as it happened."""

from exchange.core.compliance.events import (
    EmissionsEstimated,
    FineImposed,
    ObligationChanged,
    PeriodDetermined,
    PeriodOpened,
    ReportReturned,
    ReportSubmitted,
    ReportVerified,
    UnitsSurrendered,
    VerificationObjected,
)
from exchange.core.event import Event
from exchange.storage.projection import Gathered, Handler, Kept, Rows
from exchange.storage.writes import insert, upsert

_PERIOD_FIXED = {
    "kind": "text",
    "asset_id": "bigint",
    "first_day": "integer",
    "last_day": "integer",
    "report_by": "integer",
    "surrender_by": "integer",
    "vintages": "text",
    "offset_kinds": "text",
    "offset_ppm": "bigint",
    "document": "text",
    "opened_seq": "bigint",
}
_PERIOD_CHANGING = {"correct_by": "integer", "determination": "text", "determined_seq": "bigint"}
OBLIGATIONS = upsert(
    "obligations",
    "(ledger, obligation_id) DO UPDATE SET threshold = excluded.threshold,"
    " listed = excluded.listed, ground = excluded.ground, status = excluded.status,"
    " report_id = excluded.report_id, due = excluded.due, surrendered = excluded.surrendered,"
    " offset_quantity = excluded.offset_quantity, updated_seq = excluded.updated_seq",
    obligation_id="bigint",
    period="text",
    entity="text",
    participant_id="bigint",
    account_id="bigint",
    threshold="bigint",
    listed="boolean",
    ground="text",
    status="text",
    report_id="bigint",
    due="bigint",
    surrendered="bigint",
    offset_quantity="bigint",
    updated_seq="bigint",
)
SUBMITTED = insert(
    "emission_reports",
    report_id="bigint",
    obligation_id="bigint",
    participant_id="bigint",
    version="integer",
    quantity="bigint",
    report_hash="bytea",
    method_id="text",
    method_version="integer",
    trace_hash="bytea",
    preparer_id="bigint",
    seq="bigint",
    at_ns="bigint",
)
FINDINGS = insert(
    "findings",
    seq="bigint",
    obligation_id="bigint",
    report_id="bigint",
    kind="text",
    participant_id="bigint",
    quantity="bigint",
    text_hash="bytea",
    objections_until="integer",
    document="text",
    at_ns="bigint",
)
SURRENDERED = insert(
    "surrenders",
    surrender_id="bigint",
    obligation_id="bigint",
    participant_id="bigint",
    quantity="bigint",
    offset_quantity="bigint",
    late="boolean",
    seq="bigint",
    at_ns="bigint",
)
DETERMINATIONS = insert(
    "determinations",
    obligation_id="bigint",
    due="bigint",
    surrendered="bigint",
    shortfall="bigint",
    seq="bigint",
)
FINED = insert(
    "fines",
    obligation_id="bigint",
    shortfall="bigint",
    multiple="integer",
    price_fen="bigint",
    amount_fen="bigint",
    rule_id="text",
    rule_version="integer",
    document="text",
    seq="bigint",
    at_ns="bigint",
)


class ComplianceProjection:
    """Tables `compliance_periods`, `obligations` and all that only grows beside them."""

    def __init__(self) -> None:
        self._rows = Gathered()
        self._periods = Kept(
            "compliance_periods", {"code": "text"}, _PERIOD_FIXED, _PERIOD_CHANGING
        )
        self._changed: dict[int, tuple[object, ...]] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            PeriodOpened: self._on_opened,
            ObligationChanged: self._on_changed,
            ReportSubmitted: self._on_submitted,
            ReportReturned: self._on_returned,
            ReportVerified: self._on_verified,
            VerificationObjected: self._on_objected,
            EmissionsEstimated: self._on_estimated,
            UnitsSurrendered: self._on_surrendered,
            PeriodDetermined: self._on_determined,
            FineImposed: self._on_fined,
        }

    def drain(self) -> Rows:
        self._periods.drain(self._rows)
        for row in self._changed.values():
            self._rows.add(OBLIGATIONS, row)
        self._changed = {}
        return self._rows.drain()

    def _on_opened(self, event: PeriodOpened, seq: int, _at_ns: int) -> None:
        self._periods.make(
            event.code,
            kind=event.kind,
            asset_id=event.asset_id,
            first_day=event.first_day,
            last_day=event.last_day,
            report_by=event.report_by,
            surrender_by=event.surrender_by,
            vintages=" ".join(event.vintages),
            offset_kinds=" ".join(event.offset_kinds),
            offset_ppm=event.offset_ppm,
            document=event.document,
            opened_seq=seq,
        )

    def _on_changed(self, event: ObligationChanged, seq: int, _at_ns: int) -> None:
        self._changed[event.obligation_id] = (
            event.obligation_id,
            event.period,
            event.entity,
            event.participant_id,
            event.account_id,
            event.threshold,
            event.listed,
            event.ground,
            event.status,
            event.report_id,
            event.due,
            event.surrendered,
            event.offset,
            seq,
        )

    def _on_submitted(self, event: ReportSubmitted, seq: int, at_ns: int) -> None:
        row = (
            event.report_id,
            event.obligation_id,
            event.participant_id,
            event.version,
            event.quantity,
            event.report_hash,
            event.method.rule_id,
            event.method.version,
            event.trace_hash,
            event.preparer_id,
            seq,
            at_ns,
        )
        self._rows.add(SUBMITTED, row)

    def _on_returned(self, event: ReportReturned, seq: int, at_ns: int) -> None:
        about = (seq, 0, event.report_id, "returned", event.participant_id, None)
        self._rows.add(FINDINGS, (*about, event.findings_hash, None, event.document, at_ns))

    def _on_verified(self, event: ReportVerified, seq: int, at_ns: int) -> None:
        about = (seq, 0, event.report_id, "verified", event.participant_id, event.quantity)
        until = event.objections_until
        self._rows.add(FINDINGS, (*about, event.findings_hash, until, event.document, at_ns))

    def _on_objected(self, event: VerificationObjected, seq: int, at_ns: int) -> None:
        about = (seq, 0, event.report_id, "objected", event.participant_id, None)
        self._rows.add(FINDINGS, (*about, event.text_hash, None, "", at_ns))

    def _on_estimated(self, event: EmissionsEstimated, seq: int, at_ns: int) -> None:
        about = (seq, event.obligation_id, 0, "estimated", 0, event.quantity)
        self._rows.add(FINDINGS, (*about, event.grounds_hash, None, event.document, at_ns))

    def _on_surrendered(self, event: UnitsSurrendered, seq: int, at_ns: int) -> None:
        row = (
            event.surrender_id,
            event.obligation_id,
            event.participant_id,
            event.quantity,
            event.offset,
            event.late,
            seq,
            at_ns,
        )
        self._rows.add(SURRENDERED, row)

    def _on_determined(self, event: PeriodDetermined, seq: int, _at_ns: int) -> None:
        determined = {"correct_by": event.correct_by, "determination": event.document}
        self._periods.change(event.code, **determined, determined_seq=seq)
        for entry in event.entries:
            short = max(0, entry.due - entry.surrendered)
            row = (entry.obligation_id, entry.due, entry.surrendered, short, seq)
            self._rows.add(DETERMINATIONS, row)

    def _on_fined(self, event: FineImposed, seq: int, at_ns: int) -> None:
        row = (
            event.obligation_id,
            event.shortfall,
            event.multiple,
            event.price_fen,
            event.amount_fen,
            event.rule.rule_id,
            event.rule.version,
            event.document,
            seq,
            at_ns,
        )
        self._rows.add(FINED, row)
