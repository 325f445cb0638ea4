"""Pure ASGI middleware: admission, request id, body limits, security headers, metrics by route.

A request that is not let in is answered before its body is read; one that is keeps its place in
its lane until its answer is handed over.
"""

import asyncio
import itertools
import re
import secrets
import time
from typing import Any, Protocol

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exchange.api.admission import Admission, Lane
from exchange.api.body import Carried
from exchange.api.problems import MEDIA_TYPE, problem_of
from exchange.config import Settings
from exchange.errors import ExchangeError, RequestTimeout, TooLarge, Unavailable

PAUSE = "steppe.pause"
"""Scope extension: a call that has the server read no more from this connection for a moment."""

CROWDED = "steppe.crowded"
"""Scope extension: this connection is beyond the usual number."""

CLOSE_BYTES = 64 * 1024
"""A refused body longer than this is not read to its end: the connection is closed instead."""

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")


class RequestMetrics(Protocol):
    def request(self, route: str, method: str, status: int, seconds: float) -> None: ...


class EdgeMiddleware:
    """Wraps the whole application; costs a few dictionary look-ups a request."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        body_bytes_max: int,
        metrics: RequestMetrics,
        admission: Admission | None = None,
    ) -> None:
        self._app = app
        self._body_bytes_max = body_bytes_max
        self._metrics = metrics
        self._admission = admission or Admission.of(Settings())
        self._prefix = secrets.token_hex(8).encode()
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = dict(scope["headers"])
        request_id = headers.get(b"x-request-id", b"")
        if _REQUEST_ID.match(request_id) is None:
            request_id = b"%s%012x" % (self._prefix, next(self._numbers))
        scope["request_id"] = request_id.decode()
        extensions: dict[str, Any] = scope.get("extensions") or {}
        answer = _Answer(send, request_id, self._admission, crowded=CROWDED in extensions)
        lane = self._admission.lane_of(scope["method"], scope["path"])
        route = None
        try:
            length = _length(headers.get(b"content-length", b""))
            error = self._refusal(lane, length, crowded=answer.crowded)
            if error is not None:
                route = f"refused {lane.name}"
                await answer.problem(error, scope["request_id"], close=length > CLOSE_BYTES)
                if isinstance(error, Unavailable) and PAUSE in extensions:
                    extensions[PAUSE]()
                return
            await self._serve(scope, receive, answer, lane, length)
        finally:
            if route is None:
                route = getattr(scope.get("route"), "path", "unmatched")
            seconds = time.perf_counter() - started
            self._metrics.request(route, scope["method"], answer.status, seconds)

    def _refusal(self, lane: Lane, length: int, *, crowded: bool) -> ExchangeError | None:
        if length > (lane.body_bytes_max or self._body_bytes_max):
            return TooLarge("body_too_large", "the body is too large")
        return self._admission.refusal(lane, length, crowded=crowded)

    async def _serve(
        self, scope: Scope, receive: Receive, answer: "_Answer", lane: Lane, length: int
    ) -> None:
        most = lane.body_bytes_max or self._body_bytes_max
        works = lane.body_bytes_max is None
        body = _Body(receive, self._admission, length, most, works=works)
        lane.in_progress += 1
        try:
            await self._app(scope, body.receive, answer.send)
        except Carried as carried:
            if not answer.begun:
                await answer.problem(carried.error, scope["request_id"], close=True)
        finally:
            lane.in_progress -= 1
            body.release()


class _Answer:
    """The answer on its way out, with the headers that every answer has."""

    __slots__ = ("_admission", "_request_id", "_send", "begun", "crowded", "status")

    def __init__(
        self, send: Send, request_id: bytes, admission: Admission, *, crowded: bool
    ) -> None:
        self._send = send
        self._request_id = request_id
        self._admission = admission
        self.crowded = crowded
        self.status = 500
        self.begun = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            self.status = message["status"]
            headers = [
                *message["headers"],
                (b"x-request-id", self._request_id),
                (b"x-content-type-options", b"nosniff"),
                (b"cache-control", b"no-store"),
            ]
            if self.crowded or self._admission.draining or self.status == RequestTimeout.status:
                headers.append((b"connection", b"close"))
            message["headers"] = headers
        await self._send(message)

    async def problem(self, error: ExchangeError, request_id: str, *, close: bool) -> None:
        body = msgspec.json.encode(problem_of(error, request_id))
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", b"%d" % len(body)),
            *((name.lower().encode(), text.encode()) for name, text in error.headers.items()),
        ]
        if close:
            headers.append((b"connection", b"close"))
        start = {"type": "http.response.start", "status": error.status, "headers": headers}
        await self.send(start)
        await self._send({"type": "http.response.body", "body": body})


class _Body:
    """The body on its way in: bounded in bytes and in time, and counted while it is in memory.

    `works`: its length tells how much work it is, and counts as that once it is all there.
    """

    __slots__ = (
        *("_admission", "_came", "_ends_at", "_most", "_receive", "_undeclared", "_weight"),
        "_works",
    )

    def __init__(
        self,
        receive: Receive,
        admission: Admission,
        declared: int,
        bytes_max: int,
        *,
        works: bool,
    ) -> None:
        self._receive = receive
        self._admission = admission
        self._most = bytes_max
        self._came = 0
        self._undeclared = declared == 0
        self._weight = declared
        self._ends_at: float | None = 0.0
        self._works = works
        admission.body_bytes += declared

    async def receive(self) -> Message:
        admission = self._admission
        if self._ends_at == 0.0:
            self._ends_at = asyncio.get_running_loop().time() + admission.body_seconds_max
        try:
            async with asyncio.timeout_at(self._ends_at) as patience:
                admission.waiting.add(patience)
                try:
                    message = await self._receive()
                finally:
                    admission.waiting.discard(patience)
        except TimeoutError:
            if self._ends_at is None:  # a stream, which watched for its client's end
                return {"type": "http.disconnect"}
            raise Carried(admission.late()) from None
        if message["type"] == "http.request":
            self._count(len(message.get("body", b"")))
            if not message.get("more_body", False):
                self._ends_at = None
                admission.work_bytes += self._came if self._works else 0
        return message

    def _count(self, size: int) -> None:
        self._came += size
        if self._came > self._most:
            raise Carried(TooLarge("body_too_large", "the body is too large"))
        if self._undeclared:
            heavy = self._admission.weigh(size)
            if heavy is not None:
                raise Carried(heavy)
            self._weight += size
            self._admission.body_bytes += size

    def release(self) -> None:
        self._admission.body_bytes -= self._weight
        if self._ends_at is None and self._works:
            self._admission.work_bytes -= self._came


def _length(header: bytes) -> int:
    """Read a declared length; one that cannot be read counts as none, and the bytes themselves."""
    if len(header) > 18:
        return 10**18
    return int(header) if header.isdigit() else 0
