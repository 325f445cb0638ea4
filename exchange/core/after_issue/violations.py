"""What is always true of what follows an issue."""

from collections.abc import Iterator

from exchange.core.state import State
from exchange.core.types import AssetId, DeductionId, ParticipantId, Purpose


def violations(state: State) -> Iterator[str]:
    yield from _owed(state)
    yield from _deducted(state)


def _owed(state: State) -> Iterator[str]:
    """What accounts show as owed is what open claims have left; the house has the other side."""
    owed: dict[tuple[ParticipantId, AssetId], int] = {}
    claimed: dict[AssetId, int] = {}
    for claim in state.after_issue.claims.values():
        if claim.left <= 0:
            yield f"claim {claim.claim_id} has {claim.left} left"
        key = (claim.participant_id, claim.asset_id)
        owed[key] = owed.get(key, 0) + claim.left
        claimed[claim.asset_id] = claimed.get(claim.asset_id, 0) + claim.left
    for account in state.accounts.all.values() if state.after_issue.last_claim else ():
        asset_id = account.asset_id
        if account.purpose is Purpose.OWED:
            expected = -owed.get((account.participant_id, asset_id), 0)
        elif account.purpose is Purpose.CLAIMED:
            expected = claimed.get(asset_id, 0)
        else:
            continue
        if account.posted != expected:
            yield f"account {account.account_id} shows {account.posted}, claims {expected}"


def _deducted(state: State) -> Iterator[str]:
    """What a deduction has taken and what it has left is what was registered."""
    after = state.after_issue
    taken: dict[DeductionId, int] = {}
    for series in after.series.values() if after.deductions else ():
        for entity, grant in series.grants.items():
            if grant.net < 0:
                yield f"entity {entity} of plan {series.plan_id} has {grant.net}"
            for share in grant.shares:
                taken[share.deduction_id] = taken.get(share.deduction_id, 0) + share.quantity
    for each in after.deductions.values():
        whole = each.quantity - each.left
        if each.left < 0 or (not each.ratio_ppm and taken.get(each.deduction_id, 0) != whole):
            yield f"deduction {each.deduction_id} took {taken.get(each.deduction_id)} of {whole}"
