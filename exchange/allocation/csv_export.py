"""Rows as CSV for spreadsheets (RFC 4180, UTF-8 with a mark in front).

A cell that a spreadsheet program would read as a formula has an apostrophe in front, which a file
that is read in again may keep.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

MEDIA_TYPE: Final = "text/csv; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
