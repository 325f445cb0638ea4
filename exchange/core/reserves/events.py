"""What happened to reserves; the postings are transfers.

Units: a price is a count of 1/10000 yuan for one whole unit.
"""

from exchange.core.event import Event
from exchange.core.reserves.grounds import Ground
from exchange.core.types import AssetId, ChainId, Day, OfferId, ParticipantId


class ReserveOffered(Event, frozen=True):
    """`ground` is that of the movements it will lead to; `party_id` 0 means anybody.

    `floor` is the least price by rule, 0 where there is none.
    """

    offer_id: OfferId
    ground: Ground
    reserve_id: ParticipantId
    party_id: ParticipantId
    asset_id: AssetId
    quantity: int
    price: int
    floor: int
    opens_on: Day
    closes_on: Day
    rule_set: int
    document: str


class ReserveOfferWithdrawn(Event, frozen=True):
    offer_id: OfferId
    document: str


class ReserveMoved(Event, frozen=True):
    """Units entered a reserve or (below zero) left it.

    `chain_id` are the transfers of units and money; `left` is what is left of the offer, if one was
    accepted (`offer_id` 0: none). `party_id` 0 means the house.
    """

    movement_id: int
    ground: Ground
    reserve_id: ParticipantId
    party_id: ParticipantId
    asset_id: AssetId
    quantity: int
    consideration_fen: int
    offer_id: OfferId
    left: int
    chain_id: ChainId
    document: str


ReservesEvent = ReserveOffered | ReserveOfferWithdrawn | ReserveMoved
