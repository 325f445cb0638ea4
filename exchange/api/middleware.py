"""Pure ASGI middleware: request id, body limit, security headers, metrics by route template."""

import itertools
import re
import secrets
import time
from typing import Protocol

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exchange.api.body import Carried
from exchange.api.problems import MEDIA_TYPE, problem_of
from exchange.errors import ExchangeError, TooLarge

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")


class RequestMetrics(Protocol):
    def request(self, route: str, method: str, status: int, seconds: float) -> None: ...


class EdgeMiddleware:
    """Wraps the whole application; costs a few dictionary look-ups a request."""

    def __init__(self, app: ASGIApp, *, body_bytes_max: int, metrics: RequestMetrics) -> None:
        self._app = app
        self._body_bytes_max = body_bytes_max
        self._metrics = metrics
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
        status = 500
        begun = False

        async def tagged(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                begun = True
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", request_id),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cache-control", b"no-store"),
                ]
            await send(message)

        try:
            length = headers.get(b"content-length", b"0")
            if len(length) > 18 or (length.isdigit() and int(length) > self._body_bytes_max):
                await _refuse(tagged, scope["request_id"])
                return
            await self._app(scope, self._bounded(receive), tagged)
        except _BodyTooLarge:
            if not begun:
                await _refuse(tagged, scope["request_id"])
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            self._metrics.request(route, scope["method"], status, time.perf_counter() - started)

    def _bounded(self, receive: Receive) -> Receive:
        """Count what a body without a declared length brings."""
        left = self._body_bytes_max

        async def bounded() -> Message:
            nonlocal left
            message = await receive()
            if message["type"] == "http.request":
                left -= len(message.get("body", b""))
                if left < 0:
                    raise _BodyTooLarge
            return message

        return bounded


class _BodyTooLarge(Carried):
    def __init__(self) -> None:
        super().__init__(TooLarge("body_too_large", "the body is too large"))


async def _refuse(send: Send, request_id: str) -> None:
    error: ExchangeError = TooLarge("body_too_large", "the body is too large")
    body = msgspec.json.encode(problem_of(error, request_id))
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
