"""Periods, who owes in them, and the reports on which that rests."""

from dataclasses import dataclass, field
from enum import StrEnum

from exchange.core.types import (
    AccountId,
    AssetId,
    Day,
    ObligationId,
    ParticipantId,
    ReportId,
)


class Standing(StrEnum):
    """How far the figure of an entity is."""

    LISTED = "listed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VERIFIED = "verified"
    OBJECTED = "objected"
    ESTIMATED = "estimated"


@dataclass(slots=True)
class Period:
    """A period and the figures of law it was opened with. `determined` is when it ended."""

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
    determined: bool = False
    correct_by: Day = field(default=Day(0))


@dataclass(slots=True)
class Obligation:
    """What an entity owes in a period; how much is on its account.

    `shortfall` is what was short when the period was determined.
    """

    obligation_id: ObligationId
    period: str
    entity: str
    participant_id: ParticipantId
    account_id: AccountId
    threshold: int
    listed: bool
    ground: str
    standing: Standing = Standing.LISTED
    report_id: ReportId = field(default=ReportId(0))
    surrendered: int = 0
    offset: int = 0
    shortfall: int = 0
    fined: bool = False


@dataclass(slots=True)
class Report:
    """A version of a report, as far as later steps ask about it."""

    report_id: ReportId
    obligation_id: ObligationId
    version: int
    preparer_id: ParticipantId
    verifier_id: ParticipantId = field(default=ParticipantId(0))
    objections_until: Day = field(default=Day(0))
    objected: bool = False


@dataclass(slots=True)
class ComplianceState:
    periods: dict[str, Period] = field(default_factory=dict)
    obligations: dict[ObligationId, Obligation] = field(default_factory=dict)
    reports: dict[ReportId, Report] = field(default_factory=dict)
    by_entity: dict[tuple[str, str], ObligationId] = field(default_factory=dict)
    last_surrender: int = 0
