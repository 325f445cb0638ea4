"""When a ledger's state is written down, and by whom.

At run time a child process writes it (`aside`), for encoding a large state here would hold up every
ledger for seconds; where no child can be had, this process does it. At the end of a run this
process does it too, since nothing else is left to do. Without a snapshot nothing is lost: recovery
replays more of the journal.
"""

import asyncio

import structlog

from exchange.core.snapshot import digest
from exchange.core.venue import Venue
from exchange.sequencer.aside import Aside, AsideError, BrokenInvariantError, written
from exchange.sequencer.batch import Limits
from exchange.sequencer.id_filter import IdFilter
from exchange.sequencer.journal import FencedError, Journal, StoredSnapshot
from exchange.sequencer.recall import DATABASE_FAULTS

log = structlog.get_logger(__name__)


class Snapshots:
    """The snapshots of one ledger. At most one is being written at a time."""

    def __init__(self, ledger: str, journal: Journal, limits: Limits) -> None:
        self._ledger = ledger
        self._journal = journal
        self._limits = limits
        self._last_seq = 0
        self._aside: Aside | None = None
        self._task: asyncio.Task[None] | None = None
        self._ending = False
        self._may_fork = True
        self.stored_seq = 0

    def recovered(self, seq: int) -> None:
        """Note which snapshot recovery began with, 0 for none."""
        self._last_seq = self.stored_seq = seq

    def due(self, seq: int) -> bool:
        """Tell whether enough was journalled since the last one; not while one is on its way."""
        return self._task is None and seq - self._last_seq >= self._limits.snapshot_commands

    async def keep(self, venue: Venue, ids: IdFilter) -> None:
        """Begin to write the venue down as it is now. All of it must be durable already."""
        before, self._last_seq = self._last_seq, venue.state.seq
        if self._may_fork:
            try:
                self._aside = Aside.fork(venue)
            except OSError as fault:
                log.warning("snapshot not aside", ledger=self._ledger, error=repr(fault))
        if self._aside is None:
            await self._store_now(venue, ids)
            return
        self._task = asyncio.create_task(
            self._store_aside(self._aside, ids, venue.state.seq, before),
            name=f"snapshot {self._ledger}",
        )

    async def keep_last(self, venue: Venue, ids: IdFilter) -> None:
        """Write down the end of a run, unless that was done."""
        await self.end()
        if venue.state.seq != self.stored_seq:
            await self._store_now(venue, ids)

    async def end(self) -> None:
        """Have nothing on its way any more; a child is not waited for."""
        self._ending = True
        if self._aside is not None:
            self._aside.kill()
        if self._task is not None:
            await self._task

    async def _store_aside(self, aside: Aside, ids: IdFilter, seq: int, before: int) -> None:
        try:
            state_hash, state = await aside.finished()
            self._aside = None
            await self._save(StoredSnapshot(seq, state_hash, state), ids)
        except AsideError as fault:
            # The next try comes at once, and here.
            self._may_fork, self._last_seq = False, before
            if not self._ending:
                log.warning("snapshot not aside", ledger=self._ledger, error=str(fault))
        except BrokenInvariantError as fault:
            log.critical("no snapshot", ledger=self._ledger, error=str(fault))
        finally:
            self._aside = self._task = None

    async def _store_now(self, venue: Venue, ids: IdFilter) -> None:
        try:
            state = written(venue)
        except BrokenInvariantError as fault:
            log.critical("no snapshot", ledger=self._ledger, error=str(fault))
            return
        await self._save(StoredSnapshot(venue.state.seq, digest(state), state), ids)
        self._may_fork = True

    async def _save(self, snapshot: StoredSnapshot, ids: IdFilter) -> None:
        chunks = ids.unkept()  # as they are now: knowing later ids too does no harm
        try:
            await self._journal.save_snapshot(snapshot, chunks)
        except (FencedError, *DATABASE_FAULTS) as fault:
            log.warning("no snapshot", ledger=self._ledger, error=repr(fault))
        else:
            ids.kept(chunks)
            self.stored_seq = snapshot.seq
