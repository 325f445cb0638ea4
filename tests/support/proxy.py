"""A proxy before PostgreSQL that cuts connections of the sequencer at chosen moments.

It reads the messages of the protocol as they pass. A writer's statement is a Bind message with what
follows up to its Sync; the commit happens when the server handles that Sync. How it may be cut:

    unsent    the statement is not handed on
    unread    it is handed on, and the connection is closed at once
    unheard   it is handed on, the server answers, and the answer is not handed on
"""

import asyncio
import tempfile
from collections import deque
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

WRITER = b"steppe sequencer"
SOCKET = ".s.PGSQL.5432"
CUTS = ("unsent", "unread", "unheard")


class Proxy:
    """Use as an async context manager; `dsn` is the address for those who shall be cut."""

    def __init__(self, dsn: str) -> None:
        parts = urlsplit(dsn)
        self._upstream = Path(parse_qs(parts.query)["host"][0], SOCKET)
        self._folder = tempfile.TemporaryDirectory(prefix="steppe-proxy-")
        query = f"host={quote(self._folder.name)}&port=5432"
        self.dsn = urlunsplit(parts._replace(query=query))
        self.cuts: deque[str] = deque()
        """How the writer's next statements are cut, one each; then all pass."""
        self.cut_count = 0
        self._dark = ""
        self._light = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._serve, Path(self._folder.name, SOCKET))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.break_all()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._folder.cleanup()

    def darken(self, how: str) -> None:
        """`refusing`: connections are closed at once; `silent`: they are taken and not served."""
        self._dark = how
        self._light.clear()

    def lighten(self) -> None:
        """Serve again whoever comes from now on."""
        self._dark = ""
        self._light.set()

    def break_all(self) -> None:
        """Cut every connection that is open."""
        for writer in list(self._open):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        try:
            if self._dark == "silent":
                await self._light.wait()
            elif not self._dark:
                await self._relay(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # whoever was cut or left, or the proxy itself ends
        finally:
            self._tasks.discard(task)
            self._open.discard(writer)
            writer.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_unix_connection(self._upstream)
        self._open.add(up_writer)
        try:
            head = await reader.readexactly(4)
            start = await reader.readexactly(int.from_bytes(head) - 4)
            up_writer.write(head + start)
            link = _Link(self, reader, writer, up_reader, up_writer, WRITER in start)
            ways = [asyncio.create_task(way) for way in (link.forwards(), link.backwards())]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self._open.discard(up_writer)
            up_writer.close()


class _Link:
    """One connection, both ways."""

    def __init__(
        self,
        proxy: Proxy,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        up_reader: asyncio.StreamReader,
        up_writer: asyncio.StreamWriter,
        of_the_writer: bool,
    ) -> None:
        self._proxy = proxy
        self._client = reader, writer
        self._server = up_reader, up_writer
        self._of_the_writer = of_the_writer
        self._mute = False
        self._unheard = asyncio.Event()

    async def forwards(self) -> None:
        reader, writer = self._client[0], self._server[1]
        cut = ""
        while True:
            kind, message = await _message(reader)
            if kind == b"B" and self._of_the_writer and self._proxy.cuts:
                cut = self._proxy.cuts.popleft()
                self._proxy.cut_count += 1
                if cut == "unsent":
                    return
                self._mute = cut == "unheard"
            writer.write(message)
            await writer.drain()
            if kind == b"S" and cut:
                if cut == "unheard":
                    await self._unheard.wait()
                return

    async def backwards(self) -> None:
        reader, writer = self._server[0], self._client[1]
        while True:
            kind, message = await _message(reader)
            if self._mute:
                if kind == b"Z":
                    self._unheard.set()
                continue
            writer.write(message)
            await writer.drain()


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readexactly(5)
    return head[:1], head + await reader.readexactly(int.from_bytes(head[1:]) - 4)
