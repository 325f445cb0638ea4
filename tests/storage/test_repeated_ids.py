"""Repeated ids over a real PostgreSQL: the first outcome again, also when the filter errs."""

import asyncio

from exchange.core.commands import (
    PlaceOrders,
)
from exchange.errors import Unavailable
from exchange.sequencer.batch import ReusedIdError
from exchange.sequencer.id_filter import IdFilter, key_of
from exchange.sequencer.postgres import PostgresJournal
from matching import Side
from tests.storage.running import CARBON, crash, open_market, order, sequencer


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
