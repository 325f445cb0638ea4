"""The published plans and the objections to them as part of a snapshot."""

import msgspec

from exchange.core.allocation.state import AllocationState, Objection, Plan


class AllocationRecord(msgspec.Struct, array_like=True):
    plans: list[Plan]
    objections: list[Objection]


def encode(state: AllocationState) -> AllocationRecord:
    return AllocationRecord(list(state.plans.values()), list(state.objections.values()))


def restore(record: AllocationRecord) -> AllocationState:
    return AllocationState(
        {plan.plan_id: plan for plan in record.plans},
        {each.objection_id: each for each in record.objections},
    )
