"""Verification: by somebody who did not prepare the report, with one objection in time.

Invariants: who verifies neither owns nor prepared the report, and does not verify again what was
objected to; an objection is followed by a verification before the period is determined.
Rule: `compliance.verifier_independence`, `compliance.objection_days`.
"""

from exchange.core.compliance import duty
from exchange.core.compliance.commands import ObjectVerification, ReturnReport, VerifyReport
from exchange.core.compliance.events import (
    ReportReturned,
    ReportVerified,
    VerificationObjected,
)
from exchange.core.compliance.state import Obligation, Report, Standing
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import day_text
from exchange.core.state import State
from exchange.core.types import ParticipantId, ReportId

OBJECTION_DAYS = 7
"""For a ledger whose rulebook does not say."""


def _standing(state: State, report_id: ReportId) -> tuple[Obligation, Report] | Refusal:
    """Return the report that counts for its entity, or why this one is not."""
    report = state.compliance.reports.get(report_id)
    if report is None:
        return state.refuse(RejectReason.REPORT_UNKNOWN)
    obligation = state.compliance.obligations[report.obligation_id]
    if obligation.report_id != report_id:
        return state.refuse(RejectReason.REPORT_SUPERSEDED, report=f"y{obligation.report_id}")
    if duty.period_of(state, obligation).determined:
        return state.refuse(RejectReason.PERIOD_DETERMINED)
    return obligation, report


def _independent(obligation: Obligation, report: Report, verifier_id: ParticipantId) -> bool:
    return verifier_id not in (
        obligation.participant_id,
        report.preparer_id,
        report.verifier_id,
    )


def _refuse_verifier(
    state: State, command: ReturnReport | VerifyReport, waiting: tuple[Standing, ...]
) -> Refusal | None:
    found = _standing(state, command.report_id)
    if isinstance(found, Refusal):
        return found
    obligation, report = found
    if not obligation.listed:
        return state.refuse(RejectReason.ENTITY_NOT_LISTED, entity=obligation.entity)
    if obligation.standing not in waiting:
        return state.refuse(RejectReason.REPORT_NOT_PENDING, status=str(obligation.standing))
    if not _independent(obligation, report, command.participant_id):
        return state.refuse(RejectReason.VERIFIER_CONFLICT)
    return None


def refuse_return(state: State, command: ReturnReport) -> Refusal | None:
    return _refuse_verifier(state, command, (Standing.SUBMITTED,))


def send_back(state: State, command: ReturnReport) -> list[AnyEvent]:
    """Emits: ReportReturned, ObligationChanged."""
    report = state.compliance.reports[command.report_id]
    obligation = state.compliance.obligations[report.obligation_id]
    obligation.standing = Standing.RETURNED
    returned = ReportReturned(
        command.report_id, command.participant_id, command.findings_hash, command.document
    )
    return [returned, duty.told(state, obligation)]


def refuse_verify(state: State, command: VerifyReport) -> Refusal | None:
    waiting = (Standing.SUBMITTED, Standing.OBJECTED)
    refusal = _refuse_verifier(state, command, waiting)
    return refusal or duty.refuse_quantity(state, command.quantity)


def verify(state: State, command: VerifyReport) -> list[AnyEvent]:
    """Emits: ReportVerified, TransferPosted for what is owed more or less, ObligationChanged."""
    report = state.compliance.reports[command.report_id]
    obligation = state.compliance.obligations[report.obligation_id]
    days = state.rules.integer("compliance.objection_days", OBJECTION_DAYS)
    report.verifier_id = command.participant_id
    report.objections_until = state.calendar.trading_day_after(state.today, days)
    verified = ReportVerified(
        command.report_id,
        command.participant_id,
        command.quantity,
        command.findings_hash,
        report.objections_until,
        command.document,
    )
    terms = (command.quantity, Standing.VERIFIED, command.document)
    return [verified, *duty.owe(state, obligation, *terms)]


def refuse_object(state: State, command: ObjectVerification) -> Refusal | None:
    found = _standing(state, command.report_id)
    if isinstance(found, Refusal):
        return found
    obligation, report = found
    if obligation.participant_id != command.participant_id:
        return state.refuse(RejectReason.REPORT_UNKNOWN)
    if obligation.standing is not Standing.VERIFIED:
        return state.refuse(RejectReason.REPORT_NOT_PENDING, status=str(obligation.standing))
    if report.objected:
        return state.refuse(RejectReason.VERIFICATION_FINAL)
    if state.today > report.objections_until:
        return state.refuse(
            RejectReason.VERIFICATION_FINAL,
            deadline=day_text(report.objections_until),
            today=day_text(state.today),
        )
    return None


def object_to(state: State, command: ObjectVerification) -> list[AnyEvent]:
    """Emits: VerificationObjected, ObligationChanged."""
    report = state.compliance.reports[command.report_id]
    obligation = state.compliance.obligations[report.obligation_id]
    report.objected = True
    obligation.standing = Standing.OBJECTED
    objected = VerificationObjected(command.report_id, command.participant_id, command.text_hash)
    return [objected, duty.told(state, obligation)]
