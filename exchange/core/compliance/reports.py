"""Reports of what was emitted or used: submitted, and estimated where nothing was.

Invariants: an entity has one report at a time that counts, its newest version; a version waits for
its verification before the next comes. What a verified report makes an entity owe is changed only
by a later verification.
"""

from exchange.core.compliance import duty
from exchange.core.compliance.commands import EstimateConservatively, SubmitReport
from exchange.core.compliance.events import EmissionsEstimated, ReportSubmitted
from exchange.core.compliance.state import Obligation, Period, Report, Standing
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import day_text
from exchange.core.state import State
from exchange.core.types import ReportId
from exchange.core.units import format_decimal


def refuse_submit(state: State, command: SubmitReport) -> Refusal | None:
    obligation = duty.own(state, command.participant_id, command.obligation_id)
    if isinstance(obligation, Refusal):
        return obligation
    refusal = _refuse_now(state, obligation)
    if refusal is not None:
        return refusal
    if state.rules.version(command.method) is None:
        return state.refuse(RejectReason.RULE_MISSING, rule=command.method.rule_id)
    return duty.refuse_quantity(state, command.quantity)


def _refuse_now(state: State, obligation: Obligation) -> Refusal | None:
    """Check that a version of this entity's report may come now."""
    period = duty.period_of(state, obligation)
    if not obligation.listed:
        return state.refuse(RejectReason.ENTITY_NOT_LISTED, entity=obligation.entity)
    if period.determined:
        return state.refuse(RejectReason.PERIOD_DETERMINED)
    if obligation.standing in (Standing.SUBMITTED, Standing.OBJECTED):
        return state.refuse(RejectReason.REPORT_PENDING, report=f"y{obligation.report_id}")
    if not obligation.report_id and state.today > period.report_by:
        return _deadline(state, RejectReason.REPORT_DEADLINE_PASSED, period)
    return None


def _deadline(state: State, reason: RejectReason, period: Period) -> Refusal:
    return state.refuse(reason, deadline=day_text(period.report_by), today=day_text(state.today))


def submit(state: State, command: SubmitReport) -> list[AnyEvent]:
    """Emits: ReportSubmitted, ObligationChanged."""
    obligation = state.compliance.obligations[command.obligation_id]
    before = state.compliance.reports.get(obligation.report_id)
    report = Report(
        ReportId(len(state.compliance.reports) + 1),
        obligation.obligation_id,
        1 if before is None else before.version + 1,
        command.preparer_id,
    )
    state.compliance.reports[report.report_id] = report
    obligation.report_id = report.report_id
    obligation.standing = Standing.SUBMITTED
    submitted = ReportSubmitted(
        report.report_id,
        report.obligation_id,
        command.participant_id,
        report.version,
        command.quantity,
        command.report_hash,
        command.method,
        command.trace_hash,
        report.preparer_id,
    )
    return [submitted, duty.told(state, obligation)]


def refuse_estimate(state: State, command: EstimateConservatively) -> Refusal | None:
    obligation = state.compliance.obligations.get(command.obligation_id)
    if obligation is None:
        return state.refuse(RejectReason.OBLIGATION_UNKNOWN)
    period = duty.period_of(state, obligation)
    if not obligation.listed:
        return state.refuse(RejectReason.ENTITY_NOT_LISTED, entity=obligation.entity)
    if period.determined:
        return state.refuse(RejectReason.PERIOD_DETERMINED)
    if obligation.standing not in (Standing.LISTED, Standing.RETURNED, Standing.ESTIMATED):
        return state.refuse(RejectReason.REPORT_PENDING, report=f"y{obligation.report_id}")
    if state.today <= period.report_by:
        return _deadline(state, RejectReason.REPORT_DEADLINE_OPEN, period)
    return duty.refuse_quantity(state, command.quantity)


def estimate(state: State, command: EstimateConservatively) -> list[AnyEvent]:
    """Emits: EmissionsEstimated, TransferPosted, ObligationChanged."""
    obligation = state.compliance.obligations[command.obligation_id]
    estimated = EmissionsEstimated(
        command.obligation_id, command.quantity, command.grounds_hash, command.document
    )
    terms = (command.quantity, Standing.ESTIMATED, command.document)
    return [estimated, *duty.owe(state, obligation, *terms)]


def describe_estimate(
    state: State, command: EstimateConservatively
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which entity of which period, and how much it will owe."""
    obligation = state.compliance.obligations[command.obligation_id]
    asset = state.assets[duty.period_of(state, obligation).asset_id]
    return obligation.entity, (
        ("period", obligation.period),
        ("quantity", format_decimal(command.quantity, asset.scale)),
    )
