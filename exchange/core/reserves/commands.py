"""Commands of reserves.

Units: a price is a count of 1/10000 yuan for one whole unit.
"""

import msgspec

from exchange.core.command import Command
from exchange.core.reserves.grounds import Recovery
from exchange.core.types import AssetId, Day, OfferId, ParticipantId


class RetainUnits(Command, frozen=True):
    """Issue what a place set aside for the government to a reserve, as a lot. Takes two people."""

    reserve_id: ParticipantId
    asset_id: AssetId
    place: str
    quantity: int
    valid_to: Day
    document: str


class TakeIntoReserve(Command, frozen=True):
    """Take units that nobody uses any more from a member without paying. Takes two people."""

    reserve_id: ParticipantId
    holder_id: ParticipantId
    asset_id: AssetId
    quantity: int
    ground: Recovery
    document: str


class Terms(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an offer is of, at which price, from which day to which.

    A day to open on that has passed means at once.
    """

    reserve_id: ParticipantId
    asset_id: AssetId
    quantity: int
    price: int
    opens_on: Day
    closes_on: Day


class BuyBack(Command, frozen=True):
    """Offer a member a price for its units; it may accept. Takes two people."""

    terms: Terms
    party_id: ParticipantId
    document: str


class ReleaseUnits(Command, frozen=True):
    """Offer units of a reserve: to one member, or (0) to whoever comes first. Takes two people."""

    terms: Terms
    party_id: ParticipantId
    document: str


class ReleaseSmall(Command, frozen=True):
    """Offer a small quantity to whoever comes first, decided by one person."""

    terms: Terms
    document: str


class AcceptOffer(Command, frozen=True):
    """Take part of an offer, or all that is left of it: units against money at once."""

    participant_id: ParticipantId
    offer_id: OfferId
    quantity: int


class WithdrawOffer(Command, frozen=True):
    """End an offer before its last day."""

    offer_id: OfferId
    document: str


ReservesCommand = (
    RetainUnits
    | TakeIntoReserve
    | BuyBack
    | ReleaseUnits
    | ReleaseSmall
    | AcceptOffer
    | WithdrawOffer
)
