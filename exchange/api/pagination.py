"""Lists by opaque cursor: what comes after the last key seen, so pages never shift."""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import Query, Request, Response
from pydantic import BaseModel, BeforeValidator

from exchange.errors import BadRequest

Item = TypeVar("Item")
LIMIT_DEFAULT = 100
LIMIT_MAX = 1000
LEDGER = range(1, 2**15)
DAY = range(-(2**31), 2**31)
"""Kinds of keys in a cursor that the database keeps in fewer bits than an `int`."""
_KEYS = msgspec.msgpack.Decoder(
    list[
        Annotated[int, msgspec.Meta(ge=-(2**63) + 1, le=2**63 - 1)]
        | Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9._-]{0,64}\Z")]
    ]
)


def _plain(value: object) -> object:
    """Let through only ASCII digits, of which the model takes more than these."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("a whole number in digits is needed here")
    return value


PlainInt = Annotated[int, BeforeValidator(_plain)]
Limit = Annotated[PlainInt, Query(ge=1, le=LIMIT_MAX, description="How many items at most")]
Cursor = Annotated[
    str | None, Query(max_length=200, description="`next_cursor` of the page before this one")
]


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None = None


def read_cursor(cursor: str | None, *kinds: type[int | str] | range) -> tuple[Any, ...] | None:
    """Return the keys in a cursor, of the kinds a list is ordered by.

    Raises: BadRequest `cursor_invalid`.
    """
    if cursor is None:
        return None
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        keys = _KEYS.decode(data)
    except (ValueError, binascii.Error, msgspec.MsgspecError) as fault:
        raise BadRequest("cursor_invalid") from fault
    if len(keys) != len(kinds) or not all(map(_fits, keys, kinds)):
        raise BadRequest("cursor_invalid")
    return tuple(keys)


def _fits(key: int | str, kind: type[int | str] | range) -> bool:
    return key in kind if isinstance(kind, range) else type(key) is kind


def more_after(
    request: Request, response: Response, rows: Sequence[Any], limit: int, *names: str
) -> str | None:
    """Return the cursor of the page that follows, or None when this one is the last.

    `rows` were asked for with one more than the limit; `names` are what the list is ordered by.
    Puts the Link header on the answer.
    """
    if len(rows) <= limit:
        return None
    keys = [getattr(rows[limit - 1], name) for name in names]
    data = base64.urlsafe_b64encode(msgspec.msgpack.encode(keys)).rstrip(b"=").decode()
    query = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
    url = request.url.replace(scheme="", netloc="").replace_query_params(**dict(query), cursor=data)
    response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return data
