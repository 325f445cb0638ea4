"""The lots that have ended and may still be held, as part of a snapshot."""

from collections.abc import Mapping

import msgspec

from exchange.core.state import Lot
from exchange.core.types import Day, LotId
from exchange.core.validity.state import ValidityState


class ValidityRecord(msgspec.Struct, array_like=True):
    overdue: list[LotId]


def encode(state: ValidityState, today: Day) -> ValidityRecord:
    """Keep what has ended and waits: to be freed, or for a rule that lets lots end."""
    past = [lot_id for day, lots in state.due.items() if day < today for lot_id in lots]
    return ValidityRecord([*state.overdue, *past])


def restore(record: ValidityRecord, lots: Mapping[LotId, Lot], today: Day) -> ValidityState:
    """Restore what waits, and expect anew the end of each lot that still is valid."""
    state = ValidityState(overdue=dict.fromkeys(record.overdue))
    for lot_id, lot in lots.items():
        if lot.valid_to >= today:
            state.expect(lot_id, lot.valid_to)
    return state
