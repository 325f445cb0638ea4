"""The HTTP server: bounded while it runs, and in bounded time at its end.

At the first signal nothing new is let in. What is in progress is answered, then the ledgers commit
all that waits, and what is left after that is cut off. Further signals change nothing: an end that
is itself interrupted would leave the embedded database behind.
"""

import asyncio
import os
import resource
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

import structlog
import uvicorn

from exchange.api.admission import Admission
from exchange.config import Settings
from exchange.connections import EXTRA, Connections

log = structlog.get_logger(__name__)

TICKS_A_SWEEP = 10
LOOK_S = 0.05
ACCEPTED_AT_ONCE = 128
LAST_ANSWERS_S = 0.5
FILES_OF_OURS = 200
"""Open files beside the clients' connections: databases, listeners, logs."""


class Server(uvicorn.Server):
    """One process's server. `announce` is called with the port once it listens."""

    def __init__(self, app: Any, settings: Settings, announce: Callable[[int], None]) -> None:
        self._admission: Admission = app.state.admission
        self._connections = Connections(
            settings.connections_max, settings.client_s, settings.unsent_bytes_max
        )
        self._drain_s = settings.drain_s
        self._announce = announce
        self._arriving: set[asyncio.Task[Any]] = set()
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                loop="uvloop",
                http=self._connections.factory(),  # type: ignore[arg-type]
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        allow_files(self._connections.open_max + EXTRA + FILES_OF_OURS)
        await super().startup(sockets)
        if self.started:
            listener = self.servers[0].sockets[0]
            self._door = socket.socket(fileno=os.dup(listener.fileno()))
            asyncio.get_running_loop().add_reader(self._door, self._accept)
            self._announce(listener.getsockname()[1])

    def _accept(self) -> None:
        """Take in the clients that wait at the door, many at a time.

        uvloop takes one each time round its loop. When it is busy the next one, a health check
        among them, would wait for seconds.
        """
        loop = asyncio.get_running_loop()
        for _ in range(ACCEPTED_AT_ONCE):
            try:
                client, _ = self._door.accept()
            except OSError:  # nobody waits, or whoever did has gone, or no more files may be open
                return
            client.setblocking(False)
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = loop.create_task(loop.connect_accepted_socket(self._protocol, client))
            self._arriving.add(task)
            task.add_done_callback(self._arriving.discard)

    def _protocol(self) -> asyncio.Protocol:
        make = self._connections.factory()
        return make(self.config, self.server_state, self.lifespan.state)

    def _close_door(self) -> None:
        asyncio.get_running_loop().remove_reader(self._door)
        self._door.close()
        for server in self.servers:
            server.close()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Take a signal as the wish to end; taking it twice is no wish to end badly."""
        self._admission.draining = True
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS_A_SWEEP == 0:
            now = asyncio.get_running_loop().time()
            self._connections.sweep(self.server_state.connections, now)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002
        """Answer what is in progress, have everything stopped, and cut off what is left."""
        log.info("draining", requests=len(self.server_state.tasks))
        self._admission.drain()
        await self._finish(self._drain_s)
        self._close_door()
        await self.lifespan.shutdown()
        await self._finish(LAST_ANSWERS_S)
        left = list(self.server_state.tasks)
        for task in left:
            task.cancel()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        if left:
            log.warning("requests cut off", requests=len(left))
            await asyncio.wait(left, timeout=LAST_ANSWERS_S)

    async def _finish(self, seconds: float) -> None:
        """Wait until what was in progress is answered and its answers are taken.

        Newcomers are told to come again elsewhere; they do not prolong the wait.
        """
        state = self.server_state
        mine: set[Any] = set(state.connections)
        for connection in mine:
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while mine & state.connections:  # noqa: ASYNC110 - uvicorn tells no event
                    await asyncio.sleep(LOOK_S)


def allow_files(wanted: int) -> None:
    """Raise the process's limit of open files to what its connections may need, if it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        soft = allowed
    if soft != resource.RLIM_INFINITY and soft < wanted:
        log.warning("few open files allowed", allowed=soft, wanted=wanted)
