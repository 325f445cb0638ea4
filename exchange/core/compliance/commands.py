"""Commands of the compliance cycle.

Hashes are SHA-256 of texts in UTF-8 that are kept elsewhere; quantities are in the smallest unit of
the period's asset.
"""

import msgspec

from exchange.core.command import Command
from exchange.core.rules import RuleRef
from exchange.core.types import Day, LotId, ObligationId, ParticipantId, ReportId


class OpenPeriod(Command, frozen=True):
    """Open a compliance period of a kind of asset; its figures of law are pinned. Two people."""

    code: str
    kind: str
    first_day: Day
    last_day: Day
    report_by: Day
    surrender_by: Day
    document: str


class ListedEntity(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entity that owes in a period or (`listed` false) does no longer, and on what ground.

    `threshold` is the figure for which it is listed.
    """

    entity: str
    participant_id: ParticipantId
    threshold: int
    listed: bool
    ground: str


class ListEntities(Command, frozen=True):
    """Publish who owes in a period, or a change of that list."""

    period: str
    entries: tuple[ListedEntity, ...]
    document: str


class SubmitReport(Command, frozen=True):
    """Report a quantity for an entity: the first time, after a return, or as a correction.

    `preparer_id` is the service that prepared the report, 0 the entity itself.
    """

    participant_id: ParticipantId
    obligation_id: ObligationId
    quantity: int
    report_hash: bytes
    method: RuleRef
    trace_hash: bytes
    preparer_id: ParticipantId


class ReturnReport(Command, frozen=True):
    """Send a report back with findings, as its verifier or the regulator."""

    participant_id: ParticipantId
    report_id: ReportId
    findings_hash: bytes
    document: str


class VerifyReport(Command, frozen=True):
    """Verify a report, or verify it again after an objection; the figure becomes what is owed."""

    participant_id: ParticipantId
    report_id: ReportId
    quantity: int
    findings_hash: bytes
    document: str


class ObjectVerification(Command, frozen=True):
    """Object to the verification of one's own report, once and in time."""

    participant_id: ParticipantId
    report_id: ReportId
    text_hash: bytes


class EstimateConservatively(Command, frozen=True):
    """Say what an entity owes that reported nothing by the deadline. Takes two people."""

    obligation_id: ObligationId
    quantity: int
    grounds_hash: bytes
    document: str


class SurrenderItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """So much of one lot."""

    lot_id: LotId
    quantity: int


class SurrenderUnits(Command, frozen=True):
    """Give up units for good against what an entity owes. Takes two people of the enterprise."""

    participant_id: ParticipantId
    obligation_id: ObligationId
    items: tuple[SurrenderItem, ...]


class DeterminePeriod(Command, frozen=True):
    """Determine after the deadline who is short by how much. Takes two people.

    Until the end of `correct_by` what is short may still be surrendered.
    """

    period: str
    correct_by: Day
    document: str


class ImposeFine(Command, frozen=True):
    """Fine an entity that is short. Takes two people.

    Where the rules have it as a multiple: `multiple` of what is short at `price_fen` a unit; where
    they have it as an amount: `amount_fen`. The other figures are 0.
    """

    obligation_id: ObligationId
    multiple: int
    price_fen: int
    amount_fen: int
    document: str


ComplianceCommand = (
    OpenPeriod
    | ListEntities
    | SubmitReport
    | ReturnReport
    | VerifyReport
    | ObjectVerification
    | EstimateConservatively
    | SurrenderUnits
    | DeterminePeriod
    | ImposeFine
)
