"""What locks keep, and how it leaves them: for the use that they allow, or as its lot ends.

Invariant: what is drawn leaves the account by a posting in the same command; it is never free to be
sold or moved.
"""

from collections.abc import Container

from exchange.core.accounts import Account
from exchange.core.event import Parcel
from exchange.core.events import AnyEvent
from exchange.core.locks.events import LockDrawn
from exchange.core.locks.state import Lock
from exchange.core.state import State
from exchange.core.types import ANY_LOT, Day, LockKind, LotId

Taken = tuple[LotId, Day, int]
"""A lot, the day from which it is tradable, and how much of it."""


def kept(state: State, account: Account, lot_id: LotId, *kinds: LockKind) -> int:
    """Count what locks of some kinds keep of a lot (`ANY_LOT`: of all) on an account."""
    return sum(
        one.quantity
        for one in state.locks.on(account.account_id)
        if one.kind in kinds and lot_id in (ANY_LOT, one.lot_id)
    )


def draw(
    state: State, account: Account, quantity: int, lot_id: LotId
) -> tuple[list[Taken], list[AnyEvent]]:
    """Take units locked for own use, oldest lock first, up to a quantity, of one lot or of any.

    Returns what was taken, which the caller posts away from the account.
    Emits: LockDrawn for each lock.
    """
    taken: list[Taken] = []
    events: list[AnyEvent] = []
    for one in state.locks.on(account.account_id):
        share = min(quantity, one.quantity)
        if not share or one.kind is not LockKind.OWN_USE or lot_id not in (ANY_LOT, one.lot_id):
            continue
        given, drawn = _reduce(state, one, share)
        account.held -= share
        quantity -= share
        taken += [(each.lot_id, each.tradable_from_debit, each.quantity) for each in given]
        events.append(drawn)
    return taken, events


def end(state: State, account: Account, lots: Container[LotId]) -> list[AnyEvent]:
    """Give all units of some lots back to the holding, as the lots have ended. Emits: LockDrawn."""
    events: list[AnyEvent] = []
    for one in state.locks.on(account.account_id):
        if one.lot_id in lots:
            given, drawn = _reduce(state, one, one.quantity)
            account.put_back(drawn.quantity, given, state.today)
            events.append(drawn)
    return events


def _reduce(state: State, one: Lock, quantity: int) -> tuple[tuple[Parcel, ...], LockDrawn]:
    given, one.parcels = _split(one.parcels, quantity)
    one.quantity -= quantity
    if not one.quantity:
        state.locks.strike(one)
    return given, LockDrawn(one.lock_id, one.account_id, quantity, one.quantity)


def _split(
    parcels: tuple[Parcel, ...], quantity: int
) -> tuple[tuple[Parcel, ...], tuple[Parcel, ...]]:
    """Divide parcels, oldest first, into those that make up a quantity and the others."""
    given, left = [], []
    for parcel in parcels:
        first = min(quantity, parcel.quantity)
        quantity -= first
        days = (parcel.tradable_from_debit, parcel.tradable_from_credit)
        if first:
            given.append(Parcel(parcel.lot_id, first, *days))
        if first < parcel.quantity:
            left.append(Parcel(parcel.lot_id, parcel.quantity - first, *days))
    return tuple(given), tuple(left)
