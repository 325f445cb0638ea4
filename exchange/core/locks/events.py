"""What happened to locks."""

from exchange.core.event import Event
from exchange.core.types import AccountId, LockId, LockKind, LotId


class UnitsLocked(Event, frozen=True):
    """Units of a lot are set apart on an account."""

    lock_id: LockId
    account_id: AccountId
    lot_id: LotId
    quantity: int
    kind: LockKind
    ground: str
    document: str


class UnitsUnlocked(Event, frozen=True):
    """A lock is lifted: `quantity`, all that it still kept, is free again."""

    lock_id: LockId
    account_id: AccountId
    quantity: int
    ground: str
    document: str


class LockDrawn(Event, frozen=True):
    """Units left a lock for the use that it allows, or as their lot ended; it keeps `left`."""

    lock_id: LockId
    account_id: AccountId
    quantity: int
    left: int


LocksEvent = UnitsLocked | UnitsUnlocked | LockDrawn
