"""Periods, obligations and reports as part of a snapshot."""

import msgspec

from exchange.core.compliance.state import ComplianceState, Obligation, Period, Report


class ComplianceRecord(msgspec.Struct, array_like=True):
    periods: list[Period]
    obligations: list[Obligation]
    reports: list[Report]
    last_surrender: int


def encode(state: ComplianceState) -> ComplianceRecord:
    return ComplianceRecord(
        list(state.periods.values()),
        list(state.obligations.values()),
        list(state.reports.values()),
        state.last_surrender,
    )


def restore(record: ComplianceRecord) -> ComplianceState:
    return ComplianceState(
        {each.code: each for each in record.periods},
        {each.obligation_id: each for each in record.obligations},
        {each.report_id: each for each in record.reports},
        {(each.period, each.entity): each.obligation_id for each in record.obligations},
        record.last_surrender,
    )
