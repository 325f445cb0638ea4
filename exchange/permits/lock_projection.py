"""Locks as rows. That they hold units back on an account, the ledgers project."""

from exchange.core.event import Event
from exchange.core.locks.events import LockDrawn, UnitsLocked, UnitsUnlocked
from exchange.storage.projection import Gathered, Handler, Kept, Rows

_FIXED = {
    "account_id": "bigint",
    "lot_id": "bigint",
    "kind": "text",
    "quantity": "bigint",
    "ground": "text",
    "document": "text",
    "seq": "bigint",
}
_CHANGING = {
    "remaining": "bigint",
    "lifted_ground": "text",
    "lifted_document": "text",
    "lifted_seq": "bigint",
}


class LocksProjection:
    """Table `locks`."""

    def __init__(self) -> None:
        self._locks = Kept("locks", {"lock_id": "bigint"}, _FIXED, _CHANGING)

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            UnitsLocked: self._on_locked,
            UnitsUnlocked: self._on_unlocked,
            LockDrawn: self._on_drawn,
        }

    def drain(self) -> Rows:
        rows = Gathered()
        self._locks.drain(rows)
        return rows.drain()

    def _on_locked(self, event: UnitsLocked, seq: int, _at_ns: int) -> None:
        self._locks.make(
            event.lock_id,
            account_id=event.account_id,
            lot_id=event.lot_id,
            kind=event.kind,
            quantity=event.quantity,
            ground=event.ground,
            document=event.document,
            seq=seq,
            remaining=event.quantity,
        )

    def _on_unlocked(self, event: UnitsUnlocked, seq: int, _at_ns: int) -> None:
        lifted = {"lifted_ground": event.ground, "lifted_document": event.document}
        self._locks.change(event.lock_id, remaining=0, **lifted, lifted_seq=seq)

    def _on_drawn(self, event: LockDrawn, _seq: int, _at_ns: int) -> None:
        self._locks.change(event.lock_id, remaining=event.left)
