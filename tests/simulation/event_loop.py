"""An event loop whose time is simulated: where others would sleep, it jumps to the next timer.

What is ready runs in the order in which it became so, timers in the order of their moment; nothing
comes from outside. So the same program takes the same course each time.
"""

import asyncio
from typing import Any


class StandstillError(RuntimeError):
    """Everything waits for something that nobody will do."""


class SimulatedLoop(asyncio.BaseEventLoop):
    """Run with `run`; `time()` begins at 0."""

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._selector = _NextTimer(self)
        self.set_exception_handler(self._note)
        self.complaints: list[str] = []

    def time(self) -> float:
        return self._now_s

    def move_on(self, seconds: float) -> None:
        self._now_s += seconds

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if "exception" in context:  # a task of a dead process may be left pending
            self.complaints.append(f"{context['message']}: {context['exception']!r}")

    def _process_events(self, _events: list[Any]) -> None:
        """Nothing comes from outside."""

    def _write_to_self(self) -> None:
        """Nobody else has to be woken: there is one thread."""


class _NextTimer:
    """Stands where the selector does: instead of waiting, moves the time on."""

    def __init__(self, loop: SimulatedLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> tuple[()]:
        if timeout is None:
            raise StandstillError("nothing is ready and no timer is set")
        if timeout > 0:
            self._loop.move_on(timeout)
        return ()

    def close(self) -> None:
        """There is nothing to close."""
