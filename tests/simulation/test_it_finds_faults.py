"""The harness is believed because it fails: each part here breaks one promise, and is caught."""

import asyncio
import dataclasses
import re

import pytest

from exchange.sequencer.id_filter import IdFilter
from exchange.sequencer.sequencer import Sequencer
from tests.simulation.run import Parts, simulate
from tests.simulation.world import Violation
from tests.support.memory_journal import MemoryDatabase, MemoryJournal

SEEDS = range(40)


class AnswersEarly(MemoryJournal):
    """Says that a transaction is durable when it has only been sent."""

    async def append(self, entries, rows):
        nobody = asyncio.get_running_loop().create_future()
        self._database.serve(self.transaction(entries, rows), nobody)
        self._last_seq = entries[-1].seq


class LyingDisk(MemoryDatabase):
    """Keeps the newest transactions in a cache that a power loss empties."""

    def __init__(self, *args):
        super().__init__(*args)
        self._flushed = (0, {})

    def sync(self):
        super().sync()
        if len(self.synced) % 5 == 0:
            self._flushed = (len(self.synced), dict(self.balances))

    def lose_power(self):
        super().lose_power()
        length, self.balances = self._flushed[0], dict(self._flushed[1])
        del self.synced[length:]
        self.places = {name: place for name, place in self.places.items() if place < length}


class TornWrites(MemoryDatabase):
    """Keeps of a transaction its first half when the power fails."""

    def lose_power(self):
        for commit in self.unsynced:
            half = commit.entries[: len(commit.entries) // 2]
            self._keep(dataclasses.replace(commit, entries=half))
        self.unsynced.clear()
        super().lose_power()


class NoFencing(MemoryDatabase):
    """Lets whoever comes write, and everybody keep the lease."""

    def may_write(self, epoch, last_seq):
        return True

    def may_keep(self, holder, epoch):
        return True


class ForgetsIds(Sequencer):
    """Knows no command id again."""

    async def submit(self, commands, operator_id, participant_id):
        self._seen.ids = IdFilter()
        self._seen.waiting.clear()
        return await super().submit(commands, operator_id, participant_id)


class KeepsMemory(Sequencer):
    """Goes on with the memory that it had when a commit fails."""

    async def _heal(self, *given):
        kept = self._memory
        await super()._heal(*given)
        self._memory = kept


class FollowsTheClock(Sequencer):
    """Stamps with the clock, though it may be behind the journal."""

    async def _recover(self, last_seq):
        await super()._recover(last_seq)
        self._last_ns = self._venue.state.now_ns


class NeverHeals(Sequencer):
    """Waits for ever when a commit has failed."""

    async def _heal(self, *_args):
        self.ready = False
        await asyncio.get_running_loop().create_future()


class DiesHealing(Sequencer):
    """Ends when something fails a second time while it heals."""

    async def _heal(self, *given):
        await super()._heal(*given)
        await self._journal.balances()


@pytest.mark.parametrize(
    ("parts", "complaint"),
    [
        (Parts(journal=AnswersEarly), "answered before it was durable"),
        (
            Parts(database=LyingDisk),
            "follows entry|journalled otherwise|not in|before it was durable",
        ),
        (Parts(database=TornWrites), "differs from its projection|accounts differ|lease at"),
        (Parts(database=NoFencing), "stale writer|follows entry|does not open"),
        (Parts(sequencer=ForgetsIds), "carried out twice"),
        (Parts(sequencer=KeepsMemory), "follows entry|replays otherwise|carried out twice"),
        (Parts(sequencer=FollowsTheClock), "is earlier than the one before"),
        (Parts(sequencer=NeverHeals), "never learns|does not stop"),
        (Parts(sequencer=DiesHealing), "closed its ledger|does not stop cleanly"),
    ],
    ids=lambda part: None if isinstance(part, Parts) else part,
)
def test_a_broken_part_is_caught(parts, complaint):
    heard = (broken(seed, parts) for seed in SEEDS)
    found = next((one for one in heard if re.search(complaint, one.partition("\n")[0])), "")
    assert found, f"no seed is told {complaint}"
    assert re.search(r"^replay it: make simulate SEED=\d+$", found, re.MULTILINE)


def broken(seed: int, parts: Parts) -> str:
    try:
        simulate(seed, parts)
    except Violation as violation:
        return str(violation)
    return ""
