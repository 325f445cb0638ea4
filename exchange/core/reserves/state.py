"""The offers of reserves, kept for good, and how many movements there were."""

from dataclasses import dataclass, field

from exchange.core.reserves.grounds import Ground
from exchange.core.types import AssetId, Day, OfferId, ParticipantId


@dataclass(slots=True)
class Offer:
    """An offer to sell units of a reserve or (`repurchased`) to buy some for it."""

    offer_id: OfferId
    ground: Ground
    reserve_id: ParticipantId
    party_id: ParticipantId
    asset_id: AssetId
    quantity: int
    left: int
    price: int
    opens_on: Day
    closes_on: Day
    document: str
    withdrawn: bool = False

    @property
    def buys(self) -> bool:
        return self.ground is Ground.REPURCHASED


@dataclass(slots=True)
class ReservesState:
    offers: dict[OfferId, Offer] = field(default_factory=dict)
    last_movement: int = 0
