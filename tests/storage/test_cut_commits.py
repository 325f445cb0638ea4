"""Commits of unknown outcome: the connection is cut around them, and the database is away after.

The proxy stands between a real sequencer and a real PostgreSQL. Whatever is answered must be what
the journal holds, and nothing is answered before the sequencer has read it there.
"""

import asyncio
from itertools import product

import asyncpg
import pytest

from exchange.core.invariants import violations
from exchange.core.receipts import Committed
from exchange.errors import Unavailable
from exchange.sequencer.postgres import PostgresJournal
from exchange.sequencer.sequencer import Sequencer
from matching import Side
from tests.storage.running import CARBON, open_market, order
from tests.support.proxy import CUTS, Proxy

DARK_S = 3


async def journalled(dsn, command_id):
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(
            "SELECT seq FROM journal WHERE ledger = $1 AND command_id = $2", CARBON, command_id
        )
    finally:
        await connection.close()


async def place(market, name="a", member=1):
    command = order(member, Side.SELL, name=name)
    (result,) = await market.submit([(f"{member}:order:{name}", command)], member, member)
    return result


async def hold_against_the_journal(dsn, market, result):
    """The answer is the truth, and a repeat brings the order about exactly once."""
    seq = await journalled(dsn, "1:order:a")
    if isinstance(result, Committed):
        assert result.seq == seq
    else:
        assert isinstance(result, Unavailable)
    repeated = await place(market)
    assert isinstance(repeated, Committed)
    assert repeated.replayed == (seq is not None)
    assert await journalled(dsn, "1:order:a") == repeated.seq
    assert len(market._venue.state.orders) == 1
    assert violations(market._venue.state) == []


@pytest.mark.parametrize(
    "cuts", [[cut] for cut in CUTS] + [list(pair) for pair in product(CUTS, CUTS)]
)
def test_a_cut_around_the_commit_is_settled_by_the_journal(database, cuts):
    """The second cut of a pair meets the statement by which the lease is kept."""

    async def scenario():
        async with Proxy(database) as proxy:
            market = await open_market(proxy.dsn)
            proxy.cuts.extend(cuts)
            result = await place(market)
            assert proxy.cut_count == len(cuts)
            expected = {"unsent": Unavailable, "unheard": Committed}.get(cuts[0])
            assert expected is None or isinstance(result, expected)
            await hold_against_the_journal(database, market, result)
            await market.stop()

    asyncio.run(scenario())


@pytest.mark.parametrize("dark", ["refusing", "silent"])
@pytest.mark.parametrize("cut", CUTS)
def test_nothing_is_answered_while_the_database_stays_dark(database, cut, dark):
    async def scenario():
        async with Proxy(database) as proxy:
            market = await open_market(proxy.dsn)
            proxy.cuts.append(cut)
            proxy.darken(dark)
            waiting = asyncio.create_task(place(market))
            done, _ = await asyncio.wait([waiting], timeout=DARK_S)
            assert not done, "an answer, and the database was away"
            assert not market.ready
            with pytest.raises(Unavailable):
                await place(market, "b")
            proxy.lighten()
            await hold_against_the_journal(database, market, await waiting)
            await market.stop()

    asyncio.run(scenario())


def test_the_database_goes_away_again_while_answers_are_looked_up(database):
    """The lookup of a lost answer fails as well: the client is told to repeat, and learns all."""

    async def scenario():
        async with Proxy(database) as proxy:
            journal = Forgetful(proxy.dsn, CARBON, "test")
            market = await open_market(proxy.dsn, journal)
            proxy.cuts.append("unheard")
            journal.fails = True
            result = await place(market)
            assert isinstance(result, Unavailable)
            assert result.code == "database_unavailable"
            await hold_against_the_journal(database, market, result)
            await market.stop()

    asyncio.run(scenario())


class Forgetful(PostgresJournal):
    """A journal whose next lookup of one command finds the database away."""

    fails = False

    async def find(self, names):
        if self.fails:
            self.fails = False
            raise ConnectionResetError
        return await super().find(names)


# Seeded faults: what the tests above must notice


class Hasty(Sequencer):
    """Answers what was on its way as done, before it has read the journal."""

    async def _heal(self, flying, batch, committing, fault):
        for item, answer in zip(flying.submissions, flying.answers, strict=True):
            item.settle(answer)
        await super()._heal(flying, batch, committing, fault)


class SelfFenced(PostgresJournal):
    """Keeps its lease by the epoch it knows, not by its name."""

    async def keep(self):
        (row,) = await self._fetch("SELECT epoch FROM leases WHERE ledger = $1")
        if row["epoch"] != self._epoch:
            self._holder = "somebody else"
        return await super().keep()


def test_a_hasty_answer_is_noticed(database):
    async def scenario():
        async with Proxy(database) as proxy:
            market = await open_market(proxy.dsn)
            market.__class__ = Hasty
            proxy.cuts.append("unsent")
            result = await place(market)
            with pytest.raises(AssertionError):
                await hold_against_the_journal(database, market, result)
            await market.stop()

    asyncio.run(scenario())


def test_a_lease_kept_by_its_epoch_is_noticed(database):
    async def scenario():
        async with Proxy(database) as proxy:
            market = await open_market(proxy.dsn, SelfFenced(proxy.dsn, CARBON, "test"))
            proxy.cuts.extend(["unsent", "unheard"])
            assert isinstance(await place(market), Unavailable)
            with pytest.raises(Unavailable):
                await place(market)
            await market.stop()

    asyncio.run(scenario())
