"""A snapshot written aside as a fork does it, in simulated time: no process, no pipe.

The bytes are those of the moment of the fork; they come later, or not at all.
"""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from unittest.mock import patch

from exchange.core.snapshot import digest
from exchange.core.venue import Venue
from exchange.sequencer import snapshots
from exchange.sequencer.aside import AsideError, written
from tests.simulation.world import World

SECONDS_MAX = 3.0


class SimulatedAside:
    """Stands where `exchange.sequencer.aside.Aside` does."""

    def __init__(self, random: Random, venue: Venue) -> None:
        self._state = written(venue)
        self._fails = random.random() < 0.1
        self._seconds = random.choice((0.0, random.random() * SECONDS_MAX))
        self._killed = asyncio.Event()

    async def finished(self) -> tuple[bytes, bytes]:
        try:
            async with asyncio.timeout(self._seconds):
                await self._killed.wait()
        except TimeoutError:
            if not self._fails:
                return digest(self._state), self._state
        raise AsideError("the child ended")

    def kill(self) -> None:
        self._killed.set()


@contextmanager
def simulated(world: World) -> Iterator[None]:
    """Fork no process; leave collecting garbage, which nothing here depends on, to others."""
    random = world.random("aside")

    class Aside:
        @staticmethod
        def fork(venue: Venue) -> SimulatedAside:
            world.meet("snapshot aside", str(venue.state.seq))
            if random.random() < 0.1:
                raise BlockingIOError("no fork")
            return SimulatedAside(random, venue)

    with (
        patch.object(snapshots, "Aside", Aside),
        patch.object(gc, "collect", lambda *_: 0),
        patch.object(gc, "unfreeze", lambda: None),
    ):
        yield
