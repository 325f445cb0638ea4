"""Publishing allocation plans.

Invariants: a plan is published before it is issued; a later version takes the place of an earlier
one until it is issued.
Rule: `allocation.objection_days_min`.
"""

from exchange.core.after_issue.commands import PublishTrueUp
from exchange.core.allocation.commands import PublishPlan
from exchange.core.allocation.events import PlanPublished
from exchange.core.allocation.state import Plan
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.types import CASH, PlanId
from exchange.core.units import NUMBER_MAX

NO_SERIES = PlanId(0)
OBJECTION_DAYS_MIN = 7
"""For a ledger whose rulebook does not say."""


def refuse_publish(state: State, command: PublishPlan) -> Refusal | None:
    return refuse_terms(state, command, least=1)


def refuse_terms(state: State, command: PublishPlan | PublishTrueUp, least: int) -> Refusal | None:
    """Check what a publication says; `least` is what all entities have to get together."""
    if command.asset_id == CASH or command.asset_id not in state.assets:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if command.asset_id not in state.totals.places:
        return state.refuse(RejectReason.CONTROL_TOTAL_MISSING)
    known = state.allocation.plans.get(command.plan_id)
    if known is not None and known.issued:
        return state.refuse(RejectReason.PLAN_ALREADY_ISSUED)
    if known is not None and command.version <= known.version:
        return state.refuse(RejectReason.PLAN_VERSION_STALE, published=str(known.version))
    if command.entities <= 0 or command.quantity < least:
        return state.refuse(RejectReason.PLAN_EMPTY)
    if command.quantity > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    days = state.rules.integer("allocation.objection_days_min", OBJECTION_DAYS_MIN)
    if command.objections_until < state.today + days:
        return state.refuse(
            RejectReason.OBJECTION_PERIOD_TOO_SHORT,
            days=str(command.objections_until - state.today),
            minimum=str(days),
        )
    return None


def publish(state: State, command: PublishPlan) -> list[AnyEvent]:
    """Emits: PlanPublished."""
    return enter(state, command)


def enter(
    state: State,
    command: PublishPlan | PublishTrueUp,
    series: PlanId = NO_SERIES,
    phase: int = 0,
) -> list[AnyEvent]:
    """Enter a plan as published, in the place of an earlier version. Emits: PlanPublished."""
    state.allocation.plans[command.plan_id] = Plan(
        command.plan_id,
        command.version,
        command.asset_id,
        command.content_hash,
        command.entities,
        command.quantity,
        command.objections_until,
        series,
        phase,
    )
    return [
        PlanPublished(
            command.plan_id,
            command.version,
            command.asset_id,
            command.content_hash,
            command.entities,
            command.quantity,
            command.objections_until,
            command.document,
        )
    ]
