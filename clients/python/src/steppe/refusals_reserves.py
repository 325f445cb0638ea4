"""Exceptions for what is refused about the government's reserves and their offers."""

from steppe.errors import NotFound, Refused


class OfferUnknown(Refused, NotFound, code="offer_unknown"):
    """There is no such offer, or it is another's."""


class ReserveUnknown(Refused, NotFound, code="reserve_unknown"):
    """The participant is no reserve of the government."""


class OfferNotOpen(Refused, code="offer_not_open"):
    """The offer is not open today, was withdrawn, or nothing is left of it."""


class PriceBelowFloor(Refused, code="price_below_floor"):
    """A reserve may not sell below the price that a rule sets."""


class SimplifiedAboveMaximum(Refused, code="simplified_above_maximum"):
    """The quantity is too large for a sale that one person decides."""


class OfferInsufficient(Refused, code="offer_insufficient"):
    """Less is left of the offer than was asked for."""
