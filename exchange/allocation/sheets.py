"""From the lines of a file to the rows of a plan: a heading, then one entity a line.

Columns: `entity`, `participant` (`p12` or a unified social credit code), where wanted `region` and
`year`, and the inputs of the plan's formula by their names (for fixed quantities: `quantity`).
A heading may be in Chinese. An empty cell is an input that is missing. Invariant: every line is
either a row or has a fault that names line, column and reason.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from exchange.allocation.calculation import Fault
from exchange.allocation.cells import Line, Lines, Unreadable, bounded

ALIASES: Final = {
    "单位编号": "entity",
    "设施编号": "entity",
    "机组编号": "entity",
    "参与方": "participant",
    "统一社会信用代码": "participant",
    "participant_id": "participant",
    "地区": "region",
    "行政区划代码": "region",
    "年度": "year",
    "数据年度": "year",
    "数量": "quantity",
    "分配量": "quantity",
    "类别": "class",
    "供电量": "supply",
    "发电量": "generation",
    "供热量": "heat",
    "修正系数": "correction",
    "核查排放量": "verified",
}
"""What a heading may also be called."""

NEEDED: Final = ("entity", "participant")
WANTED: Final = ("region", "year")

_ENTITY = re.compile(r"[A-Za-z0-9._-]{1,32}", re.ASCII)
_YEAR = re.compile(r"[12][0-9]{3}", re.ASCII)
_GUARDED = re.compile(r"'[=+\-@]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Member(msgspec.Struct, frozen=True, array_like=True):
    """A participant as a file may name it, and where it is."""

    participant_id: int
    region: str


class SheetRow(msgspec.Struct, frozen=True, array_like=True):
    """One line that can be a row of a plan; `year` 0: it says none."""

    row: int
    entity: str
    participant_id: int
    year: int
    inputs: dict[str, str]


class Heading:
    """Which column holds what."""

    def __init__(self, line: Line, inputs: Sequence[str]) -> None:
        """Raises: Unreadable for a column that is unknown, repeated or not there."""
        row, cells = line
        known = (*NEEDED, *WANTED, *inputs)
        self.columns: list[str] = []
        for cell in cells:
            name = _name(cell.strip(), known)
            if name not in known:
                place = len(self.columns) + 1
                raise _heading(row, "column_unknown", f"column {place} is none of the plan's")
            if name in self.columns:
                raise _heading(row, "column_repeated", f"the column {name} is there twice")
            self.columns.append(name)
        for name in (*NEEDED, *inputs):
            if name not in self.columns:
                raise _heading(row, "column_missing", f"the column {name} is not there")


def _name(text: str, known: Sequence[str]) -> str:
    """Return the column that a heading means; only those of every plan may be in any case."""
    if text in known:
        return text
    lower = text.lower()
    return lower if lower in (*NEEDED, *WANTED) else ALIASES.get(text, text)


def _heading(row: int, code: str, detail: str) -> Unreadable:
    return Unreadable(code, row, detail)


class Sheet:
    """Goes through the lines of a file once."""

    def __init__(self, inputs: Sequence[str], members: Mapping[str, Member]) -> None:
        self._inputs = inputs
        self._members = members
        self._seen: dict[str, int] = {}

    def rows(self, lines: Lines) -> Iterator[SheetRow | Fault]:
        """Yield each line as a row or as its first fault. Raises: Unreadable."""
        wanted = bounded(lines)
        first = next(wanted, None)
        if first is None:
            raise Unreadable("file_empty", 0, "the file has no heading")
        heading = Heading(first, self._inputs)
        count = 0
        for line in wanted:
            count += 1
            yield self._row(heading, line)
        if not count:
            raise Unreadable("file_empty", 0, "the file has no rows of data")

    def _row(self, heading: Heading, line: Line) -> SheetRow | Fault:
        row, cells = line
        if len(cells) > len(heading.columns):
            return Fault(row, "", "column_unknown", "the row is longer than the heading")
        values: dict[str, str] = {}
        for name, cell in zip(heading.columns, cells, strict=False):
            text = _plain(cell)
            if _CONTROL.search(text):
                return Fault(row, name, "cell_invalid", "the cell holds control characters")
            if text:
                values[name] = text
        return self._checked(row, values)

    def _checked(self, row: int, values: dict[str, str]) -> SheetRow | Fault:
        entity = values.pop("entity", "")
        if _ENTITY.fullmatch(entity) is None:
            detail = "1 to 32 letters, digits, dots, lines or hyphens"
            return Fault(row, "entity", "entity_invalid", detail)
        earlier = self._seen.setdefault(entity, row)
        if earlier != row:
            detail = "it stands in an earlier row"
            figures = {"earlier_row": str(earlier)}
            return Fault(row, "entity", "entity_duplicated", detail, entity, figures=figures)
        member = self._members.get(values.pop("participant", ""))
        if member is None:
            detail = "no participant of this name may hold units of this ledger"
            return Fault(row, "participant", "participant_not_admitted", detail, entity)
        region = values.pop("region", member.region)
        if region != member.region:
            detail = "the participant is admitted for another region"
            figures = {"admitted": member.region}
            return Fault(row, "region", "region_mismatch", detail, entity, figures=figures)
        year = values.pop("year", "0")
        if year != "0" and _YEAR.fullmatch(year) is None:
            return Fault(row, "year", "year_invalid", "a year is written 2025", entity)
        return SheetRow(row, entity, member.participant_id, int(year), values)


def _plain(cell: str) -> str:
    """Return what a cell says, without spaces around it and without a guard against formulas."""
    text = cell.strip(" \u3000")
    return text[1:] if _GUARDED.match(text) else text
