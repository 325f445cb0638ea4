"""Lines of the first visible sheet of an XLSX workbook (ECMA-376), as text.

Nothing a file says of itself is trusted: bytes are counted as they are unpacked, a document type
or an entity ends the reading, and what is not the first sheet, its texts or the way there is never
unpacked. A number is read to the 15 digits that a spreadsheet program shows.
"""

import io
import posixpath
import re
import zlib
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from typing import NoReturn
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from exchange.allocation.cells import CELL_MAX, COLUMNS_MAX, ROWS_MAX, Lines, Unreadable

UNPACKED_MAX = 96 * 1024 * 1024
"""Bytes that a workbook may come to, over all that is read of it."""

MEMBERS_MAX = 2_000
DIGITS = 15
_TEXTS_MAX = ROWS_MAX * COLUMNS_MAX
_CHUNK = 64 * 1024
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.ASCII)
_PLAIN = re.compile(rf"-?[0-9]{{1,{DIGITS}}}", re.ASCII)
_FAULTS = (
    *(BadZipFile, zlib.error, expat.ExpatError, EOFError, OSError),
    *(KeyError, ValueError, NotImplementedError, RuntimeError),
)

Attributes = dict[str, str]


def lines(data: bytes) -> Lines:
    """Go through the lines of a workbook. Raises: Unreadable."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > MEMBERS_MAX:
                raise _malformed("the workbook has too many parts")
            workbook = _Workbook(archive)
            path = workbook.first_sheet()
            yield from _Sheet(workbook.texts()).lines(workbook.parts(path))
    except _FAULTS as fault:
        raise _malformed("the file is no workbook that can be read") from fault


def number_text(text: str) -> str:
    """Write a stored number plainly; text that is none stays as it is."""
    if _PLAIN.fullmatch(text):
        return text
    try:
        value = Decimal(text)
        if not value.is_finite() or abs(value.adjusted()) > 2 * DIGITS:
            return text
        places = max(0, DIGITS - 1 - value.adjusted())
        value = round(value, places) if places else value
    except InvalidOperation:
        return text
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _malformed(detail: str) -> Unreadable:
    return Unreadable("file_malformed", 0, detail)


def _refuse(*_told: object) -> NoReturn:
    raise _malformed("a part of the workbook declares a document type or an entity")


class _Workbook:
    """The archive, and how many bytes it may still come to."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._left = UNPACKED_MAX

    def parts(self, path: str) -> Iterator[bytes]:
        with self._archive.open(path) as member:
            while chunk := member.read(_CHUNK):
                self._left -= len(chunk)
                if self._left < 0:
                    detail = "the workbook is too large once it is unpacked"
                    raise Unreadable("file_too_large", 0, detail)
                yield chunk

    def first_sheet(self) -> str:
        sheets: list[str] = []
        targets: dict[str, str] = {}

        def sheet(name: str, told: Attributes) -> None:
            if name == "sheet" and told.get("state", "visible") == "visible":
                sheets.extend(value for key, value in told.items() if key.endswith(" id"))

        def target(name: str, told: Attributes) -> None:
            if name == "Relationship":
                targets[told["Id"]] = told["Target"]

        _parse(self.parts("xl/workbook.xml"), sheet)
        _parse(self.parts("xl/_rels/workbook.xml.rels"), target)
        if not sheets or sheets[0] not in targets:
            raise _malformed("the workbook has no visible sheet")
        return posixpath.normpath(posixpath.join("/xl", targets[sheets[0]])).lstrip("/")

    def texts(self) -> list[str]:
        """Return the texts that cells name by number; phonetic ones are left out."""
        path = "xl/sharedStrings.xml"
        if path not in self._archive.namelist():
            return []
        found: list[str] = []
        text = _Text()

        def ends(name: str) -> None:
            text.ends(name)
            if name == "si":
                found.append(text.taken())
                if len(found) > _TEXTS_MAX:
                    raise _malformed("the workbook has too many texts")

        _parse(self.parts(path), text.begins, ends, text.told)
        return found


class _Text:
    """The characters of the text elements (`t`) that are open, without phonetic ones."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._open = ""
        self._aside = False
        self._length = 0

    def begins(self, name: str, _told: Attributes) -> None:
        if name == "rPh":
            self._aside = True
        elif name in ("t", "v") and not self._aside:
            self._open = name

    def ends(self, name: str) -> None:
        if name == "rPh":
            self._aside = False
        elif name == self._open:
            self._open = ""

    def told(self, text: str) -> None:
        """Keep characters, of a text that is too long one more than it may have."""
        if self._open and self._length <= CELL_MAX:
            self._kept.append(text[: CELL_MAX + 1 - self._length])
            self._length += len(self._kept[-1])

    def taken(self) -> str:
        text = "".join(self._kept)
        self._kept.clear()
        self._length = 0
        return text


class _Sheet:
    """Reads the cells of a sheet, line by line."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._text = _Text()
        self._row = 0
        self._column = 0
        self._kind = ""
        self._cells: dict[int, str] = {}
        self._ready: list[tuple[int, list[str]]] = []

    def lines(self, parts: Iterator[bytes]) -> Lines:
        parser = _parser(self._begins, self._ends, self._text.told)
        for part in parts:
            parser.Parse(part, False)
            yield from self._ready
            self._ready.clear()
        parser.Parse(b"", True)
        yield from self._ready

    def _begins(self, name: str, told: Attributes) -> None:
        self._text.begins(name, told)
        if name == "row":
            number = int(told.get("r", self._row + 1))
            if number <= self._row:
                raise _malformed("the lines of the sheet are out of order")
            self._row, self._column = number, 0
        elif name == "c":
            self._column = _column(told["r"]) if "r" in told else self._column + 1
            self._kind = told.get("t", "n")

    def _ends(self, name: str) -> None:
        self._text.ends(name)
        if name == "c":
            value = self._value(self._text.taken())
            if not value:
                return
            if self._column > COLUMNS_MAX:
                detail = f"a row has at most {COLUMNS_MAX} cells"
                raise Unreadable("columns_too_many", self._row, detail)
            self._cells[self._column] = value
        elif name == "row" and self._cells:
            wide = range(1, max(self._cells) + 1)
            self._ready.append((self._row, [self._cells.get(place, "") for place in wide]))
            self._cells.clear()

    def _value(self, text: str) -> str:
        if self._kind == "s" and text:
            number = int(text)
            if not 0 <= number < len(self._texts):
                raise _malformed("a cell names a text that is not there")
            return self._texts[number]
        return number_text(text) if self._kind == "n" else text


def _column(place: str) -> int:
    """Return the number of the column in `AB12`."""
    match = _PLACE.fullmatch(place)
    if match is None:
        raise _malformed("a cell has no place")
    number = 0
    for letter in match[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _parser(
    begins: Callable[[str, Attributes], None],
    ends: Callable[[str], None] | None = None,
    told: Callable[[str], None] | None = None,
) -> expat.XMLParserType:
    """Make a parser that names elements without their namespace and knows no document types."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = lambda name, given: begins(name.rpartition(" ")[2], given)
    if ends is not None:
        parser.EndElementHandler = lambda name: ends(name.rpartition(" ")[2])
    if told is not None:
        parser.CharacterDataHandler = told
    return parser


def _parse(
    parts: Iterator[bytes],
    begins: Callable[[str, Attributes], None],
    ends: Callable[[str], None] | None = None,
    told: Callable[[str], None] | None = None,
) -> None:
    parser = _parser(begins, ends, told)
    for part in parts:
        parser.Parse(part, False)
    parser.Parse(b"", True)
