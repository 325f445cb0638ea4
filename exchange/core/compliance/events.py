"""What happened in the compliance cycle; postings stand beside it as transfers."""

import msgspec

from exchange.core.event import Event
from exchange.core.rules import RuleRef
from exchange.core.types import (
    AccountId,
    AssetId,
    Day,
    ObligationId,
    ParticipantId,
    ReportId,
    SurrenderId,
)


class PeriodOpened(Event, frozen=True):
    """The figures of law are those in force on this day; what is owed is in units of the asset."""

    code: str
    kind: str
    asset_id: AssetId
    first_day: Day
    last_day: Day
    report_by: Day
    surrender_by: Day
    vintages: tuple[str, ...]
    offset_kinds: tuple[str, ...]
    offset_ppm: int
    document: str


class EntitiesListed(Event, frozen=True):
    """The entries follow as `ObligationChanged`."""

    period: str
    entries: int
    document: str


class ObligationChanged(Event, frozen=True):
    """All of an obligation as it is now."""

    obligation_id: ObligationId
    period: str
    entity: str
    participant_id: ParticipantId
    account_id: AccountId
    threshold: int
    listed: bool
    ground: str
    status: str
    report_id: ReportId
    due: int
    surrendered: int
    offset: int


class ReportSubmitted(Event, frozen=True):
    report_id: ReportId
    obligation_id: ObligationId
    participant_id: ParticipantId
    version: int
    quantity: int
    report_hash: bytes
    method: RuleRef
    trace_hash: bytes
    preparer_id: ParticipantId


class ReportReturned(Event, frozen=True):
    report_id: ReportId
    participant_id: ParticipantId
    findings_hash: bytes
    document: str


class ReportVerified(Event, frozen=True):
    """Objections are open until the end of a day."""

    report_id: ReportId
    participant_id: ParticipantId
    quantity: int
    findings_hash: bytes
    objections_until: Day
    document: str


class VerificationObjected(Event, frozen=True):
    report_id: ReportId
    participant_id: ParticipantId
    text_hash: bytes


class EmissionsEstimated(Event, frozen=True):
    obligation_id: ObligationId
    quantity: int
    grounds_hash: bytes
    document: str


class UnitsSurrendered(Event, frozen=True):
    """Units are given up for good; `offset` of them are offsets. The transfers follow."""

    surrender_id: SurrenderId
    obligation_id: ObligationId
    participant_id: ParticipantId
    quantity: int
    offset: int
    late: bool


class Determined(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an entity owed and surrendered by then; the difference is short."""

    obligation_id: ObligationId
    due: int
    surrendered: int


class PeriodDetermined(Event, frozen=True):
    code: str
    correct_by: Day
    document: str
    entries: tuple[Determined, ...]


class FineImposed(Event, frozen=True):
    """`multiple` and `price_fen` are 0 where the rules have the fine as an amount."""

    obligation_id: ObligationId
    shortfall: int
    multiple: int
    price_fen: int
    amount_fen: int
    rule: RuleRef
    document: str


ComplianceEvent = (
    PeriodOpened
    | EntitiesListed
    | ObligationChanged
    | ReportSubmitted
    | ReportReturned
    | ReportVerified
    | VerificationObjected
    | EmissionsEstimated
    | UnitsSurrendered
    | PeriodDetermined
    | FineImposed
)
