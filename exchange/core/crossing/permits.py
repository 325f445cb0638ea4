"""Approving that a right leaves its league.

Invariant: an approval is of one asset, one giver and one taker; further ones add to it.
Rule: `eligibility.geography`: beyond the league by approval of the region's authority.
"""

from exchange.core.crossing.commands import ApproveCrossRegion
from exchange.core.crossing.events import CrossRegionApproved
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.participants import open_holding
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.types import CASH, AccountType
from exchange.core.units import NUMBER_MAX, format_decimal


def refuse_approve(state: State, command: ApproveCrossRegion) -> Refusal | None:
    giver = state.participants.get(command.giver_id)
    taker = state.participants.get(command.taker_id)
    if giver is None or taker is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    asset = state.assets.get(command.asset_id)
    if asset is None or asset.asset_id == CASH:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if AccountType.OPERATOR in (giver.account_type, taker.account_type):
        return state.refuse(RejectReason.ACCOUNT_TYPE_NOT_ELIGIBLE, asset.kind)
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if giver is taker:
        return state.refuse(RejectReason.TRANSFER_TO_SELF)
    way = (command.asset_id, command.giver_id, command.taker_id)
    if state.crossing.approved.get(way, 0) + command.quantity > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    return None


def approve(state: State, command: ApproveCrossRegion) -> list[AnyEvent]:
    """Add to the approval, and open the account that takes the units.

    Emits: AccountOpened unless it is there, CrossRegionApproved.
    """
    way = (command.asset_id, command.giver_id, command.taker_id)
    approved = state.crossing.approved.get(way, 0) + command.quantity
    left = state.crossing.left.get(way, 0) + command.quantity
    state.crossing.approved[way], state.crossing.left[way] = approved, left
    taker = state.participants[command.taker_id]
    return [
        *open_holding(state, taker, state.assets[command.asset_id]),
        CrossRegionApproved(*way, command.quantity, approved, left, command.document),
    ]


def describe(state: State, command: ApproveCrossRegion) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which asset, from whom to whom, how much."""
    asset = state.assets[command.asset_id]
    return asset.code, (
        ("giver", f"p{command.giver_id}"),
        ("taker", f"p{command.taker_id}"),
        ("quantity", format_decimal(command.quantity, asset.scale)),
    )
