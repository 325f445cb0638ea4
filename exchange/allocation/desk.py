"""The desk: runs its jobs one at a time, each in a process of its own.

Invariants: the event loop never reads a file nor evaluates a formula of a plan; at most `JOBS_MAX`
jobs wait or run; a job that takes too long, or whose asker is gone, ends with its process.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import structlog

from exchange.allocation.worker import (
    LENGTH,
    Answer,
    Calculate,
    NoRows,
    Progress,
    ReadFile,
    RowsCalculated,
    RowsRead,
)
from exchange.errors import ExchangeError, Unavailable

log = structlog.get_logger(__name__)

JOBS_MAX = 4
JOB_S = 60
RETRY_AFTER_S = 5

_DECODER = msgspec.msgpack.Decoder(Answer)

Result = RowsRead | RowsCalculated | NoRows
Told = Callable[[Progress], Awaitable[None]]


async def _unheard(_progress: Progress) -> None:
    """Progress that nobody waits for."""


class Desk:
    """Lives as long as the server; what still runs at its end is given up."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._places = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def has_room(self) -> None:
        """Raises: Unavailable when as much waits as may."""
        if self._places + len(self._tasks) >= JOBS_MAX:
            raise Unavailable("overloaded", retry_after_s=RETRY_AFTER_S)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while an answer waits for its work. Raises: Unavailable."""
        self.has_room()
        self._places += 1
        try:
            yield
        finally:
            self._places -= 1

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Have work done after the answer."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give up what runs."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run(self, job: ReadFile | Calculate, told: Told = _unheard) -> Result:
        """Do a job and return its result. Raises: ExchangeError when its process failed."""
        try:
            async with self._turn, asyncio.timeout(JOB_S):
                return await _done(job, told)
        except (OSError, asyncio.IncompleteReadError, msgspec.MsgspecError) as fault:
            log.warning("the desk's process failed", error=repr(fault))
            raise ExchangeError("internal_error", "the work could not be done") from fault


async def _done(job: ReadFile | Calculate, told: Told) -> Result:
    arguments = (sys.executable, "-m", "exchange.allocation.worker")
    process = await asyncio.create_subprocess_exec(
        *arguments, stdin=PIPE, stdout=PIPE, start_new_session=True
    )
    try:
        return await _talk(process, job, told)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _talk(process: Process, job: ReadFile | Calculate, told: Told) -> Result:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(await asyncio.to_thread(msgspec.msgpack.encode, job))
    await process.stdin.drain()
    process.stdin.close()
    while True:
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        data = await process.stdout.readexactly(length)
        answer: Answer = await asyncio.to_thread(_DECODER.decode, data)
        if not isinstance(answer, Progress):
            return answer
        await told(answer)
