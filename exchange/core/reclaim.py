"""Taking units out of a member's hands by law: the way that true-ups, recalls and expiry share.

Invariant: what a pending transfer, a freeze or a lock has set aside stays where it is, except that
what is locked for own use goes first; the offers of the member give way, the newest first.
"""

from exchange.core import order_exit
from exchange.core.accounts import Account
from exchange.core.event import Parcel
from exchange.core.events import AnyEvent
from exchange.core.locks import drawing
from exchange.core.outcomes import Refusal
from exchange.core.postings import GONE_UNITS
from exchange.core.reasons import RejectReason
from exchange.core.state import Asset, Participant, State
from exchange.core.types import ANY_LOT, AssetId, LockKind, LotId
from exchange.core.units import format_decimal
from matching import CancelReason


def reachable(
    state: State,
    participant: Participant,
    asset_id: AssetId,
    lot_id: LotId = ANY_LOT,
    *,
    own_use: bool = True,
) -> int:
    """Count what could be taken: what is free, not yet tradable, on offer, or for own use."""
    holding = state.holding(participant, asset_id)
    if holding is None:
        return 0
    locked = drawing.kept(state, holding, lot_id, LockKind.OWN_USE) if own_use else 0
    return holding.untaken_of(lot_id) + locked


def insufficient(state: State, asset: Asset, there: int, needed: int, **figures: str) -> Refusal:
    """Refuse what there are not enough units for."""
    return state.refuse(
        RejectReason.UNITS_INSUFFICIENT,
        asset.kind,
        **figures,
        available=format_decimal(there, asset.scale),
        required=format_decimal(needed, asset.scale),
    )


def take_back(  # noqa: PLR0913
    state: State,
    participant: Participant,
    asset_id: AssetId,
    quantity: int,
    lot_id: LotId = ANY_LOT,
    *,
    own_use: bool = True,
) -> tuple[Account, tuple[Parcel, ...], list[AnyEvent]]:
    """Take units that are reachable out of a holding, of one lot or of any.

    What shall come back to the holding is taken without what is locked for `own_use`.

    Returns the holding and the parcels, which end here: the caller posts them. Emits:
    LockDrawn for what was locked for own use, OrderCancelled for each offer that had to be
    withdrawn.
    """
    holding = participant.holdings[asset_id]
    taken, events = drawing.draw(state, holding, quantity if own_use else 0, lot_id)
    free = quantity - sum(share for _, _, share in taken)
    taken += holding.take_back(free, state.today, lot_id)
    for order in reversed(list(participant.open_orders.values())):
        if holding.available >= quantity:
            break
        if order.account is holding:
            events.append(order_exit.withdraw(state, order, CancelReason.WITHDRAWN))
    parcels = tuple([Parcel(lot, share, day, GONE_UNITS) for lot, day, share in taken])
    return holding, parcels, events
