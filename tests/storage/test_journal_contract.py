"""What a sequencer counts on, of the journal in PostgreSQL and of the one in memory alike."""

import asyncio

import asyncpg
import pytest

from exchange.core.snapshot import digest
from exchange.sequencer.id_filter import IdFilter
from exchange.sequencer.journal import Entry, FencedError, StoredSnapshot
from exchange.sequencer.postgres import PostgresJournal
from tests.support.memory_journal import Faults, MemoryDatabase, MemoryJournal
from tests.support.postgres import as_owner

CARBON = 1
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture(params=["postgres", "memory"])
def journals(request):
    """Give a way to make journals of one database."""
    if request.param == "postgres":
        dsn = request.getfixturevalue("database")
        return lambda: lambda name: PostgresJournal(dsn, CARBON, name)

    def memory():
        database = MemoryDatabase(Faults())
        return lambda name: MemoryJournal(database, name)

    return memory


def entry(seq: int) -> Entry:
    return Entry(seq, seq, f"1:key:{seq}", 1, 1, "DepositCash", b"command", None, b"events")


def play(journals, scenario):
    async def run():
        connect = journals()
        first, second = connect("same"), connect("same")
        try:
            await scenario(first, second)
        finally:
            await first.close()
            await second.close()

    asyncio.run(run())


def test_what_was_appended_is_found_and_read_in_order(journals):
    async def scenario(journal, _other):
        assert await journal.take_over() == 0
        await journal.append([entry(1), entry(2)], [])
        await journal.append([entry(3)], [])
        assert await journal.find(["1:key:2", "1:key:9"]) == {"1:key:2": entry(2)}
        assert [found async for found in journal.entries_after(1)] == [entry(2), entry(3)]
        assert await journal.keep() == 3
        await journal.append([entry(4)], [])

    play(journals, scenario)


def test_who_lost_the_lease_writes_and_keeps_nothing(journals):
    async def scenario(stale, fresh):
        await stale.take_over()
        await stale.append([entry(1)], [])
        assert await fresh.take_over() == 1
        with pytest.raises(FencedError):
            await stale.append([entry(2)], [])
        with pytest.raises(FencedError):
            await stale.keep()
        ids = IdFilter()
        with pytest.raises(FencedError):
            await stale.save_snapshot(StoredSnapshot(1, digest(b"state"), b"state"), ids.unkept())
        assert [kept async for kept in fresh.snapshots()] == []
        assert await fresh.filter_chunks() == []
        await fresh.append([entry(2)], [])
        await fresh.save_snapshot(StoredSnapshot(2, digest(b"state"), b"state"), ids.unkept())
        kept = StoredSnapshot(2, digest(b"state"), b"state")
        assert [found async for found in fresh.snapshots()] == [kept]
        assert await fresh.filter_chunks() == ids.unkept()

    play(journals, scenario)


def test_a_keep_whose_answer_was_lost_can_be_repeated(journals):
    async def scenario(journal, _other):
        await journal.take_over()
        epoch = journal._epoch
        await journal.keep()
        journal._epoch = epoch  # as if the answer had not come
        assert await journal.keep() == 0
        await journal.append([entry(1)], [])

    play(journals, scenario)


def test_a_snapshot_that_takes_long_holds_up_nothing_else(database):
    async def scenario():
        state = StoredSnapshot(1, digest(b"state"), b"state")
        chunks = IdFilter().unkept()
        journal = PostgresJournal(database, CARBON, "test")
        await journal.take_over()
        await journal.append([entry(1)], [])
        watch = await asyncpg.connect(as_owner(database))
        other = await asyncpg.connect(as_owner(database))
        async with asyncio.TaskGroup() as group:
            # Who stores the same key waits for whoever did so first: a save as long as we like.
            undone = other.transaction()
            await undone.start()
            await other.execute(
                "INSERT INTO snapshots (ledger, seq, state_hash, state) VALUES ($1, $2, $3, $4)",
                *(CARBON, state.seq, state.state_hash, state.state),
            )
            saving = group.create_task(journal.save_snapshot(state, chunks))
            try:
                async with asyncio.timeout(10):
                    while not await watch.fetchval(WAITING):  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
                    assert await journal.held()
                    await journal.append([entry(2)], [])
                    assert set(await journal.find(["1:key:2"])) == {"1:key:2"}
                assert not saving.done()
            finally:
                await undone.rollback()
        assert [kept async for kept in journal.snapshots()] == [state]
        assert await journal.filter_chunks() == chunks
        await other.close()
        await watch.close()
        await journal.close()

    asyncio.run(scenario())
