"""The sequencer over a real PostgreSQL: durability, repeats, doubt, fencing, refusal to open."""

import asyncio

import asyncpg
import pytest

from exchange.core.commands import (
    CancelOrders,
)
from exchange.core.invariants import violations
from exchange.core.reasons import RejectReason
from exchange.core.receipts import Committed
from exchange.core.types import InstrumentId, ParticipantId
from exchange.errors import Unavailable
from exchange.sequencer.postgres import PostgresJournal
from exchange.sequencer.recovery import RecoveryError
from matching import Side
from tests.storage.running import CARBON, crash, open_market, order, sequencer
from tests.support.postgres import as_owner


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
