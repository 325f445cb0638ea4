"""Whether one member may give a right to another, and what of an approval that takes.

Invariants: what a chain uses of an approval is counted off before anything moves, and given back if
a pending chain is voided; nothing but a transfer uses it.
Rule: `eligibility.counterparties`: which limits hold between the two sides of a transfer, beside
those between a member and an asset (`eligibility.geography`, `eligibility.sector_separation`).
"""

from exchange.core.commands import TransferLeg
from exchange.core.crossing.events import CrossRegionUsed
from exchange.core.crossing.state import Way
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.participants import unfit
from exchange.core.reasons import RejectReason
from exchange.core.state import Asset, Participant, State
from exchange.core.totals import places
from exchange.core.types import CASH, ChainId
from exchange.core.units import format_decimal


def refuse_between(
    state: State, giver: Participant, taker: Participant, asset: Asset
) -> RejectReason | None:
    """Tell why one may not give an asset to the other, or None."""
    reason = unfit(state, taker, asset)
    approved = bool(state.crossing.left.get(_way(giver, taker, asset)))
    far = RejectReason.REGION_NOT_ELIGIBLE
    if reason is not None and not (approved and reason is far):
        return reason
    kept = state.rules.names("eligibility.counterparties", asset.kind)
    if "region" in kept and not approved and _leagues_differ(giver, taker):
        return far
    if "basin" in kept and giver.basin != taker.basin:
        return RejectReason.BASIN_NOT_ELIGIBLE
    apart = state.rules.names("eligibility.sector_separation", asset.kind)
    sectors = (giver.sector, taker.sector)
    if "sector" in kept and sectors[0] != sectors[1] and any(one in apart for one in sectors):
        return RejectReason.SECTOR_NOT_ELIGIBLE
    return None


def _way(giver: Participant, taker: Participant, asset: Asset) -> Way:
    return asset.asset_id, giver.participant_id, taker.participant_id


def _leagues_differ(giver: Participant, taker: Participant) -> bool:
    return places.league(giver.region) != places.league(taker.region)


def _needs_approval(state: State, giver: Participant, taker: Participant, asset: Asset) -> bool:
    kept = state.rules.names("eligibility.counterparties", asset.kind)
    if "region" in kept and _leagues_differ(giver, taker):
        return True
    return unfit(state, taker, asset) is RejectReason.REGION_NOT_ELIGIBLE


def _needed(state: State, legs: tuple[TransferLeg, ...]) -> dict[Way, int]:
    """Add up what a chain takes from one league to another by each way.

    Without an approval no leg gets as far as this: `refuse_between` has refused it.
    """
    needed: dict[Way, int] = {}
    for leg in legs:
        debit = state.accounts.all[leg.debit_account_id]
        credit = state.accounts.all[leg.credit_account_id]
        if debit.asset_id == CASH:
            continue
        asset = state.assets[debit.asset_id]
        giver = state.participants[debit.participant_id]
        taker = state.participants[credit.participant_id]
        way = _way(giver, taker, asset)
        if way in state.crossing.left and _needs_approval(state, giver, taker, asset):
            needed[way] = needed.get(way, 0) + leg.quantity
    return needed


def refuse_use(state: State, legs: tuple[TransferLeg, ...]) -> Refusal | None:
    """Check that the approvals cover what a chain takes from one league to another."""
    for way, quantity in _needed(state, legs).items():
        approved = state.crossing.left[way]
        if approved < quantity:
            asset = state.assets[way[0]]
            return state.refuse(
                RejectReason.REGION_NOT_ELIGIBLE,
                asset.kind,
                approved=format_decimal(approved, asset.scale),
                requested=format_decimal(quantity, asset.scale),
            )
    return None


def use(
    state: State, chain_id: ChainId, legs: tuple[TransferLeg, ...], *, pending: bool
) -> list[AnyEvent]:
    """Count off what a chain uses. Emits: CrossRegionUsed for each approval."""
    needed = _needed(state, legs)
    if pending and needed:
        state.crossing.pended[chain_id] = needed
    return [_used(state, chain_id, way, quantity) for way, quantity in needed.items()]


def finish(state: State, chain_id: ChainId, *, posted: bool) -> list[AnyEvent]:
    """End what a pending chain keeps. Emits: CrossRegionUsed below zero if it is voided."""
    used = state.crossing.pended.pop(chain_id, {})
    if posted:
        return []
    return [_used(state, chain_id, way, -quantity) for way, quantity in used.items()]


def _used(state: State, chain_id: ChainId, way: Way, quantity: int) -> CrossRegionUsed:
    left = state.crossing.left[way] - quantity
    state.crossing.left[way] = left
    return CrossRegionUsed(*way, quantity, left, chain_id)
