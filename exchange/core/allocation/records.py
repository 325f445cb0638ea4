"""The published plans as part of a snapshot."""

import msgspec

from exchange.core.allocation.state import AllocationState, Plan


class AllocationRecord(msgspec.Struct, array_like=True):
    plans: list[Plan]


def encode(state: AllocationState) -> AllocationRecord:
    return AllocationRecord(list(state.plans.values()))


def restore(record: AllocationRecord) -> AllocationState:
    return AllocationState({plan.plan_id: plan for plan in record.plans})
