"""Rows as CSV for spreadsheets (RFC 4180, UTF-8 with a mark in front).

A cell that a spreadsheet program would read as a formula has an apostrophe in front, which a file
that is read in again may keep.
"""

import asyncio
import csv
import io
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Final, Literal, ParamSpec

from fastapi import Query, Response

P = ParamSpec("P")
Form = Annotated[
    Literal["json", "csv"],
    Query(alias="format", description="`csv`: all of it at once, for a spreadsheet"),
]

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
TABLE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}
"""What a route says of its answers when one of them is a table."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def answer(write: Callable[P, bytes], *args: P.args, **kwargs: P.kwargs) -> Response:
    """Write a table, which may be long, beside the event loop."""
    return Response(await asyncio.to_thread(write, *args, **kwargs), media_type=MEDIA_TYPE)


def table(heading: Sequence[str], rows: Iterable[Sequence[str | None]]) -> bytes:
    """Write a heading and rows; None is an empty cell."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    writer.writerow(heading)
    writer.writerows([_guarded(cell) for cell in row] for row in rows)
    return sink.getvalue().encode("utf-8-sig")


def _guarded(cell: str | None) -> str:
    text = cell or ""
    return f"'{text}" if text.startswith(_FORMULA) else text
