"""An event loop whose time is simulated: where others would sleep, it jumps to the next timer.

What is ready runs in the order in which it became so, timers in the order of their moment; nothing
comes from outside. So the same program takes the same course each time. There is one thread: the
work of another is done in one step, some time after it was asked for, and known some time later.
"""

import asyncio
from collections.abc import Callable
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
        self.work_s: Callable[[], float] = lambda: 0.0
        self.on_left: Callable[[], None] = lambda: None

    def time(self) -> float:
        return self._now_s

    def move_on(self, seconds: float) -> None:
        self._now_s += seconds

    def run_in_executor(
        self, _executor: Any, work: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        """Do the work of a thread.

        `work_s` gives the time before and after it; `on_left` hears of work nobody waits for.
        """
        done = self.create_future()
        self.call_later(self.work_s(), self._work, done, work, args)
        return done

    def _work(self, done: "asyncio.Future[Any]", work: Callable[..., Any], args: Any) -> None:
        settle, result = done.set_result, None
        try:
            result = None if done.cancelled() else work(*args)
        except Exception as fault:  # noqa: BLE001  (it belongs to who waits)
            settle, result = done.set_exception, fault
        self.call_later(self.work_s(), self._end_work, done, settle, result)

    def _end_work(
        self, done: "asyncio.Future[Any]", settle: Callable[[Any], None], result: Any
    ) -> None:
        if done.cancelled():
            self.on_left()
        else:
            settle(result)

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
