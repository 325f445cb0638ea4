"""The express lane: well-formed requests of the busiest routes skip the general machinery.

A request that is exactly as usual (plain JSON of the declared form, a token verified a moment ago)
is read by a compiled decoder and answered here. Anything else, right or wrong, goes the ordinary
way with its body untouched and gets its answer there, so the lane has no answers of its own.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec
from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exchange.api import problems
from exchange.api.edge import Edge
from exchange.api.tokens import Principal
from exchange.errors import ExchangeError

_KEY = re.compile(rb"[A-Za-z0-9._:-]{1,64}")

Act = Callable[[Edge, Principal, Any], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Express:
    """One route of the lane: where it is, how its body is read, what answers it.

    `read` returns None for a body that only the ordinary way can judge.
    """

    path: str
    read: Callable[[bytes], Any]
    act: Act


class ExpressLane:
    """Stands before the application; costs others one look-up of their path."""

    def __init__(self, app: ASGIApp, routes: tuple[Express, ...]) -> None:
        self._app = app
        self._routes: Mapping[str, Express] = {route.path: route for route in routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._routes.get(scope["path"]) if scope["type"] == "http" else None
        token = None if route is None or scope["method"] != "POST" else usual_token(scope)
        if route is None or token is None:
            await self._app(scope, receive, send)
            return
        body = await _whole(receive)
        edge: Edge = scope["app"].state.edge
        principal = edge.tokens.cached(token)
        asked = None if body is None or principal is None else route.read(body)
        if principal is None or asked is None:
            await self._app(scope, _again(body, receive), send)
            return
        scope["route"] = route
        try:
            response = await route.act(edge, principal, asked)
        except ExchangeError as error:
            response = problems.answer(Request(scope), error)
        except Exception:
            fault = problems.answer(Request(scope), ExchangeError("internal_error"))
            await fault(scope, receive, send)
            raise
        await response(scope, receive, send)


def usual_token(scope: Scope) -> bytes | None:
    """Return the bearer token of a request whose headers leave nothing to judge, else None."""
    token = kind = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            if token is not None or not value.startswith(b"Bearer "):
                return None
            token = value[7:]
        elif name == b"content-type":
            if kind is not None:
                return None
            kind = value
        elif name == b"idempotency-key" and _KEY.fullmatch(value) is None:
            return None
    return token if kind == b"application/json" else None


async def _whole(receive: Receive) -> bytes | None:
    """Read the whole body; None when the client went away."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        body: bytes = message.get("body", b"")
        return body
    parts: list[bytes] = []
    while message["type"] == "http.request":
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await receive()
    return None


def _again(body: bytes | None, receive: Receive) -> Receive:
    """Have a body read again: first what was read here, then whatever comes."""
    first: list[Message] = [{"type": "http.disconnect"}]
    if body is not None:
        first = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again


Fields = tuple[tuple[bytes, Callable[[Any], Any]], ...]
"""Names as they stand in a body, and how their values are read from an object."""


def fields_of(form: type[msgspec.Struct]) -> Fields:
    """Return the fields of a form, for `names_once`."""
    return tuple((b'"%s"' % name.encode(), attrgetter(name)) for name in form.__struct_fields__)


def names_once(body: bytes, things: list[Any], fields: Fields) -> bool:
    """Tell whether no object of a decoded body named a field twice.

    `things` are the objects, in which a field that was not named is `msgspec.UNSET`. A name may be
    found too often (as a value), never too seldom: a body with a backslash is not for this.
    """
    for quoted, value in fields:
        found = body.count(quoted)
        if found and found != len(things) - list(map(value, things)).count(msgspec.UNSET):
            return False
    return True
