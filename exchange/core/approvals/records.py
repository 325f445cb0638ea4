"""The inbox as part of a snapshot."""

import msgspec

from exchange.core.approvals.state import ApprovalsState, PendingApproval


class ApprovalsRecord(msgspec.Struct, array_like=True):
    pending: list[PendingApproval]
    last: int


def encode(state: ApprovalsState) -> ApprovalsRecord:
    return ApprovalsRecord(list(state.pending.values()), state.last)


def restore(record: ApprovalsRecord) -> ApprovalsState:
    return ApprovalsState({each.approval_id: each for each in record.pending}, record.last)
