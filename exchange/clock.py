"""Time as the exchange sees it: UTC nanoseconds from one injected clock.

Time is read once per command by the sequencer and travels as data; nothing below asks again.
The sandbox runs on a virtual clock, so that a yearly cycle passes in minutes.
"""

import threading
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

NS_PER_SECOND = 1_000_000_000


class Clock(Protocol):
    """What tells the time. It may stand still; it never goes back."""

    def now_ns(self) -> int:
        """Nanoseconds since 1970-01-01 UTC."""
        ...


class SystemClock:
    """The machine's clock, held at its highest reading when the machine sets it back."""

    def __init__(self) -> None:
        self._last_ns = 0

    def now_ns(self) -> int:
        self._last_ns = max(self._last_ns, time.time_ns())
        return self._last_ns


class VirtualClock:
    """A clock that starts where it is told, runs `rate` times as fast as real time, and can jump.

    `rate` 0 stands still: time then moves by `advance` alone. Reading and advancing are safe from
    several threads; subscribers are called in the thread that advances.
    """

    def __init__(
        self,
        start_ns: int,
        rate: int | Fraction = 1,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        if rate < 0:
            raise ValueError("a clock does not run backwards")
        self._rate = Fraction(rate)
        self._base_ns = start_ns
        self._monotonic_ns = monotonic_ns
        self._began_ns = monotonic_ns()
        self._lock = threading.Lock()
        self._subscribers: list[Callable[[], None]] = []

    @property
    def rate(self) -> Fraction:
        """How many virtual seconds pass in a real one."""
        return self._rate

    def now_ns(self) -> int:
        elapsed_ns = self._monotonic_ns() - self._began_ns
        return self._base_ns + elapsed_ns * self._rate.numerator // self._rate.denominator

    def advance(self, ns: int) -> None:
        """Jump forward by `ns` nanoseconds, then call the subscribers.

        Raises: ValueError for a step back.
        """
        if ns < 0:
            raise ValueError("a clock does not go back")
        with self._lock:
            self._base_ns += ns
            subscribers = tuple(self._subscribers)
        for notify in subscribers:
            notify()

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Have `callback` called after every advance, and get what ends the subscription.

        A timer re-arms itself in it: its real delay is (due - now) / rate.
        """
        with self._lock:
            self._subscribers.append(callback)
        return lambda: self._unsubscribe(callback)

    def _unsubscribe(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._subscribers:
                self._subscribers.remove(callback)
