"""The sequencer over a real PostgreSQL: durability, repeats, doubt, fencing, refusal to open."""

import asyncio

import asyncpg
import pytest

from exchange.app import make_projector
from exchange.clock import VirtualClock
from exchange.core.commands import (
    ActivateRules,
    AdmitParticipant,
    AuthoriseIssuance,
    CancelOrders,
    DefineAsset,
    DepositCash,
    IssueUnits,
    ListInstrument,
    PlaceOrder,
    PlaceOrders,
)
from exchange.core.invariants import violations
from exchange.core.reasons import RejectReason
from exchange.core.receipts import Committed
from exchange.core.types import InstrumentId, ParticipantId
from exchange.errors import Unavailable
from exchange.observability import make_metrics
from exchange.rulebook.loader import load_rules
from exchange.sandbox import clock as sandbox_clock
from exchange.sequencer.batch import Limits, ReusedIdError
from exchange.sequencer.id_filter import IdFilter, key_of
from exchange.sequencer.postgres import PostgresJournal
from exchange.sequencer.recovery import RecoveryError
from exchange.sequencer.sequencer import Sequencer
from matching import OrderType, SelfTradePrevention, Side, TimeInForce
from tests.support.postgres import as_owner

CARBON = 1


def sequencer(dsn, journal=None, limits=None):
    return Sequencer(
        "carbon",
        journal or PostgresJournal(dsn, CARBON, "test"),
        VirtualClock(sandbox_clock.start_ns(0), rate=0),
        make_projector,
        limits=limits or Limits(),
        metrics=make_metrics().ledger("carbon"),
    )


async def open_market(dsn, journal=None):
    """Return a started sequencer with two members who hold money and units of CEA24."""
    started = sequencer(dsn, journal)
    await started.start()
    commands = [
        ActivateRules(load_rules("carbon"), "test"),
        DefineAsset("CEA24", "CEA", "tCO2e", 0, "配额", "allowance", "2024", "", ""),
        AuthoriseIssuance(1, 1_000_000, "test"),
    ]
    for member in (1, 2):
        commands.append(
            AdmitParticipant(member, "compliance_entity", "150100", "", "steel", 0, "test")
        )
        commands.append(DepositCash(member, 10_000_000_00, "test"))
        commands.append(IssueUnits(1, member, 10_000, "2024", "", "", 0, 0, 0, "test"))
    commands.append(ListInstrument("CEA24", 1, "配额", "allowance", 9800, "", "", ""))
    named = [(f"setup:{number}", command) for number, command in enumerate(commands)]
    results = await started.submit(named, 0, 0)
    assert all(isinstance(r, Committed) and r.outcome.refusal is None for r in results), results
    return started


def order(member, side, quantity=10, price=9800, name="o"):
    return PlaceOrder(
        member,
        name,
        1,
        side,
        quantity,
        price,
        OrderType.LIMIT,
        TimeInForce.GTC,
        False,
        0,
        SelfTradePrevention.CANCEL_NEWEST,
    )


async def crash(running):
    """Leave everything as a killed process would."""
    running._task.cancel()
    await asyncio.wait([running._task])
    await running._journal.close()


def test_what_was_answered_is_there_after_a_crash(database):
    async def scenario():
        market = await open_market(database)
        await market.submit([("1:order:a", order(1, Side.SELL, name="a"))], 1, 1)
        (bought,) = await market.submit([("2:order:b", order(2, Side.BUY, 4, name="b"))], 2, 2)
        state_hash = market._venue.state_hash()
        await crash(market)

        again = sequencer(database)
        await again.start()
        restored = again._venue.state
        assert violations(restored) == []
        assert restored.seq >= bought.seq
        assert len(restored.orders) == 1
        await again.stop()

        third = sequencer(database)
        await third.start()
        assert third._snapshots.stored_seq > 0, "a clean stop leaves a snapshot"
        assert len(state_hash) == 32
        await third.stop()

    asyncio.run(scenario())


def test_a_repeated_id_gets_its_first_outcome_also_after_a_restart(database):
    async def scenario():
        market = await open_market(database)
        first_order = order(1, Side.SELL, name="a")
        (first,) = await market.submit([("1:order:a", first_order)], 1, 1)
        (repeat,) = await market.submit([("1:order:a", first_order)], 1, 1)
        assert (repeat.seq, repeat.outcome, repeat.replayed) == (first.seq, first.outcome, True)
        twice = await asyncio.gather(
            market.submit([("1:order:c", order(1, Side.SELL, name="c"))], 1, 1),
            market.submit([("1:order:c", order(1, Side.SELL, name="c"))], 1, 1),
        )
        assert twice[0][0].seq == twice[1][0].seq
        d = ("1:order:d", order(1, Side.SELL, name="d"))
        pair = await market.submit([d, d], 1, 1)
        assert [(p.seq, p.replayed) for p in pair] == [(pair[0].seq, False), (pair[0].seq, True)]
        await market.stop()

        again = sequencer(database)
        await again.start()
        (late,) = await again.submit([("1:order:a", first_order)], 1, 1)
        assert (late.seq, late.outcome, late.replayed) == (first.seq, first.outcome, True)
        (other,) = await again.submit([("1:order:a", order(1, Side.SELL, 11, name="a"))], 1, 1)
        assert isinstance(other, ReusedIdError)
        await again.stop()

    asyncio.run(scenario())


def test_a_client_order_id_is_used_once_alone_or_in_a_batch(database):
    async def scenario():
        market = await open_market(database)
        names = ("a", "b")
        batch = PlaceOrders(1, tuple(order(1, Side.SELL, name=name) for name in names))
        alone = order(1, Side.SELL, 5, name="c")
        (kept,) = await market.submit([("1:key:batch", batch)], 1, 1)
        assert kept.outcome.refusal is None
        await market.submit([("1:order:c", alone)], 1, 1)

        async def refused(running):
            other = PlaceOrders(1, (order(1, Side.SELL, name="d"), alone))
            results = await running.submit(
                [
                    ("1:order:a", order(1, Side.SELL, name="a")),
                    ("1:key:other", other),
                    ("1:key:again", batch),
                ],
                1,
                1,
            )
            assert all(isinstance(result, ReusedIdError) for result in results)
            assert running.ready

        await refused(market)
        await crash(market)
        again = sequencer(database)
        await again.start()
        await refused(again)
        (repeat,) = await again.submit([("1:key:batch", batch)], 1, 1)
        assert (repeat.seq, repeat.replayed) == (kept.seq, True)
        await again.stop()

    asyncio.run(scenario())


class Credulous(IdFilter):
    """A filter that takes every id for one that was seen: all there is to go by is the journal."""

    def has(self, key):
        return True


class Mistaken(IdFilter):
    """A filter that takes one id that is new for one that was seen."""

    def __init__(self, name):
        super().__init__()
        self._mistaken = key_of(name)

    def has(self, key):
        return key == self._mistaken or super().has(key)


class FindsLate(PostgresJournal):
    """A journal that answers a question only when a last snapshot is being stored."""

    def __init__(self, dsn):
        super().__init__(dsn, CARBON, "test")
        self._ending, self._found = asyncio.Event(), asyncio.Event()

    async def find(self, command_ids):
        await self._ending.wait()
        found = await super().find(command_ids)
        self._found.set()
        return found

    async def save_snapshot(self, snapshot, chunks):
        self._ending.set()
        await self._found.wait()
        await super().save_snapshot(snapshot, chunks)


def test_an_id_that_only_seems_to_be_seen_is_new(database):
    async def scenario():
        market = await open_market(database)
        market._seen.ids = Credulous()
        first, other = order(1, Side.SELL, name="a"), order(1, Side.SELL, 5, name="a")
        batch = PlaceOrders(1, (order(1, Side.SELL, name="b"), order(1, Side.SELL, name="c")))
        answers = await asyncio.gather(
            market.submit([("1:order:a", first)], 1, 1),
            market.submit([("1:order:a", first), ("1:key:batch", batch)], 1, 1),
            market.submit([("1:order:a", other)], 1, 1),
        )
        ((done,), (copy, batched), (reused,)) = answers
        assert (copy.seq, copy.replayed) == (done.seq, True)
        assert batched.outcome.refusal is None
        assert isinstance(reused, ReusedIdError)
        assert len(market._venue.state.orders) == 3
        (in_batch,) = await market.submit([("1:order:b", order(1, Side.SELL, name="b"))], 1, 1)
        assert isinstance(in_batch, ReusedIdError)
        await market.stop()

    asyncio.run(scenario())


def test_commands_of_one_call_keep_their_order_when_one_only_seems_to_be_seen(database):
    async def scenario():
        market = await open_market(database)
        market._seen.ids = Mistaken("1:order:a")
        names = ["x", "a", "b", "x"]
        commands = [(f"1:order:{name}", order(1, Side.SELL, name=name)) for name in names]
        answers = await market.submit(commands, 1, 1)
        x, a, b, again = (answer.seq for answer in answers)
        assert x < a < b
        assert again == x
        await market.stop()

    asyncio.run(scenario())


def test_a_command_that_is_still_asked_about_when_the_ledger_ends_is_given_back(database):
    async def scenario():
        market = await open_market(database, FindsLate(database))
        market._seen.ids = Credulous()
        asked = asyncio.create_task(
            market.submit([("1:order:a", order(1, Side.SELL, name="a"))], 1, 1)
        )
        await asyncio.sleep(0)
        await market.stop()
        async with asyncio.timeout(5):
            (answer,) = await asked
        assert isinstance(answer, Unavailable)

    asyncio.run(scenario())


def test_what_is_asked_of_the_journal_is_answered_copy_by_copy(database):
    async def scenario():
        market = await open_market(database)
        first, other = order(1, Side.SELL, name="a"), order(1, Side.SELL, 5, name="a")
        (done,) = await market.submit([("1:order:a", first)], 1, 1)
        ((reused,), (copy,)) = await asyncio.gather(
            market.submit([("1:order:a", other)], 1, 1),
            market.submit([("1:order:a", first)], 1, 1),
        )
        assert isinstance(reused, ReusedIdError)
        assert (copy.seq, copy.replayed) == (done.seq, True)
        await market.stop()

    asyncio.run(scenario())


def test_a_refusal_is_journalled_and_repeated(database):
    async def scenario():
        market = await open_market(database)
        greedy = order(1, Side.SELL, 20_000, name="x")
        (refused,) = await market.submit([("1:order:x", greedy)], 1, 1)
        assert refused.outcome.refusal.reason is RejectReason.UNITS_INSUFFICIENT
        assert refused.outcome.refusal.rule.rule_id == "carbon.settlement.prefunding"
        (repeat,) = await market.submit([("1:order:x", greedy)], 1, 1)
        assert repeat.replayed
        assert repeat.outcome.refusal == refused.outcome.refusal
        await market.stop()

    asyncio.run(scenario())


class Doubtful(PostgresJournal):
    """A journal whose next commit fails, before or after it happened."""

    fails = ""

    async def append(self, entries, rows):
        fails, self.fails = self.fails, ""
        if fails == "before":
            raise ConnectionError("cut before the commit")
        await super().append(entries, rows)
        if fails == "after":
            raise ConnectionError("cut between the commit and its answer")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_commit_in_doubt_is_settled_from_the_journal(database, moment):
    async def scenario():
        journal = Doubtful(database, CARBON, "test")
        market = await open_market(database, journal)
        journal.fails = moment
        (result,) = await market.submit([("1:order:a", order(1, Side.SELL, name="a"))], 1, 1)
        if moment == "after":
            assert isinstance(result, Committed)
        else:
            assert isinstance(result, Unavailable)
            (result,) = await market.submit([("1:order:a", order(1, Side.SELL, name="a"))], 1, 1)
            assert isinstance(result, Committed)
        assert len(market._venue.state.orders) == 1
        assert violations(market._venue.state) == []
        await market.stop()

    asyncio.run(scenario())


def test_a_cut_connection_heals_by_itself(database):
    async def scenario():
        market = await open_market(database)
        connection = await asyncpg.connect(database)
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name LIKE 'steppe %' AND datname = current_database()"
        )
        await connection.close()
        named = ("1:order:a", order(1, Side.SELL, name="a"))
        (result,) = await market.submit([named], 1, 1)
        if isinstance(result, Unavailable):
            (result,) = await market.submit([named], 1, 1)
        assert isinstance(result, Committed)
        assert len(market._venue.state.orders) == 1
        await market.stop()

    asyncio.run(scenario())


def test_a_writer_whose_lease_was_taken_commits_nothing(database):
    async def scenario():
        stale = await open_market(database)
        fresh = sequencer(database)
        await fresh.start()
        (lost,) = await stale.submit([("1:order:a", order(1, Side.SELL, name="a"))], 1, 1)
        assert isinstance(lost, Unavailable)
        assert not stale.ready
        with pytest.raises(Unavailable):
            await stale.submit([("1:order:b", order(1, Side.SELL, name="b"))], 1, 1)
        (kept,) = await fresh.submit([("1:order:a", order(1, Side.SELL, name="a"))], 1, 1)
        assert isinstance(kept, Committed)
        await stale.stop()
        await fresh.stop()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        ("UPDATE journal SET events = events || '\\x00' WHERE seq = 4", "replays otherwise"),
        (
            "UPDATE accounts SET posted = posted + 1 WHERE purpose = 'cash'",
            "differs from its projection",
        ),
        ("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)", "journal ends at"),
    ],
)
def test_a_ledger_whose_records_disagree_does_not_open(database, tampering, complaint):
    async def scenario():
        market = await open_market(database)
        await crash(market)
        connection = await asyncpg.connect(as_owner(database))
        await connection.execute(tampering)
        await connection.close()
        with pytest.raises(RecoveryError, match=complaint):
            await sequencer(database).start()

    asyncio.run(scenario())


def test_the_last_tenth_of_a_queue_is_kept_for_cancels(database):
    async def scenario():
        market = await open_market(database)
        market._limits.queue_commands_max = 10
        orders = [(f"1:order:{n}", order(1, Side.SELL, name=str(n))) for n in range(9)]
        waiting = asyncio.create_task(market.submit(orders, 1, 1))
        await asyncio.sleep(0)
        assert market.queued == 9
        with pytest.raises(Unavailable):
            await market.submit([("1:order:late", order(1, Side.SELL, name="late"))], 1, 1)
        cancel = CancelOrders(ParticipantId(1), InstrumentId(0), 0)
        (cancelled,) = await market.submit([("1:key:all", cancel)], 1, 1)
        assert cancelled.outcome.refusal is None
        assert all(isinstance(result, Committed) for result in await waiting)
        await market.stop()

    asyncio.run(scenario())


def test_a_full_queue_is_refused_and_nothing_is_lost(database):
    async def scenario():
        market = await open_market(database)
        market._limits.queue_commands_max = 5
        orders = [(f"1:order:{n}", order(1, Side.SELL, name=str(n))) for n in range(6)]
        with pytest.raises(Unavailable) as full:
            await market.submit(orders, 1, 1)
        assert full.value.code == "queue_full"
        assert "Retry-After" in full.value.headers
        results = await market.submit(orders[:5], 1, 1)
        assert all(isinstance(result, Committed) for result in results)
        await market.stop()

    asyncio.run(scenario())
