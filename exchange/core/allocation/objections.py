"""Objections (异议) to a published plan: filed until the deadline, decided by the regulator.

Invariants: an entity has at most one undecided objection to a plan; while one is undecided the plan
is not issued; one that was upheld needs a later publication. An objection is never forgotten, so
that a dispute can start from it.
Rule: `allocation.objection_days_min`.
"""

from exchange.core.allocation.commands import DecideObjection, FileObjection
from exchange.core.allocation.events import ObjectionDecided, ObjectionFiled
from exchange.core.allocation.state import Objection, Plan
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import day_text
from exchange.core.state import State
from exchange.core.types import ObjectionId


def refuse_file(state: State, command: FileObjection) -> Refusal | None:
    if command.participant_id not in state.participants:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    plan = state.allocation.plans.get(command.plan_id)
    if plan is None:
        return state.refuse(RejectReason.PLAN_UNKNOWN)
    for each in state.allocation.objections.values():
        same = each.plan_id == plan.plan_id and each.entity == command.entity
        if same and not each.decided_version:
            return state.refuse(RejectReason.OBJECTION_EXISTS, objection=name(each))
    if plan.issued:
        return state.refuse(RejectReason.PLAN_ALREADY_ISSUED)
    if state.today > plan.objections_until:
        return state.refuse(
            RejectReason.OBJECTION_DEADLINE_PASSED,
            deadline=day_text(plan.objections_until),
            today=day_text(state.today),
        )
    return None


def file(state: State, command: FileObjection) -> list[AnyEvent]:
    """Emits: ObjectionFiled."""
    plan = state.allocation.plans[command.plan_id]
    objection = Objection(
        ObjectionId(len(state.allocation.objections) + 1),
        plan.plan_id,
        plan.version,
        command.participant_id,
        command.entity,
        command.text_hash,
        state.today,
    )
    state.allocation.objections[objection.objection_id] = objection
    return [
        ObjectionFiled(
            objection.objection_id,
            objection.plan_id,
            objection.version,
            objection.participant_id,
            objection.entity,
            objection.text_hash,
            objection.filed_on,
        )
    ]


def refuse_decide(state: State, command: DecideObjection) -> Refusal | None:
    objection = state.allocation.objections.get(command.objection_id)
    if objection is None:
        return state.refuse(RejectReason.OBJECTION_UNKNOWN)
    if objection.decided_version:
        return state.refuse(RejectReason.OBJECTION_DECIDED)
    return None


def decide(state: State, command: DecideObjection) -> list[AnyEvent]:
    """Emits: ObjectionDecided."""
    objection = state.allocation.objections[command.objection_id]
    objection.upheld = command.upheld
    objection.decided_version = state.allocation.plans[objection.plan_id].version
    return [
        ObjectionDecided(
            objection.objection_id,
            objection.plan_id,
            objection.decided_version,
            objection.upheld,
            command.decision_hash,
            command.document,
        )
    ]


def refuse_to_issue(state: State, plan: Plan) -> Refusal | None:
    """Tell which objection a plan must not be issued over, if there is one."""
    for each in state.allocation.objections.values():
        if each.plan_id != plan.plan_id:
            continue
        if not each.decided_version:
            return state.refuse(
                RejectReason.OBJECTION_UNDECIDED, objection=name(each), entity=each.entity
            )
        if each.upheld and each.decided_version == plan.version:
            return state.refuse(
                RejectReason.PLAN_NOT_REVISED,
                objection=name(each),
                entity=each.entity,
                version=str(plan.version),
            )
    return None


def name(objection: Objection) -> str:
    """Name an objection as the API does, within its ledger."""
    return f"b{objection.objection_id}"
