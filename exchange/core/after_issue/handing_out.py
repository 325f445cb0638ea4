"""Units of a new lot into a member's holding, outside a plan's one step."""

from exchange.core.event import Parcel
from exchange.core.events import AnyEvent, LotCreated
from exchange.core.participants import open_holding
from exchange.core.postings import NEW_UNITS, move
from exchange.core.state import Lot, Participant, State
from exchange.core.types import Day, LotId, Purpose, TransferCode


def hand_out(
    state: State, participant: Participant, lot: Lot, quantity: int
) -> tuple[LotId, list[AnyEvent]]:
    """Return the lot. Posts: `issuable` to the holding; the control totals are the caller's.

    Emits: AccountOpened at first, LotCreated, TransferPosted.
    """
    events = open_holding(state, participant, state.assets[lot.asset_id])
    lot_id = state.add_lot(lot)
    created = LotCreated(
        lot_id,
        lot.asset_id,
        quantity,
        lot.vintage,
        lot.region,
        lot.basin,
        lot.valid_from,
        lot.valid_to,
        lot.source,
    )
    posted = move(
        state,
        state.accounts.house(lot.asset_id, Purpose.ISSUABLE),
        participant.holdings[lot.asset_id],
        quantity,
        TransferCode.ISSUE,
        lot.source,
        (Parcel(lot_id, quantity, NEW_UNITS, Day(0)),),
    )
    return lot_id, [*events, created, posted]
