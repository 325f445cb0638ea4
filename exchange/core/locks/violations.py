"""What is always true of locks. That they are held on their accounts is checked with all holds."""

from collections.abc import Iterator

from exchange.core.state import State
from exchange.core.types import Purpose


def violations(state: State) -> Iterator[str]:
    entered = sum(len(own) for own in state.locks.of_account.values())
    if entered != len(state.locks.locks):
        yield f"{len(state.locks.locks)} locks are known, {entered} by account"
    for lock in state.locks.locks.values():
        account = state.accounts.all[lock.account_id]
        if account.purpose is not Purpose.HOLDING:
            yield f"lock {lock.lock_id} is on an account that is no holding"
        if lock.quantity <= 0 or sum(one.quantity for one in lock.parcels) != lock.quantity:
            yield f"lock {lock.lock_id} keeps {lock.quantity}, its lots say otherwise"
        if any(one.lot_id != lock.lot_id for one in lock.parcels):
            yield f"lock {lock.lock_id} keeps units of another lot"
