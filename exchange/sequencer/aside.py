"""The state written down by a copy of the process, while the ledger goes on trading.

A fork sees memory as it was at that moment, and the system copies only the pages that change after
it. The child checks the invariants, encodes the state, sends the bytes through a pipe and leaves.

Why forking a process that may have threads is safe here: the child runs pure code of the core and
touches no event loop, socket, log or database. It needs two things that a thread might have held at
that moment, the interpreter and the allocator, and both make their locks anew in a child. Another
ledger's memory may be half changed by its thread at that moment; the child does not look at it. A
child that hangs all the same is killed after `SECONDS_MAX`. It closes what it inherited, so it
keeps no port and no connection when the parent dies; then its pipe has no reader, and it ends.

Cost: the copying of page tables, and in the child up to the state's memory once more, since
counting references writes to every object.
"""

import asyncio
import fcntl
import gc
import hashlib
import os
import signal
import sys
import warnings
from contextlib import suppress
from typing import Final, NoReturn

from exchange.core.invariants import violations
from exchange.core.venue import Venue

SECONDS_MAX: Final = 120
CHUNK_BYTES: Final = 1 << 20
NICE: Final = 5
WRITTEN, FAILED, BROKEN = 0, 1, 3
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_DESCRIPTORS_MAX: Final = 1 << 20


class AsideError(Exception):
    """The child ended without a snapshot."""


class BrokenInvariantError(Exception):
    """The state contradicts itself; it must not be kept."""


def written(venue: Venue) -> bytes:
    """Return the bytes of a state that keeps its invariants. Raises: BrokenInvariantError."""
    faults = violations(venue.state)
    if faults:
        raise BrokenInvariantError(faults[0])
    return venue.snapshot()


class Aside:
    """A child that writes down a venue as it was when `fork` was called."""

    def __init__(self, pid: int, pipe: int) -> None:
        self._pid = pid
        self._pipe = pipe
        self._chunks: list[bytes] = []
        self._hash = hashlib.sha256()

    @classmethod
    def fork(cls, venue: Venue) -> "Aside":
        """Start a child. Raises: OSError where there is no fork, or no memory for one."""
        if sys.platform != "linux":
            raise OSError("forking a running server is known to be safe on Linux only")
        out, into = os.pipe()
        os.set_blocking(out, False)
        with suppress(OSError):  # a small pipe only takes more turns
            fcntl.fcntl(out, fcntl.F_SETPIPE_SZ, CHUNK_BYTES)
        # A signal between fork and the child's first lines would be told to the parent's loop.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # threads: see above
                pid = os.fork()
            if pid == 0:
                _write_and_leave(venue, into, before)
        except OSError:
            os.close(out)
            raise
        finally:
            os.close(into)
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return cls(pid, out)

    async def finished(self) -> tuple[bytes, bytes]:
        """Wait for the child; return the state's hash and bytes.

        Raises: AsideError, BrokenInvariantError.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        loop.add_reader(self._pipe, self._take, done)
        try:
            async with asyncio.timeout(SECONDS_MAX):
                await done
        except TimeoutError:
            raise AsideError(f"no end after {SECONDS_MAX} s") from None
        finally:
            loop.remove_reader(self._pipe)
            if done.cancelled():
                self.kill()
            status = self._end()
        data = b"".join(self._chunks)
        if status == BROKEN:
            raise BrokenInvariantError(data.decode())
        if status != WRITTEN:
            raise AsideError(f"the child ended with status {status}")
        return self._hash.digest(), data

    def _take(self, done: asyncio.Future[None]) -> None:
        """Take what is in the pipe; without a writer there is nothing more to come."""
        try:
            chunk = os.read(self._pipe, CHUNK_BYTES)
        except BlockingIOError:
            return
        if chunk:
            self._chunks.append(chunk)
            self._hash.update(chunk)
        elif not done.done():
            done.set_result(None)

    def kill(self) -> None:
        """Have the child end without a result, unless it has ended."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)

    def _end(self) -> int:
        """Take leave of a child that has closed the pipe, the last thing it does, or was killed."""
        os.close(self._pipe)
        pid, self._pid = self._pid, 0
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _write_and_leave(venue: Venue, pipe: int, mask: set[int | signal.Signals]) -> NoReturn:
    """Be the child: write the snapshot and end, without any of what the process does at its end."""
    status = FAILED
    try:
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        os.closerange(0, pipe)
        os.closerange(pipe + 1, _DESCRIPTORS_MAX)
        os.nice(NICE)
        gc.disable()
        try:
            _send(pipe, written(venue))
            status = WRITTEN
        except BrokenInvariantError as fault:
            _send(pipe, str(fault).encode())
            status = BROKEN
    finally:
        os._exit(status)


def _send(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]
