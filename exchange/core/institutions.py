"""What the institutions with packages of their own add to a snapshot: one line for each."""

import msgspec

from exchange.core.after_issue import records as after_issue
from exchange.core.allocation import records as allocation
from exchange.core.approvals import records as approvals
from exchange.core.budgets import records as budgets
from exchange.core.cancellation import records as cancellation
from exchange.core.compliance import records as compliance
from exchange.core.crossing import records as crossing
from exchange.core.locks import records as locks
from exchange.core.paid_use import records as paid_use
from exchange.core.permits import records as permits
from exchange.core.reserves import records as reserves
from exchange.core.state import State
from exchange.core.totals import records as totals
from exchange.core.validity import records as validity
from exchange.core.water import records as water


class InstitutionsRecord(msgspec.Struct, array_like=True):
    approvals: approvals.ApprovalsRecord
    totals: totals.TotalsRecord
    allocation: allocation.AllocationRecord
    validity: validity.ValidityRecord
    compliance: compliance.ComplianceRecord
    locks: locks.LocksRecord
    permits: permits.PermitsRecord
    water: water.WaterRecord
    crossing: crossing.CrossingRecord
    paid_use: paid_use.PaidUseRecord
    budgets: budgets.BudgetsRecord
    after_issue: after_issue.AfterIssueRecord
    cancellation: cancellation.CancellationRecord
    reserves: reserves.ReservesRecord


def encode(state: State) -> InstitutionsRecord:
    return InstitutionsRecord(
        approvals.encode(state.approvals),
        totals.encode(state.totals),
        allocation.encode(state.allocation),
        validity.encode(state.validity, state.today),
        compliance.encode(state.compliance),
        locks.encode(state.locks),
        permits.encode(state.permits),
        water.encode(state.water),
        crossing.encode(state.crossing),
        paid_use.encode(state.paid_use),
        budgets.encode(state.budgets),
        after_issue.encode(state.after_issue),
        cancellation.encode(state.cancellation),
        reserves.encode(state.reserves),
    )


def restore(state: State, record: InstitutionsRecord) -> None:
    state.approvals = approvals.restore(record.approvals)
    state.totals = totals.restore(record.totals)
    state.allocation = allocation.restore(record.allocation)
    state.validity = validity.restore(record.validity, state.lots, state.today)
    state.compliance = compliance.restore(record.compliance)
    state.locks = locks.restore(record.locks)
    state.permits = permits.restore(record.permits)
    state.water = water.restore(record.water)
    state.crossing = crossing.restore(record.crossing)
    state.paid_use = paid_use.restore(record.paid_use)
    state.budgets = budgets.restore(record.budgets)
    state.after_issue = after_issue.restore(record.after_issue)
    state.cancellation = cancellation.restore(record.cancellation)
    state.reserves = reserves.restore(record.reserves)
