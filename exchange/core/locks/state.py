"""The locks that keep something."""

from dataclasses import dataclass, field

from exchange.core.event import Parcel
from exchange.core.types import AccountId, LockId, LockKind, LotId


@dataclass(slots=True)
class Lock:
    """Units of one lot set apart on one account, with the days from which they are tradable."""

    lock_id: LockId
    account_id: AccountId
    lot_id: LotId
    kind: LockKind
    quantity: int
    parcels: tuple[Parcel, ...]


@dataclass(slots=True)
class LocksState:
    """All locks by number, and those of each account, both in order of entry."""

    locks: dict[LockId, Lock] = field(default_factory=dict)
    of_account: dict[AccountId, dict[LockId, Lock]] = field(default_factory=dict)
    last: int = 0

    def enter(self, lock: Lock) -> None:
        self.locks[lock.lock_id] = lock
        self.of_account.setdefault(lock.account_id, {})[lock.lock_id] = lock

    def strike(self, lock: Lock) -> None:
        del self.locks[lock.lock_id]
        own = self.of_account[lock.account_id]
        del own[lock.lock_id]
        if not own:
            del self.of_account[lock.account_id]

    def on(self, account_id: AccountId) -> list[Lock]:
        """Return the locks on an account, oldest first."""
        return list(self.of_account.get(account_id, {}).values())
