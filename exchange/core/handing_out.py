"""Units of a new lot into a member's holding, outside a plan's one step.

Invariant: what is handed out is a lot of its own, in the step that makes it.
"""

import msgspec

from exchange.core.event import Parcel
from exchange.core.events import AnyEvent, LotCreated
from exchange.core.participants import open_holding
from exchange.core.postings import NEW_UNITS, move
from exchange.core.state import Lot, Participant, State
from exchange.core.types import Day, LotId, Purpose, TransferCode

AT_ONCE = Day(0)


def hand_out(  # noqa: PLR0913
    state: State,
    participant: Participant,
    lot: Lot,
    quantity: int,
    *,
    code: TransferCode = TransferCode.ISSUE,
    reference: str | None = None,
    tradable_from: Day = AT_ONCE,
) -> tuple[LotId, list[AnyEvent]]:
    """Return the lot; its source is the reference unless there is another.

    Posts: `issuable` to the holding; the control totals are the caller's. Emits: AccountOpened at
    first, LotCreated, TransferPosted.
    """
    events = open_holding(state, participant, state.assets[lot.asset_id])
    lot_id = state.add_lot(lot)
    asset_id, *terms = msgspec.structs.astuple(lot)
    posted = move(
        state,
        state.accounts.house(lot.asset_id, Purpose.ISSUABLE),
        participant.holdings[lot.asset_id],
        quantity,
        code,
        lot.source if reference is None else reference,
        (Parcel(lot_id, quantity, NEW_UNITS, tradable_from),),
    )
    return lot_id, [*events, LotCreated(lot_id, asset_id, quantity, *terms), posted]
