"""A synchronous standby that stalls: no wait that somebody ended becomes an acknowledged loss.

A real primary and a real standby. `pg_cancel_backend` on a commit that waits makes PostgreSQL say
"success", with a warning; `pg_terminate_backend` cuts the connection. Both leave the commit on the
primary alone, where a failover loses it.
"""

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest

from exchange.core.invariants import violations
from exchange.core.receipts import Committed
from exchange.sequencer.postgres import PostgresJournal
from exchange.storage import migrate
from matching import Side
from tests.storage.running import CARBON, crash, open_market, order, sequencer
from tests.support.standby import Pair

QUIET_S = 1.0


@pytest.fixture
def pair():
    folder = Path(tempfile.mkdtemp(prefix="steppe-test-"))
    folder.chmod(0o755)
    servers = Pair(folder)
    try:
        asyncio.run(migrate.upgrade(servers.start()))
        servers.copy()
        servers.start_standby()
        asyncio.run(servers.await_standby())
        yield servers
    finally:
        servers.stop()
        shutil.rmtree(folder)


def submit(market, name):
    named = (f"1:order:{name}", order(1, Side.SELL, name=name))
    return asyncio.create_task(market.submit([named], 1, 1))


async def is_quiet(task):
    done, _ = await asyncio.wait([task], timeout=QUIET_S)
    return not done


@pytest.mark.parametrize("end", ["pg_cancel_backend", "pg_terminate_backend"])
def test_a_wait_that_is_ended_is_answered_when_the_standby_has_it(pair, end):
    async def scenario():
        market = await open_market(pair.dsn)
        pair.stop_standby()
        placed = submit(market, "a")
        for _ in range(3):  # the commit, then the writes by which the lease is kept
            assert await pair.end_waits(end)
        assert await is_quiet(placed)
        assert not market.ready
        pair.start_standby()
        (result,) = await placed
        assert isinstance(result, Committed)
        assert len(market._venue.state.orders) == 1
        assert violations(market._venue.state) == []
        await market.stop()

    asyncio.run(scenario())


async def fail_over(pair, market):
    """Lose the primary, and open the ledger on its standby."""
    pair.kill_primary()
    await crash(market)
    pair.start_standby()
    await pair.promote()
    again = sequencer(pair.standby_dsn)
    await again.start()
    return again


async def stall_and_fail_over(pair, market):
    """Return whether the second order was acknowledged, and the market on the standby."""
    (first,) = await submit(market, "a")
    assert isinstance(first, Committed)
    pair.stop_standby()
    placed = submit(market, "b")
    assert await pair.end_waits("pg_cancel_backend")
    acknowledged = not await is_quiet(placed)
    placed.cancel()
    return acknowledged, await fail_over(pair, market)


def test_after_a_failover_nothing_acknowledged_is_missing(pair):
    async def scenario():
        acknowledged, again = await stall_and_fail_over(pair, await open_market(pair.dsn))
        assert not acknowledged
        (first,) = await submit(again, "a")
        (second,) = await submit(again, "b")
        assert (first.replayed, second.replayed) == (True, False)
        assert len(again._venue.state.orders) == 2
        await again.stop()

    asyncio.run(scenario())


class Credulous(PostgresJournal):
    """The seeded fault: takes a confirmation for what it says, whatever warning came with it."""

    def _make_sure(self):
        pass


def test_a_warning_that_is_ignored_is_an_acknowledged_loss(pair):
    async def scenario():
        market = await open_market(pair.dsn, Credulous(pair.dsn, CARBON, "test"))
        acknowledged, again = await stall_and_fail_over(pair, market)
        assert acknowledged
        (second,) = await submit(again, "b")
        assert not second.replayed, "what was acknowledged is gone"
        await again.stop()

    asyncio.run(scenario())
