"""Locks as rows. That they hold units back on an account, the ledgers project."""

from exchange.core.event import Event
from exchange.core.locks.events import LockDrawn, UnitsLocked, UnitsUnlocked
from exchange.storage.projection import Gathered, Handler, Rows
from exchange.storage.writes import insert, update

LOCKED = insert(
    "locks",
    lock_id="bigint",
    account_id="bigint",
    lot_id="bigint",
    kind="text",
    quantity="bigint",
    ground="text",
    document="text",
    seq="bigint",
    remaining="bigint",
    lifted_ground="text",
    lifted_document="text",
    lifted_seq="bigint",
)
CHANGED = update(
    "locks",
    ("lock_id",),
    "remaining = u.remaining, lifted_ground = u.lifted_ground,"
    " lifted_document = u.lifted_document, lifted_seq = u.lifted_seq",
    lock_id="bigint",
    remaining="bigint",
    lifted_ground="text",
    lifted_document="text",
    lifted_seq="bigint",
)
_Change = tuple[int, str | None, str | None, int | None]


class LocksProjection:
    """Table `locks`: what happens to a lock in the batch that made it is written with it."""

    def __init__(self) -> None:
        self._locked: dict[int, tuple[UnitsLocked, int]] = {}
        self._changed: dict[int, _Change] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            UnitsLocked: self._on_locked,
            UnitsUnlocked: self._on_unlocked,
            LockDrawn: self._on_drawn,
        }

    def drain(self) -> Rows:
        rows = Gathered()
        for lock_id, (event, seq) in self._locked.items():
            change = self._changed.pop(lock_id, (event.quantity, None, None, None))
            row = (
                lock_id,
                event.account_id,
                event.lot_id,
                event.kind,
                event.quantity,
                event.ground,
                event.document,
                seq,
            )
            rows.add(LOCKED, (*row, *change))
        for lock_id, change in self._changed.items():
            rows.add(CHANGED, (lock_id, *change))
        self._locked, self._changed = {}, {}
        return rows.drain()

    def _on_locked(self, event: UnitsLocked, seq: int, _at_ns: int) -> None:
        self._locked[event.lock_id] = (event, seq)

    def _on_unlocked(self, event: UnitsUnlocked, seq: int, _at_ns: int) -> None:
        self._changed[event.lock_id] = (0, event.ground, event.document, seq)

    def _on_drawn(self, event: LockDrawn, _seq: int, _at_ns: int) -> None:
        self._changed[event.lock_id] = (event.left, None, None, None)
