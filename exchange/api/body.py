"""Strict JSON bodies: no duplicate keys, no NaN, no deep nesting, UTF-8 only.

A body that two readers could read differently is refused before anything else looks at it.
"""

import json
import re
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from exchange.errors import BadRequest, ExchangeError, UnsupportedMedia

DEPTH_MAX = 32
_BRACKETS = re.compile(r"[\[\]{}]")


class Carried(HTTPException):
    """An error of ours on its way through FastAPI's body reader, which lets only its own pass."""

    def __init__(self, error: ExchangeError) -> None:
        super().__init__(error.status)
        self.error = error


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadRequest("duplicate_key", "an object names a key twice")
    return found


def _constant(_name: str) -> NoReturn:
    raise BadRequest("malformed_json", "NaN and Infinity are not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def strict_json(data: bytes) -> Any:
    """Read JSON text. Raises: BadRequest."""
    try:
        text = data.decode("utf-8")
        if text.count("[") + text.count("{") > DEPTH_MAX and _depth(text) > DEPTH_MAX:
            raise BadRequest("malformed_json", "the body is nested too deeply")
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as fault:
        raise BadRequest("malformed_json", "the body is not JSON in UTF-8") from fault


def _depth(text: str) -> int:
    """Count how deep JSON text is nested; brackets inside strings do not count."""
    bare = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    depth = deepest = 0
    for bracket in _BRACKETS.findall("".join(bare)):
        if bracket in "[{":
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


class StrictRequest(Request):
    """A request whose `json()` is strict."""

    async def json(self) -> Any:
        if not hasattr(self, "_strict"):
            try:
                self._strict = strict_json(await self.body())
            except ExchangeError as error:
                raise Carried(error) from error
        return self._strict


class StrictRoute(APIRoute):
    """A route that reads its body strictly and refuses other content than JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        wants_json = self.body_field is not None

        async def strict(request: Request) -> Response:
            if not wants_json:
                return await handle(request)
            receive = request.receive
            kind, _, parameters = request.headers.get("content-type", "").partition(";")
            if kind.strip().lower() != "application/json":
                if await request.body():
                    raise UnsupportedMedia("unsupported_media_type", "send application/json")
                receive = _empty
            elif parameters and not _UTF8.fullmatch(parameters.strip()):
                raise UnsupportedMedia("unsupported_media_type", "send JSON in UTF-8")
            return await handle(StrictRequest(request.scope, receive))

        return strict


_UTF8 = re.compile(r'charset="?utf-?8"?', re.ASCII | re.IGNORECASE)


async def _empty() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
