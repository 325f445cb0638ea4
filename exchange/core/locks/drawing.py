"""What locks keep, and how it leaves them: for the use that they allow, or as its lot ends.

Invariant: what is drawn goes back to the holding first, so it can only leave by a posting like any
other unit, in the same command.
"""

from collections.abc import Container

from exchange.core.accounts import Account
from exchange.core.event import Parcel
from exchange.core.events import AnyEvent
from exchange.core.locks.events import LockDrawn
from exchange.core.locks.state import Lock
from exchange.core.state import State
from exchange.core.types import ANY_LOT, LockKind, LotId


def kept(state: State, account: Account, lot_id: LotId, *kinds: LockKind) -> int:
    """Count what locks of some kinds keep of a lot (`ANY_LOT`: of all) on an account."""
    return sum(
        one.quantity
        for one in state.locks.on(account.account_id)
        if one.kind in kinds and lot_id in (ANY_LOT, one.lot_id)
    )


def draw(
    state: State, account: Account, lot_id: LotId, quantity: int, *kinds: LockKind
) -> list[AnyEvent]:
    """Give units of a lot back to the holding out of its locks of some kinds, oldest first.

    The caller has checked that they keep so much, and spends what comes back in the same command.
    Emits: LockDrawn for each lock.
    """
    events: list[AnyEvent] = []
    for one in state.locks.on(account.account_id):
        if not quantity:
            break
        if one.kind not in kinds or one.lot_id != lot_id:
            continue
        taken = min(quantity, one.quantity)
        events.append(_draw_on(state, account, one, taken))
        quantity -= taken
    assert not quantity
    return events


def end(state: State, account: Account, lots: Container[LotId]) -> list[AnyEvent]:
    """Give all units of some lots back to the holding, as the lots have ended. Emits: LockDrawn."""
    return [
        _draw_on(state, account, one, one.quantity)
        for one in state.locks.on(account.account_id)
        if one.lot_id in lots
    ]


def _draw_on(state: State, account: Account, one: Lock, quantity: int) -> LockDrawn:
    given, left = _split(one.parcels, quantity)
    one.quantity -= quantity
    one.parcels = left
    if not one.quantity:
        state.locks.strike(one)
    account.put_back(quantity, given, state.today)
    return LockDrawn(one.lock_id, one.account_id, quantity, one.quantity)


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
