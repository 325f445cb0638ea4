"""One process: the real sequencer with its connection and its clock, as the network sees it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from exchange.app import make_projector
from exchange.core.commands import AnyCommand
from exchange.core.events import Event
from exchange.core.invariants import violations
from exchange.core.receipts import Committed
from exchange.errors import Unavailable
from exchange.observability import LedgerMetrics
from exchange.sequencer.batch import Limits
from exchange.sequencer.projector import Projector
from exchange.sequencer.sequencer import Sequencer
from tests.simulation.world import ServerClock, World
from tests.support.memory_journal import MemoryJournal

Named = list[tuple[str, AnyCommand]]
Results = list[Committed | Exception]


class ConnectionLost(ConnectionError):
    """The server died; what became of the request is not known."""


class WatchingProjector(Projector):
    """The projections of a ledger, and a look at its state after every step."""

    def __init__(self, inner: Projector, look: Callable[[], None]) -> None:
        super().__init__(inner._projections)
        self._look = look

    def project(self, events: Sequence[Event], seq: int, at_ns: int) -> None:
        super().project(events, seq, at_ns)
        self._look()


class Server:
    """A sequencer in a process that can be killed and paused."""

    def __init__(
        self,
        world: World,
        journal: MemoryJournal,
        make_sequencer: type[Sequencer],
        *,
        off_ns: int,
        limits: Limits,
        metrics: LedgerMetrics,
    ) -> None:
        self.world = world
        self.journal = journal
        self.name = journal.holder
        self.alive = True
        self.started = False
        self.stopping = False
        self.sequencer = make_sequencer(
            world.ledger,
            journal,
            ServerClock(world.now_ns, off_ns),
            lambda: WatchingProjector(make_projector(), self._look),
            limits=limits,
            metrics=metrics,
        )
        self._answers: dict[asyncio.Future[Results], None] = {}
        self._tasks: dict[asyncio.Task[Any], None] = {}

    def _look(self) -> None:
        for fault in violations(self.sequencer._venue.state):
            self.world.break_promise(f"{self.name}: {fault}")

    @property
    def closed(self) -> bool:
        """Tell whether the sequencer ended by itself."""
        task = self.sequencer._task
        return self.alive and not self.stopping and task is not None and task.done()

    def work(self, work: Any) -> "asyncio.Task[Any]":
        """Have a task run in this process: it ends with it."""
        task = self.world.loop.create_task(work)
        self._tasks[task] = None
        task.add_done_callback(lambda done: self._tasks.pop(done, None))
        return task

    def call(self, named: Named, participant_id: int) -> "asyncio.Future[Results]":
        """Send a request; the answer fails with ConnectionLost when the process dies."""
        answer: asyncio.Future[Results] = self.world.loop.create_future()
        if not self.alive:
            answer.set_exception(ConnectionLost())
            return answer
        self._answers[answer] = None
        self.work(self._serve(answer, named, participant_id))
        return answer

    async def _serve(
        self, answer: "asyncio.Future[Results]", named: Named, participant_id: int
    ) -> None:
        try:
            results = await self.sequencer.submit(named, participant_id, participant_id)
        except Unavailable as unavailable:
            self.world.met[f"answered {unavailable.code}"] += 1
            results = [unavailable] * len(named)
        self._answers.pop(answer, None)
        if not answer.done():
            answer.set_result(results)

    def kill(self) -> None:
        """End the process at this moment."""
        if not self.alive:
            return
        self.alive = False
        self.journal.kill()
        for answer in list(self._answers):
            if not answer.done():
                answer.set_exception(ConnectionLost())
        self._answers.clear()
        for task in list(self._tasks):
            task.cancel()
        if self.sequencer._task is not None:
            self.sequencer._task.cancel()

    def pause(self) -> None:
        self.journal.pause()

    def resume(self) -> None:
        self.journal.resume()
