"""Client connections within bounds: how many, how slow, how much of an answer they leave unread.

uvicorn's HTTP protocol bounds none of these. A connection that has not sent a request's head in
time, or does not take its answer, is cut off; one over which a request was refused for want of room
is not read from again for a moment, so that refusing cannot take up the time for serving.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from exchange.api.middleware import CROWDED, PAUSE

HEAD_BYTES_MAX: Final = 64 * 1024
PIPELINED_MAX: Final = 64
EXTRA: Final = 64
"""Connections beyond the usual number, for health checks and cancels."""

REFUSALS_PER_S: Final = 1000
PAUSE_S_MIN: Final = 0.02
PAUSE_S_MAX: Final = 1.0
_PROBLEM: Final = b'{"status":503,"code":"overloaded","retryable":true}'
FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\n"
    b"content-type: application/problem+json\r\ncontent-length: %d\r\n\r\n%s"
) % (len(_PROBLEM), _PROBLEM)


@dataclass(slots=True)
class Connections:
    """What all connections of a server share."""

    open_max: int
    client_s: float
    unsent_bytes_max: int
    pauses_end: float = 0.0
    unsent_bytes: int = 0
    stalled: dict["Connection", tuple[float, int]] = field(default_factory=dict)
    """Connections that do not take their answer: since when, how many bytes; oldest first."""

    def factory(self) -> Callable[..., "Connection"]:
        """Return what uvicorn makes a connection's protocol by."""
        return partial(Connection, shared=self)

    def stall(self, connection: "Connection", now: float, unsent: int) -> None:
        """Note a connection that does not take its answer; cut off the slowest beyond the bound."""
        self.stalled[connection] = now, unsent
        self.unsent_bytes += unsent
        while self.unsent_bytes > self.unsent_bytes_max and self.stalled:
            slowest = next(iter(self.stalled))
            self.resume(slowest)
            slowest.abort()

    def resume(self, connection: "Connection") -> None:
        _, unsent = self.stalled.pop(connection, (0.0, 0))
        self.unsent_bytes -= unsent

    def pause_s(self, now: float) -> float:
        """Return how long a connection rests after a refusal: all together see so many a second."""
        self.pauses_end = min(max(self.pauses_end, now) + 1 / REFUSALS_PER_S, now + PAUSE_S_MAX)
        return self.pauses_end - now

    def sweep(self, every: set[Any], now: float) -> None:
        """Cut off those that took too long. Called about once a second."""
        for connection in [c for c in every if c.overdue(now)]:
            connection.abort()


class Connection(HttpToolsProtocol):
    """One client's connection."""

    def __init__(self, *arguments: Any, shared: Connections, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._shared = shared
        self._head_since: float | None = None
        self._head_bytes = 0
        self._closing_since: float | None = None
        self._extensions: dict[str, Any] = {PAUSE: self._pause}

    # What the transport calls

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._head_since = self.loop.time()
        excess = len(self.connections) - self._shared.open_max
        if excess > EXTRA:
            transport.write(FULL)
            transport.close()
        elif excess > 0:
            self._extensions[CROWDED] = True

    def connection_lost(self, exc: Exception | None) -> None:
        self._shared.resume(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.parser is None:
            return
        if self._head_since is None and (self.cycle is None or self.cycle.response_complete):
            self._head_since = self.loop.time()
            self._head_bytes = 0
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_since is not None and self._head_bytes > HEAD_BYTES_MAX:
            self._refuse_head()
        elif len(self.pipeline) > PIPELINED_MAX:
            self.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._shared.stall(self, self.loop.time(), self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self._shared.resume(self)
        super().resume_writing()

    # What the parser calls

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = self._extensions

    def on_headers_complete(self) -> None:
        self._head_since = None
        self._head_bytes = 0
        super().on_headers_complete()

    # What we call

    @property
    def answering(self) -> bool:
        """Whether a request is in progress, or its answer not yet taken."""
        busy = self.cycle is not None and not self.cycle.response_complete
        return busy or self.transport.get_write_buffer_size() > 0

    def overdue(self, now: float) -> bool:
        """Whether the client took longer than it may."""
        latest = now - self._shared.client_s
        if self.transport.is_closing():
            self._closing_since = self._closing_since or now
            return self._closing_since < latest
        stalled_since, _ = self._shared.stalled.get(self, (now, 0))
        return stalled_since < latest or (self._head_since or now) < latest

    def abort(self) -> None:
        self.transport.abort()

    def _refuse_head(self) -> None:
        if self.cycle is not None and self.cycle.response_complete:
            self.transport.close()  # the rest of a body that was refused
        elif not self.transport.is_closing():
            self.send_400_response("The request's head is too long.")

    def _pause(self) -> None:
        """Read nothing for a moment."""
        seconds = self._shared.pause_s(self.loop.time())
        if seconds > PAUSE_S_MIN and not self.transport.is_closing():
            self.flow.pause_reading()
            self.loop.call_later(seconds, self._unpause)

    def _unpause(self) -> None:
        if not self.transport.is_closing():
            self.flow.resume_reading()
