"""What all parts of one simulated run share: the seed, the time, the trace, and what went wrong."""

import hashlib
from collections import Counter
from collections.abc import Callable
from random import Random

from tests.simulation.event_loop import SimulatedLoop
from tests.support.builders import at_ns
from tests.support.workload_orders import SCENES

FIRST_NS = at_ns("2026-03-02 09:25")
NS_PER_SECOND = 1_000_000_000
TRACE_SHOWN = 40
WORK_S_MAX = 0.5


class Violation(AssertionError):
    """A promise was broken. The message names the seed and how to see it again."""


class World:
    """One run. All chance comes from `random(purpose)`; all that happens is put into the trace."""

    def __init__(
        self, seed: int, loop: SimulatedLoop, listen: Callable[[str], None] | None = None
    ) -> None:
        self.seed = seed
        self._listen = listen
        self.loop = loop
        self.ledger = tuple(SCENES)[seed % len(SCENES)]
        self.broken: list[str] = []
        self.met: Counter[str] = Counter()
        self.jumped_ns = 0
        self._trace: list[str] = []
        random = self.random("clock")
        self._rate = random.choice((1, 60, 60, 1200))
        self._threads = self.random("threads")
        loop.work_s = self._work_s
        loop.on_left = lambda: self.meet("work left")

    def random(self, purpose: str) -> Random:
        return Random(f"{self.seed} {purpose}")

    def _work_s(self) -> float:
        return self._threads.choice((0.0, 0.0, self._threads.random() * WORK_S_MAX))

    def now_ns(self) -> int:
        """Tell the market's time, which the servers' clocks keep more or less well."""
        passed_ns = int(self.loop.time() * NS_PER_SECOND) * self._rate
        return FIRST_NS + passed_ns + self.jumped_ns

    def note(self, text: str) -> None:
        line = f"{self.loop.time():.6f} {text}"
        self._trace.append(line)
        if self._listen is not None:
            self._listen(line)

    def meet(self, kind: str, text: str = "") -> None:
        """Note something whose coverage is counted."""
        self.met[kind] += 1
        self.note(f"{kind} {text}")

    def break_promise(self, text: str) -> None:
        self.broken.append(text)
        self.note(f"BROKEN {text}")

    def trace_hash(self) -> str:
        return hashlib.sha256("\n".join(self._trace).encode()).hexdigest()

    def last_notes(self) -> str:
        return "\n".join(f"    {line}" for line in self._trace[-TRACE_SHOWN:])


class ServerClock:
    """The clock of one process: the market's time, and how far off this machine is."""

    def __init__(self, now_ns: Callable[[], int], off_ns: int) -> None:
        self._now_ns = now_ns
        self._off_ns = off_ns

    def now_ns(self) -> int:
        return self._now_ns() + self._off_ns
