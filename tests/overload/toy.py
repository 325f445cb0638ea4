"""A small application behind the real server, edge and admission: its answers wait until told."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvloop
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from exchange.api import problems
from exchange.api.admission import Admission
from exchange.api.middleware import EdgeMiddleware
from exchange.config import Settings
from exchange.server import Server

LONG = b"x" * (32 * 1024 * 1024)
"""Far more than the buffers of the operating system take."""


class Unmeasured:
    def request(self, route: str, method: str, status: int, seconds: float) -> None: ...


@dataclass
class Toy:
    """The running server; `gate` lets its orders be answered."""

    app: FastAPI
    server: Server
    admission: Admission
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0
    done: int = 0
    port: int = 0
    clients: list["Client"] = field(default_factory=list)

    async def open(self) -> "Client":
        client = Client(*await asyncio.open_connection("127.0.0.1", self.port))
        self.clients.append(client)
        return client


@dataclass
class Client:
    """A raw connection, for clients that no HTTP library would be."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, method: str, path: str, body: bytes = b"", *, declared: int = -1) -> None:
        length = len(body) if declared < 0 else declared
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: venue\r\nContent-Type: application/json\r\n"
            f"Content-Length: {length}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the next answer. Raises: IncompleteReadError at the end."""
        async with asyncio.timeout(10):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
            body = await self.reader.readexactly(int(headers["content-length"]))
        return int(first.split()[1]), headers, body

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict, bytes]:
        self.send(method, path, body)
        return await self.answer()

    async def ended(self, within_s: float = 10) -> bool:
        """Whether the server closes the connection; what it still says is passed over."""
        try:
            async with asyncio.timeout(within_s):
                while await self.reader.read(65536):
                    pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        self.writer.transport.abort()


def toy_app(settings: Settings) -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.state.admission = Admission.of(settings)
    app.add_middleware(
        EdgeMiddleware,
        body_bytes_max=settings.body_bytes_max,
        metrics=Unmeasured(),
        admission=app.state.admission,
    )

    async def act(request: Request) -> Response:
        toy: Toy = request.app.state.toy
        toy.begun += 1
        await request.body()
        await toy.gate.wait()
        toy.done += 1
        return Response(b"done", 201)

    async def long(size: int = len(LONG)) -> Response:
        return Response(LONG[:size])

    async def stream() -> Response:
        async def beats() -> AsyncIterator[bytes]:
            while True:
                yield b"beat\n"
                await asyncio.sleep(0.02)

        return StreamingResponse(beats())

    async def live() -> Response:
        return Response(b"alive")

    app.add_api_route("/v1/orders", act, methods=["POST"])
    app.add_api_route("/v1/orders/{name}:cancel", act, methods=["POST"])
    app.add_api_route("/v1/long", long)
    app.add_api_route("/v1/stream", stream)
    app.add_api_route("/livez", live)
    return app


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[Toy]:
    """Serve the toy on a free port. It is stopped at the end, whatever its clients do."""
    chosen = Settings(**{"port": 0, "client_s": 60, "drain_s": 1, **settings})
    app = toy_app(chosen)
    listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    server = Server(app, chosen, listening.set_result)
    app.state.toy = toy = Toy(app, server, app.state.admission)
    running = asyncio.create_task(server._serve())
    toy.port = await listening
    try:
        yield toy
    finally:
        toy.gate.set()
        server.handle_exit(15, None)
        async with asyncio.timeout(20):
            await running
        assert not server.server_state.tasks
        assert not server.server_state.connections
        for client in toy.clients:
            client.close()


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Play a scenario on the event loop that the server has in earnest."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scenario())


async def until(true: Any, within_s: float = 10) -> None:
    """Wait for something to become true. Raises: TimeoutError."""
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
