"""What happened to approvals of transfers between leagues."""

from exchange.core.event import Event
from exchange.core.types import AssetId, ChainId, ParticipantId


class CrossRegionApproved(Event, frozen=True):
    """`approved` is all that ever was for the same two, `left` what may be transferred now."""

    asset_id: AssetId
    giver_id: ParticipantId
    taker_id: ParticipantId
    quantity: int
    approved: int
    left: int
    document: str


class CrossRegionUsed(Event, frozen=True):
    """A chain of transfers used so much of an approval; below zero, its voiding gave it back."""

    asset_id: AssetId
    giver_id: ParticipantId
    taker_id: ParticipantId
    quantity: int
    left: int
    chain_id: ChainId


CrossingEvent = CrossRegionApproved | CrossRegionUsed
