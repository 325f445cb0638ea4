"""Taking units out of a member's hands by law: the way that true-ups, recalls and expiry share.

Invariant: what a pending transfer or a freeze has set aside stays where it is; the member's own
offers give way, the newest first.
"""

from exchange.core import order_exit
from exchange.core.accounts import Account
from exchange.core.event import Parcel
from exchange.core.events import AnyEvent
from exchange.core.postings import GONE_UNITS
from exchange.core.state import Participant, State
from exchange.core.types import ANY_LOT, AssetId, LotId
from matching import CancelReason


def reachable(
    state: State, participant: Participant, asset_id: AssetId, lot_id: LotId = ANY_LOT
) -> int:
    """Count what could be taken: what is free, not yet tradable, or on offer."""
    holding = state.holding(participant, asset_id)
    return 0 if holding is None else holding.untaken_of(lot_id)


def take_back(
    state: State,
    participant: Participant,
    asset_id: AssetId,
    quantity: int,
    lot_id: LotId = ANY_LOT,
) -> tuple[Account, tuple[Parcel, ...], list[AnyEvent]]:
    """Take units that are reachable out of a holding, of one lot or of any.

    Returns the holding and the parcels, which end here: the caller posts them. Emits:
    OrderCancelled for each offer that had to be withdrawn.
    """
    holding = participant.holdings[asset_id]
    taken = holding.take_back(quantity, state.today, lot_id)
    events: list[AnyEvent] = []
    for order in reversed(list(participant.open_orders.values())):
        if holding.available >= quantity:
            break
        if order.account is holding:
            events.append(order_exit.withdraw(state, order, CancelReason.WITHDRAWN))
    parcels = tuple([Parcel(lot, share, day, GONE_UNITS) for lot, day, share in taken])
    return holding, parcels, events
