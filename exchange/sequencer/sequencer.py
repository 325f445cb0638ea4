"""The one writer of a ledger: takes what waits, stamps it, applies it, commits it, answers.

Invariants: an answer is given only after its batch is durable; memory that ran ahead of a failed
commit is dropped and built again from the journal; a command id that was seen gets its first
outcome.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import structlog

from exchange.clock import Clock
from exchange.core.commands import AnyCommand
from exchange.core.outcomes import encode_command
from exchange.core.receipts import Committed
from exchange.core.rules import RuleBook
from exchange.core.venue import Venue
from exchange.errors import Unavailable
from exchange.observability import LedgerMetrics
from exchange.sequencer.applying import Memory, is_heavy
from exchange.sequencer.batch import (
    Batch,
    Group,
    Limits,
    ReusedIdError,
    Submission,
    order_names,
)
from exchange.sequencer.id_filter import key_of
from exchange.sequencer.journal import FencedError, Journal
from exchange.sequencer.projector import Projector
from exchange.sequencer.recall import DATABASE_FAULTS, give_back, recall, settle_by_journal
from exchange.sequencer.recovery import RecoveryError, last_moment_ns, reclaim, recover
from exchange.sequencer.seen import Seen
from exchange.sequencer.snapshots import Snapshots

log = structlog.get_logger(__name__)

IDLE_S = 0.5
RETRY_S = 0.5
CHECK_S = 2


class Sequencer:
    """One ledger's writer. `start`, then `submit` from one event loop, then `stop`."""

    def __init__(  # noqa: PLR0913
        self,
        ledger: str,
        journal: Journal,
        clock: Clock,
        projector: Callable[[], Projector],
        *,
        limits: Limits,
        metrics: LedgerMetrics,
    ) -> None:
        self.ledger = ledger
        self._journal = journal
        self._clock = clock
        self._make_projector = projector
        self._limits = limits
        self._metrics = metrics
        self._memory = Memory(Venue(ledger), projector())
        self._thread = ThreadPoolExecutor(1, f"heavy {ledger}")
        self._queue: deque[Submission] = deque()
        self._seen = Seen()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._last_ns = 0
        self._snapshots = Snapshots(ledger, journal, limits)
        self.ready = False

    @property
    def _venue(self) -> Venue:
        return self._memory.venue

    # What others call

    async def start(self) -> None:
        """Take the lease, recover, and begin to serve."""
        try:
            last_seq = await self._journal.take_over()
            await self._recover(last_seq)
        except BaseException:
            await self._journal.close()
            raise
        self._task = asyncio.create_task(self._run(), name=f"sequencer {self.ledger}")
        await asyncio.shield(self.tick())

    async def stop(self, patience_s: float | None = None) -> None:
        """Commit what waits, keep a snapshot, let go; cut off what outlasts the patience."""
        self._stopping = True
        self._wake.set()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience_s):
                    if self._task is not None:
                        await asyncio.shield(self._task)
                    await self._snapshots.end()
                    if self.ready:
                        await self._snapshots.keep_last(self._venue, self._seen.ids)
        finally:
            self.ready = False
            await self._journal.close()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=RETRY_S)
        self._thread.shutdown(wait=False)

    async def check(self) -> bool:
        """Tell whether commands can be taken: the ledger is open and its lease is still held."""
        try:
            async with asyncio.timeout(CHECK_S):
                return self._serving and await self._journal.held()
        except DATABASE_FAULTS:
            return False

    @property
    def _serving(self) -> bool:
        """Whether the ledger is open and the loop runs that carries its commands out."""
        return self.ready and self._task is not None and not self._task.done()

    @property
    def queued(self) -> int:
        return len(self._queue)

    @property
    def last_seq(self) -> int:
        return self._venue.state.seq

    @property
    def rulebook(self) -> RuleBook:
        """The rules activated so far, to be read only."""
        return self._venue.state.rules

    def wake(self) -> None:
        """Look at the clock again: it may have jumped."""
        self._wake.set()

    async def tick(self) -> Committed:
        """Journal the time as it is now, and fire what is due."""
        group = self._group(1)
        self._enqueue([Submission("", None, b"", 0, 0, group, 0)])
        (result,) = await group.future
        if isinstance(result, Exception):
            raise result
        return result

    async def submit(
        self, commands: list[tuple[str, AnyCommand]], operator_id: int, participant_id: int
    ) -> list[Committed | Exception]:
        """Have commands carried out in order; return what became of each once it is durable.

        A command id seen before gets its first outcome (`replayed`), or ReusedIdError for another
        command.
        Raises: Unavailable when the queue is full or the ledger is not open.
        """
        if not self._serving or self._stopping:
            raise Unavailable("ledger_unavailable", f"the {self.ledger} ledger is not open")
        if len(self._queue) + len(commands) > self._limits.room_for(commands):
            raise Unavailable("queue_full", f"the {self.ledger} ledger has too much to do")
        group = self._group(len(commands))
        items: list[Submission] = []
        doubtful = False
        for place, (command_id, command) in enumerate(commands):
            encoded = encode_command(command)
            item = Submission(
                command_id,
                command,
                encoded,
                operator_id,
                participant_id,
                group,
                place,
                key_of(command_id),
                order_names(command),
                is_heavy(command, encoded, self._limits.heavy_bytes_min),
            )
            if command_id in self._seen.waiting:
                self._follow(item, self._seen.waiting[command_id])
            elif used := self._seen.expected(item.order_names):
                group.settle(place, ReusedIdError(used))
            else:
                doubtful = doubtful or self._seen.perhaps(item)
                self._seen.expect(item)
                items.append(item)
        if doubtful:  # the others wait with it: order matters
            items = await recall(self._journal, self._seen, items)
        if self._serving:
            self._enqueue(items)
        else:
            gone = Unavailable("ledger_unavailable", "repeat the same id")
            give_back(self._seen, items, gone)
        return await group.future

    # Commands that were seen before

    @staticmethod
    def _follow(item: Submission, first: Submission) -> None:
        """Have a command whose first copy is still on its way answered together with that one."""
        if first.followers is None:
            first.followers = [item]
        else:
            first.followers.append(item)

    # The loop

    async def _run(self) -> None:
        """Commit one batch while the next is applied; answer each after its own commit.

        Before a heavy command all others are answered: they must not wait for it.
        """
        committing: asyncio.Task[None] | None = None
        flying = Batch()
        while True:
            batch = Batch()
            try:
                if self._may_apply(busy=committing is not None):
                    await self._apply(batch)
                if committing is not None:
                    await committing
            except Exception as fault:  # noqa: BLE001  (whatever it was, memory is in doubt)
                await self._heal(flying, batch, committing, fault)
                flying, committing = Batch(), None
                if not self.ready:
                    return
                continue
            durable, flying, committing = flying, batch, None
            if batch.entries:
                committing = asyncio.create_task(self._commit(batch))
                await asyncio.sleep(0)  # let it be sent, before the answers take their time
            if durable.entries:
                self._answer(durable)
            if committing is None and await self._pause():
                return

    async def _pause(self) -> bool:
        """Do what suits a moment in which nothing is on its way. True: it is time to end."""
        if self._snapshots.due(self.last_seq):
            await self._snapshots.keep(self._venue, self._seen.ids)
        elif not self._queue and not self._due():
            if self._stopping:
                return True
            await self._sleep()
        return False

    async def _commit(self, batch: Batch) -> None:
        started = time.perf_counter()
        await self._journal.append(batch.entries, batch.rows)
        self._metrics.committed(
            time.perf_counter() - started, len(batch.entries), batch.entries[-1].seq
        )

    async def _sleep(self) -> None:
        self._wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_S):
                await self._wake.wait()

    def _due(self) -> bool:
        venue = self._venue
        return venue.started and self._clock.now_ns() >= venue.next_due_ns

    def _may_apply(self, *, busy: bool) -> bool:
        """Tell whether there is something to apply now. `busy`: a commit is on its way."""
        if self._snapshots.due(self.last_seq):
            return False
        if self._due():
            return not busy
        return bool(self._queue) and not (busy and self._queue[0].heavy)

    async def _apply(self, batch: Batch) -> None:
        """Stamp and apply what waits. The time, when it is due, and what is heavy go alone."""
        now = self._last_ns = max(self._clock.now_ns(), self._last_ns)
        venue, queue = self._venue, self._queue
        if now >= venue.next_due_ns or not venue.started:
            await self._apply_aside(batch, self._clock_submission(), now)
        elif queue[0].heavy:
            await self._apply_aside(batch, queue.popleft(), now)
        else:
            self._apply_light(batch, now)

    def _apply_light(self, batch: Batch, now: int) -> None:
        """Apply what waits up to something heavy, or until rules just activated call for it."""
        memory, state, queue = self._memory, self._venue.state, self._queue
        for _ in range(min(len(queue), self._limits.batch_commands_max)):
            if queue[0].heavy or now >= state.next_due_ns:
                break
            item = queue.popleft()
            batch.submissions.append(item)
            memory.apply(batch, item, now)
        memory.gather(batch)

    async def _apply_aside(self, batch: Batch, item: Submission, now: int) -> None:
        """Apply a command in a thread while the loop serves the other ledgers."""
        batch.submissions.append(item)
        await asyncio.get_running_loop().run_in_executor(
            self._thread, self._memory.apply_alone, batch, item, now
        )

    def _clock_submission(self) -> Submission:
        return Submission("", None, b"", 0, 0, self._group(1), 0)

    def _answer(self, batch: Batch) -> None:
        refused: dict[str, int] = {}
        for item, answer in zip(batch.submissions, batch.answers, strict=True):
            refusal = answer.outcome.refusal
            if refusal is not None:
                refused[refusal.reason] = refused.get(refusal.reason, 0) + 1
            self._seen.remember(item, refused=refusal is not None)
            item.settle(answer)
        self._metrics.answered(len(batch.answers) - sum(refused.values()), refused)
        self._metrics.queued(len(self._queue))

    def _enqueue(self, items: list[Submission]) -> None:
        if items:
            self._queue.extend(items)
            self._wake.set()

    @staticmethod
    def _group(size: int) -> Group:
        return Group(asyncio.get_running_loop().create_future(), [None] * size, size)

    # When something failed

    async def _heal(
        self,
        flying: Batch,
        batch: Batch,
        committing: asyncio.Task[None] | None,
        fault: Exception,
    ) -> None:
        """Drop memory and recover; answer what was on its way by what the journal says of it."""
        self.ready = False
        lost_items = list(batch.submissions)
        if committing is not None:
            await asyncio.wait([committing])
            lost_items = [*flying.submissions, *lost_items]
        log.error("commit in doubt", ledger=self.ledger, error=repr(fault))
        self._memory = Memory(Venue(self.ledger), self._make_projector())
        reclaim()
        while not self._stopping and not isinstance(fault, FencedError):
            try:
                await self._recover(await self._journal.keep())
                break
            except DATABASE_FAULTS as still:
                log.warning("database is away", ledger=self.ledger, error=repr(still))
                await asyncio.sleep(RETRY_S)
            except Exception as lost:  # noqa: BLE001  (fenced, or records that disagree)
                log.critical("ledger closed", ledger=self.ledger, error=repr(lost))
                break
        if not self.ready:
            lost_items.extend(self._queue)
            self._queue.clear()
        await settle_by_journal(self._journal if self.ready else None, self._seen, lost_items)

    async def _recover(self, last_seq: int) -> None:
        started = time.perf_counter()
        try:
            found = await recover(self._journal, self.ledger, last_seq)
        except RecoveryError:
            await self._journal.keep()  # no contradiction, if another writer went on meanwhile
            raise
        state = found.venue.state
        self._memory = Memory(found.venue, self._make_projector())
        self._seen.ids = found.ids
        self._last_ns = await last_moment_ns(self._journal, found.venue)
        self._snapshots.recovered(state.seq - found.replayed)
        self.ready = True
        log.info(
            "ledger open",
            ledger=self.ledger,
            seq=last_seq,
            replayed=found.replayed,
            seconds=round(time.perf_counter() - started, 3),
        )
