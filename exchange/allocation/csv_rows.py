"""Lines of a CSV file (RFC 4180): in UTF-8 with or without a mark in front, or in GB 18030.

Without a declared charset a file that is valid UTF-8 is read as that, any other as GB 18030.
"""

import csv
import io
from typing import Final

from exchange.allocation.cells import CELL_MAX, Lines, Unreadable

CODECS: Final = {
    "utf-8": ("utf-8-sig",),
    "utf8": ("utf-8-sig",),
    "gb18030": ("gb18030",),
    "gbk": ("gb18030",),
    "gb2312": ("gb18030",),
    "": ("utf-8-sig", "gb18030"),
}
"""What each charset that may be declared is read as; nothing declared: in turn."""

_RAW_MAX = 4 * CELL_MAX


def lines(data: bytes, charset: str) -> Lines:
    """Go through the lines of a file. Raises: Unreadable."""
    source = io.StringIO(_text(data, charset), newline="")
    csv.field_size_limit(_RAW_MAX)
    reader = csv.reader(source, strict=True)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise Unreadable("file_malformed", row, "the line is no CSV") from fault
        yield row, cells


def _text(data: bytes, charset: str) -> str:
    for codec in CODECS[charset]:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable("encoding_invalid", 0, "the file is neither UTF-8 nor GB 18030")
