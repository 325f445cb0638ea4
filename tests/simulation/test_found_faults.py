"""Faults that the simulation found, each as the shortest course of events that shows it."""

import asyncio
from collections import deque
from contextlib import suppress

import pytest
import structlog

from exchange.app import make_projector
from exchange.core.commands import ActivateRules, DepositCash, PlaceOrders
from exchange.core.receipts import Committed
from exchange.core.rules import RuleKind
from exchange.core.types import Seq
from exchange.errors import Unavailable
from exchange.observability import make_metrics
from exchange.rulebook.loader import load_rules
from exchange.sequencer.batch import Limits
from exchange.sequencer.journal import FencedError
from exchange.sequencer.sequencer import Sequencer
from tests.simulation.event_loop import SimulatedLoop
from tests.simulation.world import ServerClock
from tests.support.builders import at_ns, rule
from tests.support.memory_journal import Faults, MemoryDatabase, MemoryJournal, Moment


class Script(Faults):
    """Cuts the connection at the moments named, in that order; the first moment waits."""

    def __init__(self):
        self.cuts = deque()
        self.delays = {}

    def strike(self, moment, connection):
        if self.cuts and self.cuts[0] is moment:
            self.cuts.popleft()
            connection.cut()

    def delay_s(self, moment):
        return self.delays.pop(moment, 0.0)


class Scene:
    """One database and its sequencers; the clock stands at 10:20 and can be moved."""

    def __init__(self):
        self.script = Script()
        self.database = MemoryDatabase(self.script)
        self.now_ns = at_ns("2026-03-02 10:20")
        self.journals = []

    async def start(self, name="a", off_ns=0):
        journal = MemoryJournal(self.database, name)
        self.journals.append(journal)
        started = Sequencer(
            "carbon",
            journal,
            ServerClock(lambda: self.now_ns, off_ns),
            make_projector,
            limits=Limits(),
            metrics=make_metrics().ledger("carbon"),
        )
        await started.start()
        return started

    async def crash(self, running):
        """End a process, whichever of its journals it had."""
        running._journal.kill()
        running._task.cancel()
        with suppress(asyncio.CancelledError):
            await running._task

    async def ask(self, running, *commands):
        return await running.submit(list(commands), 0, 0)


RULES = ("0:key:rules", ActivateRules(load_rules("carbon"), "rulebook"))
DEPOSIT = ("1:key:a", DepositCash(1, 100, "slip"))
EMPTY = ("1:key:b", PlaceOrders(1, ()))


@pytest.fixture
def play():
    """Run a scene on a loop with simulated time, its log silenced."""
    before = structlog.get_config()
    structlog.configure(processors=[_drop])
    loop = SimulatedLoop()
    asyncio.set_event_loop(loop)

    def run(scenario):
        async def limited():
            async with asyncio.timeout(60):
                await scenario(Scene())

        loop.run_until_complete(limited())

    yield run
    asyncio.set_event_loop(None)
    loop.close()
    structlog.configure(**before)


def _drop(_logger, _level, _event):
    raise structlog.DropEvent


def test_time_in_the_journal_does_not_go_back_with_a_machine_whose_clock_is_behind(play):
    async def scenario(scene):
        first = await scene.start()
        scene.now_ns += 60 * 10**9
        await scene.ask(first, DEPOSIT)
        await scene.crash(first)
        second = await scene.start("b", off_ns=-30 * 10**9)
        await scene.ask(second, EMPTY)
        times = [entry.at_ns for entry in scene.database.synced]
        assert times == sorted(times)
        await second.stop()

    play(scenario)


def test_hours_amended_in_a_batch_are_in_force_for_the_next_command_of_it(play):
    async def scenario(scene):
        running = await scene.start()
        await scene.ask(running, RULES)
        hours = rule("carbon.trading.hours", RuleKind.HOURS, "10:25-11:30", "13:00-15:00")
        scene.now_ns = at_ns("2026-03-02 10:28")
        amended = ("0:key:hours", ActivateRules((hours,), "order"))
        results = await scene.ask(running, amended, DEPOSIT)
        assert all(isinstance(result, Committed) for result in results)
        assert [entry.kind for entry in scene.database.synced[-3:]] == [
            "ActivateRules",
            "AdvanceTime",
            "DepositCash",
        ]
        await running.stop()

    play(scenario)


def test_a_writer_keeps_its_lease_when_the_answer_to_keeping_it_is_lost(play):
    async def scenario(scene):
        running = await scene.start()
        scene.script.cuts.extend([Moment.SENT, Moment.SYNCED])
        with suppress(Unavailable):
            await scene.ask(running, DEPOSIT)
        (result,) = await scene.ask(running, DEPOSIT)
        assert isinstance(result, Committed)
        await running.stop()

    play(scenario)


def test_a_keep_that_arrives_late_does_not_fence_its_own_writer(play):
    async def scenario(scene):
        journal = MemoryJournal(scene.database, "a")
        await journal.take_over()
        scene.script.delays[Moment.SENT] = 5.0
        late = asyncio.ensure_future(journal.keep())
        await asyncio.sleep(1)
        journal.cut()
        with pytest.raises(ConnectionError):
            await late
        await journal.keep()
        await asyncio.sleep(10)
        assert scene.database.may_write(journal._epoch, 0)

    play(scenario)


def test_a_stop_without_a_snapshot_is_a_stop(play):
    async def scenario(scene):
        running = await scene.start()
        scene.script.cuts.append(Moment.SENT)
        await running.stop()
        assert not running.ready

    play(scenario)


def test_a_recovery_that_was_overtaken_is_fenced_and_sees_no_contradiction(play):
    async def scenario(scene):
        first = await scene.start()
        await scene.ask(first, DEPOSIT)
        await scene.crash(first)
        scene.script.delays[Moment.READ] = 5.0
        slow = asyncio.ensure_future(scene.start("b"))
        await asyncio.sleep(1)
        third = await scene.start("c")
        await scene.ask(third, EMPTY)
        with pytest.raises(FencedError):
            await slow
        await third.stop()

    play(scenario)


def test_a_stale_writer_does_not_replace_the_ids_that_the_new_one_has_seen(play):
    async def scenario(scene):
        stale = await scene.start("a")
        fresh = await scene.start("b")
        (first,) = await scene.ask(fresh, DEPOSIT)
        await fresh.stop()
        await stale.stop()
        again = await scene.start("c")
        (repeat,) = await scene.ask(again, DEPOSIT)
        assert (repeat.seq, repeat.replayed) == (Seq(first.seq), True)
        await again.stop()

    play(scenario)


def test_an_empty_batch_repeated_gets_its_first_outcome(play):
    async def scenario(scene):
        running = await scene.start()
        (first,) = await scene.ask(running, EMPTY)
        (repeat,) = await scene.ask(running, EMPTY)
        assert (repeat.seq, repeat.outcome, repeat.replayed) == (first.seq, first.outcome, True)
        await running.stop()

    play(scenario)
