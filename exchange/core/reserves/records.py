"""The offers of reserves as part of a snapshot."""

import msgspec

from exchange.core.reserves.state import Offer, ReservesState


class ReservesRecord(msgspec.Struct, array_like=True):
    offers: list[Offer]
    last_movement: int


def encode(state: ReservesState) -> ReservesRecord:
    return ReservesRecord(list(state.offers.values()), state.last_movement)


def restore(record: ReservesRecord) -> ReservesState:
    return ReservesState({each.offer_id: each for each in record.offers}, record.last_movement)
