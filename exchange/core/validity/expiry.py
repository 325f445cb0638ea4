"""The end of lots: at the first midnight after its last day a lot's units are retired.

A ledger whose rulebook does not say so keeps them, as one did before there was the rule.
Invariants: no unit is held beyond its lot's validity, but for what a pending transfer or a freeze
has set aside; that ends when it is free.
Rule: `validity.lots_end`.
"""

from collections.abc import Iterable

from exchange.core.accounts import LOT_MASK
from exchange.core.endings import end_units
from exchange.core.event import Parcel
from exchange.core.events import AnyEvent
from exchange.core.locks import drawing
from exchange.core.rules import day_text
from exchange.core.state import Participant, State
from exchange.core.types import AssetId, LotId, TransferCode


def end_lots(state: State) -> list[AnyEvent]:
    """Retire what is valid no longer.

    Emits: LockDrawn for what was locked, and as `end_units` for each holder and lot.
    Cost: by holders, on days when a lot ends.
    """
    if not state.rules.flag("validity.lots_end"):
        return []
    validity = state.validity
    for day in [day for day in validity.due if day < state.today]:
        validity.overdue |= validity.due.pop(day)
    if not validity.overdue:
        return []
    by_asset: dict[AssetId, dict[LotId, None]] = {}
    for lot_id in validity.overdue:
        by_asset.setdefault(state.lots[lot_id].asset_id, {})[lot_id] = None
    events: list[AnyEvent] = []
    for participant in state.participants.values():
        for asset_id, lots in by_asset.items():
            events += _end(state, participant, asset_id, lots)
    waiting = _set_aside(state)
    validity.overdue = {lot_id: None for lot_id in validity.overdue if lot_id in waiting}
    return events


def end_freed(state: State, parcels: Iterable[Parcel]) -> list[AnyEvent]:
    """Retire what was set aside beyond its validity and has come free. Emits: as `end_lots`.

    Cost: by holders if one of the parcels has ended, else by parcels.
    """
    ends = (state.lots[each.lot_id].valid_to for each in parcels)
    return end_lots(state) if any(0 < valid_to < state.today for valid_to in ends) else []


def _end(
    state: State, participant: Participant, asset_id: AssetId, ended: dict[LotId, None]
) -> list[AnyEvent]:
    holding = state.holding(participant, asset_id)
    if holding is None:
        return []
    events = drawing.end(state, holding, ended)
    there: dict[LotId, int] = {}
    for key, quantity in holding.parcels:
        lot_id = LotId(key & LOT_MASK)
        if lot_id in ended:
            there[lot_id] = there.get(lot_id, 0) + quantity
    for lot_id, quantity in there.items():
        reference = f"valid to {day_text(state.lots[lot_id].valid_to)}"
        terms = (asset_id, quantity, TransferCode.EXPIRE, reference, lot_id)
        events += end_units(state, participant, *terms)
    return events


def _set_aside(state: State) -> set[LotId]:
    """Return the lots of which a pending transfer or a freeze holds some."""
    legs = [leg.parcels for each in state.pending.values() for leg in each.legs]
    frozen = [each.parcels for each in state.freezes.values()]
    return {parcel.lot_id for parcels in (*legs, *frozen) for parcel in parcels}
