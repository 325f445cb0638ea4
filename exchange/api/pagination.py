"""Lists by opaque cursor: what comes after the last key seen, so pages never shift."""

import base64
import binascii
from typing import Annotated, Generic, TypeVar

import msgspec
from fastapi import Query, Request, Response
from pydantic import BaseModel

from exchange.errors import BadRequest

Item = TypeVar("Item")
LIMIT_DEFAULT = 100
LIMIT_MAX = 1000
KEY_MAX = 2**63 - 1

Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX, description="How many items at most")]
Cursor = Annotated[
    str | None, Query(max_length=200, description="`next_cursor` of the page before this one")
]


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None = None


def read_cursor(cursor: str | None, *kinds: type) -> tuple[int, ...] | None:
    """Return the keys in a cursor. Raises: BadRequest `cursor_invalid`."""
    if cursor is None:
        return None
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        keys = msgspec.msgpack.decode(data, type=list[int])
    except (ValueError, binascii.Error, msgspec.MsgspecError) as fault:
        raise BadRequest("cursor_invalid") from fault
    if len(keys) != len(kinds) or not all(-KEY_MAX <= key <= KEY_MAX for key in keys):
        raise BadRequest("cursor_invalid")
    return tuple(keys)


def next_cursor(request: Request, response: Response, keys: tuple[int, ...]) -> str:
    """Make the cursor that follows a page, and put the Link header on the answer."""
    data = base64.urlsafe_b64encode(msgspec.msgpack.encode(list(keys))).rstrip(b"=").decode()
    query = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
    url = request.url.replace(scheme="", netloc="").replace_query_params(**dict(query), cursor=data)
    response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return data
