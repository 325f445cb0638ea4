"""How units leave a member for good or go back to where they came from; totals follow.

Invariant: `allocated` of a place stays what its members hold: units that end are counted as `used`
there, units that are given back as what the place, or a pot of it, has left.
Rule: `totals.hard_limit`.
"""

from exchange.core.accounts import Account
from exchange.core.events import AnyEvent
from exchange.core.postings import move
from exchange.core.reclaim import take_back
from exchange.core.state import Participant, State
from exchange.core.totals import places, pots
from exchange.core.totals.movement import post_chain
from exchange.core.totals.targets import house_account
from exchange.core.types import ANY_LOT, AssetId, LotId, Purpose, TransferCode


def end_units(  # noqa: PLR0913, PLR0917
    state: State,
    participant: Participant,
    asset_id: AssetId,
    quantity: int,
    code: TransferCode,
    reference: str,
    lot_id: LotId = ANY_LOT,
) -> list[AnyEvent]:
    """End units that are reachable.

    Posts: the holding to `retired`; `allocated` of the member's place to `used`.
    Emits: OrderCancelled, PlaceAccountOpened, TransferPosted.
    """
    retired, events = house_account(state, asset_id, Purpose.RETIRED)
    events += _hand_in(state, participant, retired, quantity, code, reference, lot_id)
    if asset_id not in state.totals.places:
        return events
    place = places.of(state, asset_id, participant.region)
    assert place is not None
    allocated = state.accounts.house(asset_id, Purpose.ALLOCATED, place)
    used, made = house_account(state, asset_id, Purpose.USED, place)
    return [*events, *made, *post_chain(state, [(allocated, used, quantity)], code, reference)]


def return_units(  # noqa: PLR0913, PLR0917
    state: State,
    participant: Participant,
    asset_id: AssetId,
    quantity: int,
    code: TransferCode,
    reference: str,
    lot_id: LotId = ANY_LOT,
    pot: str = "",
) -> list[AnyEvent]:
    """Give units that are reachable back to where they were issued from, to be given out again.

    Posts: the holding to `issuable`; `allocated` of the member's place to its `headroom` or to a
    pot of it.
    Emits: OrderCancelled, PlaceAccountOpened, TransferPosted.
    """
    issuable = state.accounts.house(asset_id, Purpose.ISSUABLE)
    events = _hand_in(state, participant, issuable, quantity, code, reference, lot_id)
    if asset_id not in state.totals.places:
        return events
    place = places.of(state, asset_id, participant.region)
    assert place is not None
    allocated = state.accounts.house(asset_id, Purpose.ALLOCATED, place)
    made: list[AnyEvent] = []
    credit = state.accounts.house(asset_id, Purpose.HEADROOM, place)
    if pot:
        credit, made = pots.pot_of(state, asset_id, place, pot)
    return [*events, *made, *post_chain(state, [(allocated, credit, quantity)], code, reference)]


def _hand_in(  # noqa: PLR0913, PLR0917
    state: State,
    participant: Participant,
    credit: Account,
    quantity: int,
    code: TransferCode,
    reference: str,
    lot_id: LotId,
) -> list[AnyEvent]:
    holding, parcels, events = take_back(state, participant, credit.asset_id, quantity, lot_id)
    return [*events, move(state, holding, credit, quantity, code, reference, parcels)]
