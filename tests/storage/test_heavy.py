"""Commands that take long: their own ledger waits, the others trade, and nothing else changes."""

import asyncio
from threading import Event, current_thread, main_thread

import pytest

from exchange.app import make_projector
from exchange.clock import VirtualClock
from exchange.core.allocation.commands import PublishPlan
from exchange.core.allocation.content import content_hash, encode_content
from exchange.core.approvals.commands import ApproveRequest
from exchange.core.approvals.events import ApprovalRequested
from exchange.core.calendar import local_day
from exchange.core.commands import (
    ActivateRules,
    AdmitParticipant,
    AdvanceTime,
    DefineAsset,
    DepositCash,
)
from exchange.core.receipts import Committed
from exchange.core.totals.commands import SetControlTotal
from exchange.core.types import AccountType, Day
from exchange.errors import Unavailable
from exchange.observability import make_metrics
from exchange.rulebook.loader import load_rules
from exchange.sandbox import clock as sandbox_clock
from exchange.sequencer.applying import is_heavy
from exchange.sequencer.batch import Limits
from exchange.sequencer.postgres import ROWS_ASIDE, PostgresJournal
from exchange.sequencer.projector import Projector
from exchange.sequencer.sequencer import Sequencer
from tests.support.builders import asking, issuing, plan

PATIENCE_S = 20
DAY_NS = 86_400 * 10**9
ENTITIES = ROWS_ASIDE // 4  # each makes an account, a lot, a holding, a transfer and an entry
HEAVY = ("90:key:total", asking(SetControlTotal(1, "", 10**9, "total")))
LIGHT = ("1:key:deposit", DepositCash(1, 100, "slip"))


class Gate(Projector):
    """The projections of a ledger; whoever projects a request for approval must pass the gate."""

    def __init__(self):
        super().__init__(make_projector()._projections)
        self.reached, self.opened = Event(), Event()
        self.thread = None
        self.fails = False

    def project(self, events, seq, at_ns):
        if any(isinstance(event, ApprovalRequested) for event in events):
            self.thread = current_thread()
            self.reached.set()
            assert self.opened.wait(PATIENCE_S)
            if self.fails:
                self.fails = False
                raise RuntimeError("a fault in the thread")
        super().project(events, seq, at_ns)


class Ledgers:
    """Carbon, whose requests for approval pass a gate, and energy."""

    def __init__(self, dsn):
        self.clock = VirtualClock(sandbox_clock.start_ns(0), rate=0)
        self.gate = Gate()
        self.carbon = self._sequencer(dsn, "carbon", 1, lambda: self.gate)
        self.energy = self._sequencer(dsn, "energy", 3, make_projector)

    def _sequencer(self, dsn, code, number, projector):
        return Sequencer(
            code,
            PostgresJournal(dsn, number, "test"),
            self.clock,
            projector,
            limits=Limits(),
            metrics=make_metrics().ledger(code),
        )

    async def start(self, members=1):
        for each in (self.carbon, self.energy):
            await each.start()
            kind = AccountType.COMPLIANCE_ENTITY
            admitted = [
                AdmitParticipant(member, kind, "", "", "", 0, "notice")
                for member in range(1, members + 1)
            ]
            defined = DefineAsset("ASSET", "BENCH", "t", 0, "权", "right", "2026", "", "")
            rules = ActivateRules(load_rules(each.ledger), "rules")
            await done(each, rules, defined, *admitted)

    async def stop(self):
        await self.carbon.stop()
        await self.energy.stop()


async def done(running, *commands):
    """Have commands carried out, which must be accepted."""
    named = [(f"{running.last_seq}:{place}", each) for place, each in enumerate(commands)]
    for answer in await running.submit(named, 0, 0):
        assert isinstance(answer, Committed), answer
        assert answer.outcome.refusal is None, answer.outcome.refusal


async def asked(running, *named):
    """Submit without waiting for the answers, and let them be taken."""
    task = asyncio.create_task(running.submit(list(named), 0, 0))
    await asyncio.sleep(0)
    return task


def run(scenario):
    async def limited():
        async with asyncio.timeout(PATIENCE_S):
            await scenario()

    asyncio.run(limited())


def test_other_ledgers_trade_while_a_heavy_command_is_applied(database):
    async def scenario():
        ledgers = Ledgers(database)
        await ledgers.start()
        heavy = await asked(ledgers.carbon, HEAVY)
        await asyncio.to_thread(ledgers.gate.reached.wait)
        behind = await asked(ledgers.carbon, LIGHT)
        await done(ledgers.energy, DepositCash(1, 100, "slip"))
        ledgers.clock.advance(DAY_NS)
        await ledgers.energy.tick()
        assert await ledgers.carbon.check()
        assert not heavy.done()
        assert not behind.done()
        assert ledgers.gate.thread is not main_thread()
        ledgers.gate.opened.set()
        (first,), (second,) = await heavy, await behind
        assert first.seq < second.seq
        await ledgers.stop()

    run(scenario)


def test_what_comes_before_a_heavy_command_is_answered_before_it(database):
    async def scenario():
        ledgers = Ledgers(database)
        await ledgers.start()
        before = await asked(ledgers.carbon, LIGHT)
        heavy = await asked(ledgers.carbon, HEAVY)
        (answer,) = await before
        assert isinstance(answer, Committed)
        await asyncio.to_thread(ledgers.gate.reached.wait)
        assert not heavy.done()
        ledgers.gate.opened.set()
        await heavy
        await ledgers.stop()

    run(scenario)


def test_commands_of_one_call_keep_their_order_around_a_heavy_one(database):
    async def scenario():
        ledgers = Ledgers(database)
        await ledgers.start()
        ledgers.gate.opened.set()
        after = ("1:key:after", DepositCash(1, 100, "slip"))
        before, heavy, last = await ledgers.carbon.submit([LIGHT, HEAVY, after], 0, 0)
        assert [heavy.seq, last.seq] == [before.seq + 1, before.seq + 2]
        await ledgers.stop()

    run(scenario)


def test_a_fault_in_the_thread_is_a_fault_of_its_ledger_alone(database):
    async def scenario():
        ledgers = Ledgers(database)
        await ledgers.start()
        hash_before = ledgers.carbon._venue.state_hash()
        ledgers.gate.fails = True
        ledgers.gate.opened.set()
        (lost,) = await ledgers.carbon.submit([HEAVY], 0, 0)
        assert isinstance(lost, Unavailable)
        assert ledgers.carbon._venue.state_hash() == hash_before
        await done(ledgers.energy, DepositCash(1, 100, "slip"))
        (again,) = await ledgers.carbon.submit([HEAVY], 0, 0)
        assert (again.outcome.refusal, again.replayed) == (None, False)
        await ledgers.stop()

    run(scenario)


def test_what_a_thread_was_at_when_the_process_died_did_not_happen(database):
    async def scenario():
        ledgers = Ledgers(database)
        await ledgers.start()
        heavy = await asked(ledgers.carbon, HEAVY)
        await asyncio.to_thread(ledgers.gate.reached.wait)
        ledgers.carbon._task.cancel()
        await asyncio.wait([ledgers.carbon._task])
        await ledgers.carbon._journal.close()
        ledgers.gate.opened.set()
        heavy.cancel()
        again = Ledgers(database)
        again.gate.opened.set()
        await again.carbon.start()
        assert not again.carbon._venue.state.approvals.pending
        (answer,) = await again.carbon.submit([HEAVY], 0, 0)
        assert not answer.replayed
        await again.carbon.stop()
        await ledgers.energy.stop()

    run(scenario)


def test_a_stop_waits_for_the_thread(database):
    async def scenario():
        ledgers = Ledgers(database)
        await ledgers.start()
        heavy = await asked(ledgers.carbon, HEAVY)
        await asyncio.to_thread(ledgers.gate.reached.wait)
        stopping = asyncio.create_task(ledgers.carbon.stop())
        await done(ledgers.energy, DepositCash(1, 100, "slip"))
        assert not stopping.done()
        ledgers.gate.opened.set()
        await stopping
        (answer,) = await heavy
        assert isinstance(answer, Committed)
        await ledgers.energy.stop()

    run(scenario)


def test_a_large_plan_is_what_its_journal_says(database):
    """Rows and events are encoded in threads too; a ledger opens only if both agree with replay."""

    async def scenario():
        ledgers = Ledgers(database)
        ledgers.gate.opened.set()
        await ledgers.start(ENTITIES)
        rows = [(f"U-{number:05}", number, 1 + number % 7) for number in range(1, ENTITIES + 1)]
        content = plan(*rows)
        total = sum(quantity for *_, quantity in rows)
        data = content_hash(encode_content(content))
        until = Day(local_day(ledgers.clock.now_ns()) + 7)
        await agreed(ledgers.carbon, SetControlTotal(1, "", total, "total"))
        await done(ledgers.carbon, PublishPlan(1, 1, 1, data, ENTITIES, total, until, "plan"))
        ledgers.clock.advance(8 * DAY_NS)
        await agreed(ledgers.carbon, issuing(content))
        await ledgers.carbon.tick()
        state_hash = ledgers.carbon._venue.state_hash()
        ledgers.carbon._task.cancel()
        await asyncio.wait([ledgers.carbon._task])
        await ledgers.carbon._journal.close()
        again = Ledgers(database).carbon
        await again._journal.take_over()
        await again._recover(await again._journal.keep())
        assert again._venue.state_hash() == state_hash
        assert len(again._venue.state.lots) == ENTITIES
        await again._journal.close()
        await ledgers.energy.stop()

    run(scenario)


async def agreed(running, act):
    await done(running, asking(act))
    (waiting,) = running._venue.state.approvals.pending.values()
    owner, number, digest = waiting.participant_id, waiting.approval_id, waiting.command_hash
    await done(running, ApproveRequest(owner, 2, number, digest, waiting.kind))


@pytest.mark.parametrize(
    ("command", "size", "expected"),
    [
        (LIGHT[1], 10, False),
        (LIGHT[1], 100, True),
        (HEAVY[1], 10, True),
        (ApproveRequest(0, 1, 1, b"", "SetControlTotal"), 10, True),
        (AdvanceTime(1), 10, False),
    ],
)
def test_what_is_heavy(command, size, expected):
    assert is_heavy(command, bytes(size), 100) is expected
