"""A database in memory and the journals that are connections to it: it fails as a real one does.

What a transaction wrote is apart from what was synced: a power loss takes the first and leaves the
second. A statement that was sent goes on when its sender is cut off or killed, so its outcome is
known only to who asks again. Transactions hold the lease's row lock until they are synced, as in
PostgreSQL; so `keep` and `take_over` see the end of whatever was on its way.

`Faults` decides at each moment of a statement how long it takes and what strikes it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from exchange.core.types import ParticipantId
from exchange.ledgers.projection import ACCOUNTS_NEW, BALANCES
from exchange.orders.projection import ORDERS_NEW
from exchange.sequencer.id_filter import FilterChunk
from exchange.sequencer.journal import Entry, FencedError, StoredSnapshot
from exchange.storage.projection import Rows

SNAPSHOTS_KEPT = 3
PAGE_ENTRIES = 50


class Cut(ConnectionError):
    """The connection went; what became of the statement is not known."""


class Moment(StrEnum):
    """How far a statement has come."""

    SENT = "sent"
    WRITTEN = "written"
    SYNCED = "synced"
    READ = "read"


class Faults:
    """What strikes statements. This one leaves them alone; nothing takes time."""

    def delay_s(self, moment: Moment) -> float:
        """Say how long a statement takes to come to a moment."""
        return 0.0

    def strike(self, moment: Moment, connection: "MemoryJournal") -> None:
        """Cut a connection, kill a process, or make the power fail, now."""

    def survives(self) -> bool:
        """Tell whether a write that was not synced had reached the disk when the power failed."""
        return False


@dataclass(frozen=True, slots=True)
class Commit:
    """One transaction: its entries, and what its rows do to the projected balances."""

    epoch: int
    entries: tuple[Entry, ...]
    opened: tuple[tuple[int, int, int], ...]
    changed: tuple[tuple[int, int, int], ...]
    orders: tuple[tuple[int, str], ...]


class MemoryDatabase:
    """What is stored of one ledger, and the transactions that are on their way."""

    def __init__(
        self, faults: Faults, on_synced: Callable[[Commit], None] = lambda _commit: None
    ) -> None:
        self.faults = faults
        self.on_synced = on_synced
        self.epoch = 0
        self.holder = ""
        self.synced: list[Entry] = []
        self.unsynced: list[Commit] = []
        self.places: dict[str, int] = {}
        self.balances: dict[int, tuple[int, int]] = {}
        self.orders: set[tuple[int, str]] = set()
        self.chunks: dict[int, FilterChunk] = {}
        self.snapshots: list[StoredSnapshot] = []
        self.connections: list[MemoryJournal] = []
        self.up = True
        self._lease = asyncio.Lock()
        self._at_work: dict[asyncio.Task[None], None] = {}

    @property
    def last_seq(self) -> int:
        unsynced = sum(len(commit.entries) for commit in self.unsynced)
        return len(self.synced) + unsynced

    def serve(self, work: Coroutine[Any, Any, Any], answer: asyncio.Future[Any]) -> None:
        """Carry out a statement, whatever becomes of who sent it. Raises: Cut when down."""
        if not self.up:
            raise Cut("no connection")
        task = asyncio.get_running_loop().create_task(self._serve(work, answer))
        self._at_work[task] = None

        def end(done: "asyncio.Task[None]") -> None:
            self._at_work.pop(done, None)
            work.close()

        task.add_done_callback(end)

    @staticmethod
    async def _serve(work: Coroutine[Any, Any, Any], answer: asyncio.Future[Any]) -> None:
        try:
            result = await work
        except FencedError as fenced:
            if not answer.done():
                answer.set_exception(fenced)
            return
        if not answer.done():
            answer.set_result(result)

    async def come_to(self, moment: Moment, connection: "MemoryJournal") -> None:
        delay_s = self.faults.delay_s(moment)
        if delay_s:
            await asyncio.sleep(delay_s)
        self.faults.strike(moment, connection)
        await asyncio.sleep(0)  # a power loss in the strike ends the statement here

    # Statements

    async def lease(self, connection: "MemoryJournal", epoch: int) -> tuple[int, int]:
        """Give the holder a higher epoch; 0 takes the lease from whoever has it."""
        await self.come_to(Moment.SENT, connection)
        async with self._lease:
            if epoch and not self.may_keep(connection.holder, epoch):
                raise FencedError
            self.epoch = epoch or self.epoch + 1
            self.holder = connection.holder
            held = self.epoch, self.last_seq
        await self.come_to(Moment.SYNCED, connection)
        return held

    async def commit(self, connection: "MemoryJournal", commit: Commit, last_seq: int) -> None:
        """Write one transaction if the lease is still what its writer believes."""
        await self.come_to(Moment.SENT, connection)
        async with self._lease:
            if not self.may_write(commit.epoch, last_seq):
                raise FencedError
            self.unsynced.append(commit)
            await self.come_to(Moment.WRITTEN, connection)
            self.sync()
        await self.come_to(Moment.SYNCED, connection)

    def may_write(self, epoch: int, last_seq: int) -> bool:
        return epoch == self.epoch and last_seq == self.last_seq

    def may_keep(self, holder: str, epoch: int) -> bool:
        return holder == self.holder and epoch > self.epoch

    async def save(
        self,
        connection: "MemoryJournal",
        epoch: int,
        snapshot: StoredSnapshot,
        chunks: Sequence[FilterChunk],
    ) -> None:
        await self.come_to(Moment.SENT, connection)
        if epoch != self.epoch:
            raise FencedError
        self.chunks.update((chunk.number, chunk) for chunk in chunks)
        if snapshot.seq not in [kept.seq for kept in self.snapshots]:
            self.snapshots.append(snapshot)
            self.snapshots.sort(key=lambda kept: kept.seq)
            del self.snapshots[:-SNAPSHOTS_KEPT]
        await self.come_to(Moment.SYNCED, connection)

    async def look_up(self, connection: "MemoryJournal", read: Callable[[], Any]) -> Any:
        await self.come_to(Moment.READ, connection)
        return read()

    # The disk

    def sync(self) -> None:
        """Make all that was written durable and visible."""
        for commit in self.unsynced:
            self._keep(commit)
        self.unsynced.clear()

    def _keep(self, commit: Commit) -> None:
        for entry in commit.entries:
            self.synced.append(entry)
            self.places.setdefault(entry.command_id, len(self.synced) - 1)
        for account_id, posted, held in commit.opened:
            assert account_id not in self.balances, "an account was opened twice"
            self.balances[account_id] = (posted, held)
        for account_id, posted, held in commit.changed:
            before = self.balances[account_id]
            self.balances[account_id] = (before[0] + posted, before[1] + held)
        self.orders.update(commit.orders)
        self.on_synced(commit)

    def lose_power(self) -> None:
        """End every transaction, lose what was not synced (but for luck), cut all connections."""
        for task in list(self._at_work):
            task.cancel()
        for commit in self.unsynced:
            if not self.faults.survives():
                break
            self._keep(commit)
        self.unsynced.clear()
        self.up = False
        for connection in self.connections:
            connection.cut()

    def return_power(self) -> None:
        self.up = True


class MemoryJournal:
    """A connection to the database, as one process has it. Implements `Journal`."""

    def __init__(self, database: MemoryDatabase, holder: str) -> None:
        self.holder = holder
        self._database = database
        self._epoch = self._tried_epoch = 0
        self._last_seq = 0
        self._waiting: dict[asyncio.Future[Any], None] = {}
        self._moving = asyncio.Event()
        self._moving.set()
        self._gone = False
        database.connections.append(self)

    # What is done to it

    def cut(self) -> None:
        """Have every statement on its way fail for its sender, though perhaps not in truth."""
        for answer in list(self._waiting):
            if not answer.done():
                answer.set_exception(Cut("cut"))

    def kill(self) -> None:
        """Leave as a killed process does: nothing more is sent and no answer arrives."""
        self._gone = True
        self._moving.set()
        self._database.connections.remove(self)
        for answer in list(self._waiting):
            answer.cancel()

    def pause(self) -> None:
        """Have the process stand still where it next speaks to the database or hears from it."""
        self._moving.clear()

    def resume(self) -> None:
        self._moving.set()

    async def _ask(self, work: Coroutine[Any, Any, Any]) -> Any:
        answer = asyncio.get_running_loop().create_future()
        try:
            await self._move()
            self._database.serve(work, answer)
        except BaseException:
            work.close()
            raise
        self._waiting[answer] = None
        try:
            result = await answer
        except Exception:
            await self._move()
            raise
        finally:
            del self._waiting[answer]
        await self._move()
        return result

    async def _move(self) -> None:
        await self._moving.wait()
        if self._gone:
            raise asyncio.CancelledError

    async def _read(self, read: Callable[[], Any]) -> Any:
        return await self._ask(self._database.look_up(self, read))

    # Journal

    async def take_over(self) -> int:
        return await self._hold(0)

    async def keep(self) -> int:
        self._tried_epoch += 1
        return await self._hold(self._tried_epoch)

    async def _hold(self, epoch: int) -> int:
        self._epoch, self._last_seq = await self._ask(self._database.lease(self, epoch))
        self._tried_epoch = self._epoch
        return self._last_seq

    async def append(self, entries: list[Entry], rows: Rows) -> None:
        await self._ask(self.transaction(entries, rows))
        self._last_seq = entries[-1].seq

    def transaction(self, entries: list[Entry], rows: Rows) -> Coroutine[Any, Any, None]:
        """Make the statement that writes a batch."""
        gathered = dict(rows)
        commit = Commit(
            self._epoch,
            tuple(entries),
            tuple([(row[0], row[5], row[6]) for row in gathered.get(ACCOUNTS_NEW, ())]),
            tuple([(row[0], row[1], row[2]) for row in gathered.get(BALANCES, ())]),
            tuple([(row[1], row[2]) for row in gathered.get(ORDERS_NEW, ())]),
        )
        return self._database.commit(self, commit, self._last_seq)

    async def entries_after(self, seq: int) -> AsyncIterator[Entry]:
        synced = self._database.synced
        while True:
            page = await self._read(lambda: synced[seq : seq + PAGE_ENTRIES])  # noqa: B023
            for entry in page:
                yield entry
            if len(page) < PAGE_ENTRIES:
                return
            seq += PAGE_ENTRIES

    async def find(self, command_ids: Sequence[str]) -> dict[str, Entry]:
        database = self._database
        return await self._read(
            lambda: {
                command_id: database.synced[database.places[command_id]]
                for command_id in command_ids
                if command_id in database.places
            }
        )

    async def orders_known(
        self, orders: Sequence[tuple[ParticipantId, str]]
    ) -> set[tuple[ParticipantId, str]]:
        return await self._read(lambda: {one for one in orders if one in self._database.orders})

    async def snapshots(self) -> AsyncIterator[StoredSnapshot]:
        for kept in await self._read(lambda: self._database.snapshots[::-1]):
            yield kept

    async def filter_chunks(self) -> list[FilterChunk]:
        return await self._read(lambda: list(self._database.chunks.values()))

    async def save_snapshot(self, snapshot: StoredSnapshot, chunks: Sequence[FilterChunk]) -> None:
        await self._ask(self._database.save(self, self._epoch, snapshot, chunks))

    async def balances(self) -> dict[int, tuple[int, int]]:
        return await self._read(lambda: dict(self._database.balances))

    async def close(self) -> None:
        self.cut()
