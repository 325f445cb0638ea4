"""The base of all events, and the parcel that events carry.

Field order is part of the stored form (`array_like`), and replay compares the stored bytes: an
event is never changed, a new need is a new event.
"""

import msgspec

from exchange.core.types import Day, LotId


class Event(msgspec.Struct, frozen=True, array_like=True, tag=True, gc=False):
    """The common base: each subclass is tagged with its own name."""


class Parcel(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Part of a lot on its way: the day it was tradable from, and the day it will be."""

    lot_id: LotId
    quantity: int
    tradable_from_debit: Day
    tradable_from_credit: Day
