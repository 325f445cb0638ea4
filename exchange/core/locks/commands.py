"""Commands on locks. Both take two people."""

from exchange.core.command import Command
from exchange.core.types import AccountId, LockId, LockKind, LotId


class LockUnits(Command, frozen=True):
    """Set part of a lot on a holding apart, so that it can be neither sold, moved nor pledged."""

    account_id: AccountId
    lot_id: LotId
    quantity: int
    kind: LockKind
    ground: str
    document: str


class UnlockUnits(Command, frozen=True):
    """Let all that a lock still keeps go."""

    lock_id: LockId
    ground: str
    document: str


LocksCommand = LockUnits | UnlockUnits
