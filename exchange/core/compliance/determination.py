"""Determining a period: after the deadline, who owed how much and surrendered how much.

Invariants: a period is determined once, over no figure that is open; what is short at that moment
stays the ground of a fine whatever is surrendered later.
"""

from exchange.core.compliance import duty
from exchange.core.compliance.commands import DeterminePeriod
from exchange.core.compliance.events import Determined, PeriodDetermined
from exchange.core.compliance.state import Obligation, Period, Standing
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import day_text
from exchange.core.state import State
from exchange.core.units import format_decimal

SETTLED = (Standing.VERIFIED, Standing.ESTIMATED)


def refuse_determine(state: State, command: DeterminePeriod) -> Refusal | None:
    period = state.compliance.periods.get(command.period)
    if period is None:
        return state.refuse(RejectReason.PERIOD_UNKNOWN)
    if period.determined:
        return state.refuse(RejectReason.PERIOD_DETERMINED)
    if state.today <= period.surrender_by:
        return state.refuse(
            RejectReason.SURRENDER_DEADLINE_OPEN,
            deadline=day_text(period.surrender_by),
            today=day_text(state.today),
        )
    for obligation in _of(state, period):
        if obligation.listed and obligation.standing not in SETTLED:
            return state.refuse(
                RejectReason.REPORT_UNVERIFIED,
                obligation=duty.name(obligation),
                entity=obligation.entity,
                status=str(obligation.standing),
            )
    if command.correct_by < state.today:
        return state.refuse(RejectReason.VALIDITY_BACKWARDS)
    return None


def _of(state: State, period: Period) -> list[Obligation]:
    every = state.compliance.obligations.values()
    return [each for each in every if each.period == period.code]


def determine(state: State, command: DeterminePeriod) -> list[AnyEvent]:
    """Emits: PeriodDetermined. Cost: by obligations."""
    period = state.compliance.periods[command.period]
    period.determined = True
    period.correct_by = command.correct_by
    entries = []
    for obligation in _of(state, period):
        obligation.shortfall = duty.missing(state, obligation)
        due = duty.account_of(state, obligation).posted
        entries.append(Determined(obligation.obligation_id, due, obligation.surrendered))
    return [PeriodDetermined(period.code, period.correct_by, command.document, tuple(entries))]


def describe(state: State, command: DeterminePeriod) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which period, how many entities, how many are short, and of how much together."""
    period = state.compliance.periods[command.period]
    scale = state.assets[period.asset_id].scale
    short = [duty.missing(state, each) for each in _of(state, period)]
    return period.code, (
        ("entities", str(len(short))),
        ("short", str(sum(1 for each in short if each))),
        ("shortfall", format_decimal(sum(short), scale)),
    )
