"""What follows an issue as part of a snapshot."""

import msgspec

from exchange.core.after_issue.state import AfterIssueState, Claim, Deduction, Series


class AfterIssueRecord(msgspec.Struct, array_like=True):
    series: list[Series]
    deductions: list[Deduction]
    claims: list[Claim]
    last_claim: int


def encode(state: AfterIssueState) -> AfterIssueRecord:
    return AfterIssueRecord(
        list(state.series.values()),
        list(state.deductions.values()),
        list(state.claims.values()),
        state.last_claim,
    )


def restore(record: AfterIssueRecord) -> AfterIssueState:
    return AfterIssueState(
        {each.plan_id: each for each in record.series},
        {each.deduction_id: each for each in record.deductions},
        {each.claim_id: each for each in record.claims},
        record.last_claim,
    )
