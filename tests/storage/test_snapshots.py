"""Snapshots over a real PostgreSQL: written aside, written here, read back, or passed over."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import msgspec
import pytest

from exchange.core.receipts import Committed
from exchange.core.snapshot import digest
from exchange.core.venue import Venue
from exchange.sequencer import postgres
from exchange.sequencer.aside import Aside, AsideError, BrokenInvariantError
from exchange.sequencer.recovery import RecoveryError, recover
from matching import Side
from tests.storage.running import crash, open_market, order, sequencer
from tests.support.builders import carbon_market
from tests.support.postgres import as_owner

linux = pytest.mark.skipif(sys.platform != "linux", reason="forks on Linux only")


def large_venue():
    """Return a venue whose bytes are more than a pipe takes, so that a child waits for a reader."""
    market = carbon_market()
    market.venue.state.lots.update((number, 1) for number in range(10, 400_000))
    return market.venue


async def trade(market, names):
    named = [(f"1:order:{name}", order(1, Side.SELL, name=name)) for name in names]
    results = await market.submit(named, 1, 1)
    assert all(isinstance(result, Committed) for result in results)


async def stored(market, since):
    """Wait until a newer snapshot is stored."""
    async with asyncio.timeout(30):
        while market._snapshots.stored_seq <= since:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return market._snapshots.stored_seq


async def execute(dsn, statement, *parameters):
    connection = await asyncpg.connect(as_owner(dsn))
    try:
        return await connection.fetch(statement, *parameters)
    finally:
        await connection.close()


async def reopened(dsn):
    """Recover beside; return what was recovered and close."""
    journal = sequencer(dsn)._journal
    try:
        return await recover(journal, "carbon", await journal.take_over())
    finally:
        await journal.close()


@contextmanager
def one_more_descriptor():
    """Let this process open one thing more: a connection can be made, a pipe cannot."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@linux
def test_a_snapshot_is_written_aside_while_trading_goes_on(database):
    async def scenario():
        market = await open_market(database)
        await trade(market, "abc")
        market._limits.snapshot_commands = 1
        await trade(market, "d")
        taken = await stored(market, 0)
        market._limits.snapshot_commands = 10**9
        await trade(market, "ef")
        assert market._snapshots._may_fork, "no child could be had"
        state_hash = market._venue.state_hash()
        await crash(market)
        found = await reopened(database)
        assert found.venue.state_hash() == state_hash
        assert found.replayed == found.venue.state.seq - taken < 5

    asyncio.run(scenario())


def test_without_a_child_the_process_writes_the_snapshot_itself(database):
    async def scenario():
        market = await open_market(database)
        await trade(market, "abc")
        with one_more_descriptor():
            await market._snapshots.keep(market._venue, market._seen.ids)
        assert market._snapshots.stored_seq == market.last_seq
        state_hash = market._venue.state_hash()
        await crash(market)
        found = await reopened(database)
        assert (found.replayed, found.venue.state_hash()) == (0, state_hash)

    asyncio.run(scenario())


@linux
def test_after_a_child_that_was_killed_the_next_snapshot_comes_at_once(database):
    async def scenario():
        market = await open_market(database)
        await trade(market, "ab")
        snapshots = market._snapshots
        venue = large_venue()
        venue.state.seq = market.last_seq
        await snapshots.keep(venue, market._seen.ids)
        snapshots._aside.kill()
        await snapshots._task
        assert snapshots.stored_seq == 0
        market._limits.snapshot_commands = market.last_seq
        assert snapshots.due(market.last_seq)
        market.wake()
        await stored(market, 0)
        await market.stop()

    asyncio.run(scenario())


@linux
def test_a_child_gives_the_same_bytes_and_a_killed_one_none():
    async def scenario():
        venue = large_venue()
        state_hash, state = await Aside.fork(venue).finished()
        assert (state_hash, state) == (venue.state_hash(), venue.snapshot())
        killed = Aside.fork(venue)
        killed.kill()
        with pytest.raises(AsideError, match="status -9"):
            await killed.finished()
        child = Aside.fork(venue)
        pid = child._pid
        given_up = asyncio.create_task(child.finished())
        await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)

    asyncio.run(scenario())


@linux
def test_a_state_that_breaks_its_invariants_is_not_kept(database):
    async def scenario():
        market = await open_market(database)
        await trade(market, "a")
        account = market._venue.state.participants[1].cash
        account.held += 1
        with pytest.raises(BrokenInvariantError, match="its reasons"):
            await Aside.fork(market._venue).finished()
        await market._snapshots.keep(market._venue, market._seen.ids)
        await market._snapshots._task
        await market.stop()
        assert await execute(database, "SELECT seq FROM snapshots") == []

    asyncio.run(scenario())


PARENT = """
import asyncio, os, signal
from exchange.sequencer import postgres
from exchange.sequencer.aside import Aside
from tests.storage.test_snapshots import large_venue
child = Aside.fork(large_venue())
print(child._pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@linux
def test_a_child_ends_when_its_parent_is_killed():
    done = subprocess.run([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, check=False)
    assert done.returncode == -signal.SIGKILL
    status = Path(f"/proc/{int(done.stdout)}/stat")
    deadline = time.monotonic() + 30
    while status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < deadline, "the child outlives its parent"
        time.sleep(0.05)


async def altered(database, change):
    """Stop a market, change the bytes of its snapshot with their hash, and open it again."""
    market = await open_market(database)
    await trade(market, "ab")
    state_hash = market._venue.state_hash()
    await market.stop()
    (row,) = await execute(database, "SELECT state FROM snapshots")
    state = change(row["state"])
    await execute(
        database, "UPDATE snapshots SET state = $1, state_hash = $2", state, digest(state)
    )
    return await reopened(database), state_hash


def other_format(state):
    return msgspec.msgpack.encode([99, *msgspec.msgpack.decode(state)[1:]])


def test_a_snapshot_of_another_format_is_passed_over(database):
    async def scenario():
        found, state_hash = await altered(database, other_format)
        assert found.venue.state_hash() == state_hash
        assert found.replayed == found.venue.state.seq

    asyncio.run(scenario())


def test_an_older_snapshot_serves_where_the_newest_is_of_another_format(database):
    async def scenario():
        market = await open_market(database)
        await trade(market, "a")
        await market.stop()
        again = sequencer(database)
        await again.start()
        await trade(again, "bc")
        state_hash = again._venue.state_hash()
        await again.stop()
        rows = await execute(database, "SELECT seq, state FROM snapshots ORDER BY seq")
        assert len(rows) == 2
        state = other_format(rows[1]["state"])
        await execute(
            database,
            "UPDATE snapshots SET state = $2, state_hash = $3 WHERE seq = $1",
            rows[1]["seq"],
            state,
            digest(state),
        )
        found = await reopened(database)
        assert found.venue.state_hash() == state_hash
        assert found.replayed == rows[1]["seq"] - rows[0]["seq"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda state: state[:-1], "is no state"),
        (lambda state: msgspec.msgpack.encode(msgspec.msgpack.decode(state)[:-1]), "is no state"),
        (
            lambda state: msgspec.msgpack.encode([*msgspec.msgpack.decode(state), 0]),
            "another state",
        ),
    ],
)
def test_a_snapshot_that_is_no_state_does_not_open(database, change, complaint):
    with pytest.raises(RecoveryError, match=complaint):
        asyncio.run(altered(database, change))


def test_a_snapshot_with_one_wrong_byte_does_not_open(database):
    async def scenario():
        market = await open_market(database)
        await market.stop()
        await execute(database, "ALTER TABLE snapshots DROP CONSTRAINT a_snapshot_matches_its_hash")
        await execute(
            database, "UPDATE snapshots SET state = set_byte(state, 9, 255 - get_byte(state, 9))"
        )
        with pytest.raises(RecoveryError, match="does not match its hash"):
            await sequencer(database).start()

    asyncio.run(scenario())


def test_an_empty_venue_survives_its_bytes():
    venue = Venue("carbon")
    assert Venue.restore(venue.snapshot()).state_hash() == venue.state_hash()


def test_the_writer_keeps_a_bounded_number_of_statements(database, monkeypatch):
    async def scenario():
        market = await open_market(database)
        await trade(market, "a")
        await market.submit([("2:order:b", order(2, Side.BUY, 4, name="b"))], 2, 2)
        await trade(market, "c")
        there = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'WITH lease%'"
        assert len(market._journal._prepared) == 2
        assert await market._journal._writer.fetchval(there) <= 3
        await market.stop()

    monkeypatch.setattr(postgres, "STATEMENTS_MAX", 2)
    asyncio.run(scenario())
