"""Files as the desk reads them: encodings, hostile workbooks, and each row's first fault."""

import io
import zipfile
from typing import Any

import pytest

from exchange.allocation import csv_rows, xlsx
from exchange.allocation.calculation import Terms
from exchange.allocation.cells import CELL_MAX, ROWS_MAX, Unreadable, bounded
from exchange.allocation.sheets import Member
from exchange.allocation.worker import (
    FAULTS_MAX,
    Calculate,
    NoRows,
    Progress,
    ReadFile,
    RowsCalculated,
    RowsRead,
    answers,
)
from exchange.api import csv_export
from exchange.core.rules import RuleRef
from exchange.core.types import Day
from exchange.rulebook.loader import load_rules

RULES = load_rules("carbon")
METHOD = RuleRef("carbon.allocation.formula.previous_share", 1)
TERMS = Terms("carbon", METHOD, RULES, Day(20_514), 2025, 0)
MEMBERS = {"p1": Member(1, "150200"), "91150200X": Member(1, "150200"), "p2": Member(2, "150600")}
HEADING = "entity,participant,region,year,previous_year,share"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def read(data: bytes, *, kind: str = "csv", charset: str = "", terms: Terms = TERMS) -> Any:
    """Do what the desk's process does, in this one; return its result."""
    *progress, result = answers(ReadFile(terms, MEMBERS, kind, charset, data))
    assert all(isinstance(one, Progress) for one in progress)
    return result


def sheet(*rows: str, heading: str = HEADING) -> bytes:
    return "\n".join([heading, *rows, ""]).encode()


def book(cells: str, texts: str = "", **parts: str) -> bytes:
    """A workbook whose only visible sheet holds these rows."""
    sink = io.BytesIO()
    made = {
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{LINKS}"><sheets>'
        '<sheet name="old" state="hidden" r:id="r1"/><sheet name="a" r:id="r2"/>'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="no.xml"/>'
        '<Relationship Id="r2" Target="worksheets/sheet7.xml"/></Relationships>',
        "xl/sharedStrings.xml": f"<sst {MAIN}>{texts}</sst>",
        "xl/worksheets/sheet7.xml": f"<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>",
    }
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (made | parts).items():
            archive.writestr(name, text)
    return sink.getvalue()


def rows_of(result: RowsRead) -> list[tuple[str, int, int | None, str]]:
    return list(zip(result.entities, result.participants, result.years, result.inputs, strict=True))


ROW = "A-1,p1,150200,2025,12.50,0.5"
GIVEN = [("A-1", 1, 2025, '{"previous_year":"12.50","share":"0.5"}')]


@pytest.mark.parametrize(
    ("codec", "charset"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("gb18030", ""),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gbk"),
        ("gb18030", "gb2312"),
    ],
)
def test_every_encoding_reads_the_same(codec: str, charset: str) -> None:
    heading = "单位编号,统一社会信用代码,地区,年度,previous_year,share"
    text = f"{heading}\r\n\r\n A-1 ,91150200X,150200,2025,12.50,0.5\r\n,,\r\n"
    result = read(text.encode(codec), charset=charset)
    assert rows_of(result) == GIVEN


FAULTS = {
    "an entity twice": (("A,p1,,2025,1,1", "A,p1,,2025,1,1"), 3, "entity", "entity_duplicated"),
    "no entity": ((",p1,,2025,1,1",), 2, "entity", "entity_invalid"),
    "a strange entity": (("a b,p1,,2025,1,1",), 2, "entity", "entity_invalid"),
    "nobody": (("A,p9,,2025,1,1",), 2, "participant", "participant_not_admitted"),
    "elsewhere": (("A,p2,150200,2025,1,1",), 2, "region", "region_mismatch"),
    "no year": (("A,p1,,,1,1",), 2, "year", "year_mismatch"),
    "another year": (("A,p1,,2024,1,1",), 2, "year", "year_mismatch"),
    "a strange year": (("A,p1,,25,1,1",), 2, "year", "year_invalid"),
    "missing": (("A,p1,,2025,,1",), 2, "previous_year", "input_missing"),
    "short": (("A,p1,,2025,1",), 2, "share", "input_missing"),
    "negative": (("A,p1,,2025,-1,1",), 2, "previous_year", "input_negative"),
    "out of range": (("A,p1,,2025,1,1.5",), 2, "share", "parameter_out_of_range"),
    "too fine": (("A,p1,,2025,1.234,1",), 2, "previous_year", "input_invalid"),
    "other digits": (("A,p1,,2025,１２,1",), 2, "previous_year", "input_invalid"),
    "grouped digits": (('A,p1,,2025,"1,000",1',), 2, "previous_year", "input_invalid"),
    "an exponent": (("A,p1,,2025,1e3,1",), 2, "previous_year", "input_invalid"),
    "too long": (("A,p1,,2025,1,1,9",), 2, "", "column_unknown"),
    "a control": (("A,p1,,2025,1\x1b,1",), 2, "previous_year", "cell_invalid"),
    "a line break": (('A,p1,,2025,"1\n2",1',), 2, "previous_year", "cell_invalid"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_has_its_first_fault(name: str) -> None:
    lines, row, column, code = FAULTS[name]
    result = read(sheet(*lines))
    (fault,) = result.faults
    assert (fault.row, fault.column, fault.code, result.fault_count) == (row, column, code, 1)


def test_a_fault_names_the_rule_and_the_figures() -> None:
    (fault,) = read(sheet("A,p1,,2024,1,1")).faults
    assert (fault.rule, fault.entity) == (METHOD, "A")
    assert fault.figures == {"year": "2024", "activity_year": "2025"}


def test_of_many_faults_the_first_are_told_and_all_are_counted() -> None:
    lines = [f"A{number},p1,,2024,1,1" for number in range(FAULTS_MAX + 5)]
    result = read(sheet(*lines))
    assert (len(result.faults), result.fault_count) == (FAULTS_MAX, FAULTS_MAX + 5)
    assert result.entities == []


HEADINGS = {
    "entity,participant,year,share": "column_missing",
    "entity,entity,participant": "column_repeated",
    "entity,单位编号": "column_repeated",
    "entity,participant,quantity": "column_unknown",
    "": "file_empty",
}


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_that_does_not_fit(heading: str) -> None:
    result = read(f"{heading}\n".encode())
    assert isinstance(result, NoRows)
    assert result.fault.code == HEADINGS[heading]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file_empty"),
        (sheet(), "file_empty"),
        ("实体".encode("utf-16"), "encoding_invalid"),
        (b"\xff\xff\xff", "encoding_invalid"),
        (b'entity,"participant', "file_malformed"),
        (b'entity,"a"b', "file_malformed"),
        (b"a," * 70 + b"a", "columns_too_many"),
        (b"a" * (CELL_MAX + 1), "cell_too_long"),
        (b"a" * 100_000, "file_malformed"),
    ],
)
def test_what_is_no_table(data: bytes, code: str) -> None:
    result = read(data)
    assert isinstance(result, NoRows)
    assert result.fault.code == code


def test_a_file_has_at_most_so_many_rows() -> None:
    rows = ((number, ["a"]) for number in range(1, ROWS_MAX + 3))
    with pytest.raises(Unreadable, match="rows_too_many"):
        list(bounded(rows))


def test_a_workbook_reads_like_a_file() -> None:
    texts = "".join(f"<si><t>{name}</t></si>" for name in HEADING.split(","))
    texts += "<si><r><t>A</t></r><r><t>-1</t></r><rPh><t>x</t></rPh></si>"
    heading = "".join(f'<c t="s"><v>{place}</v></c>' for place in range(6))
    cells = (
        f'<row r="2">{heading}</row><row r="4"><c r="A4" t="s"><v>6</v></c>'
        '<c r="B4" t="inlineStr"><is><t>p1</t></is></c><c r="D4"><v>2025</v></c>'
        '<c r="E4"><f>5*2.5</f><v>12.500000000000002</v></c><c r="F4"><v>5E-1</v></c>'
        '<c r="ZZZ4"/></row>'
    )
    result = read(book(cells, texts), kind="xlsx")
    assert rows_of(result) == [("A-1", 1, 2025, '{"previous_year":"12.5","share":"0.5"}')]


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("41500000", "41500000"),
        ("41500000.0", "41500000"),
        ("1234.5600000000001", "1234.56"),
        ("0.30000000000000004", "0.3"),
        ("1E-3", "0.001"),
        ("1.2E+3", "1200"),
        ("-0.5", "-0.5"),
        ("1E+99", "1E+99"),
        ("NaN", "NaN"),
        ("x", "x"),
    ],
)
def test_a_stored_number_is_read_as_it_is_shown(stored: str, shown: str) -> None:
    assert xlsx.number_text(stored) == shown


HOSTILE = {
    "cut off": book("<row/>")[:-30],
    "no archive": b"PK\x03\x04",
    "another archive": book("", **{"xl/workbook.xml": "<workbook/>"}),
    "not XML": book("<row>"),
    "an entity": book("", **{"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
    "a text that is not there": book('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'),
    "a negative text": book('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>', "<si/>"),
    "a strange place": book('<row r="1"><c r="1A"><v>9</v></c></row>'),
    "backwards": book('<row r="2"/><row r="1"/>'),
    "far out": book('<row r="1"><c r="ZZZ1"><v>9</v></c></row>'),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused(name: str) -> None:
    result = read(HOSTILE[name], kind="xlsx")
    assert isinstance(result, NoRows)
    assert result.fault.code == ("columns_too_many" if name == "far out" else "file_malformed")


def test_what_grows_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "UNPACKED_MAX", 1_000_000)
    cells = "<row r='1'><c r='A1' t='inlineStr'><is><t>" + "a" * 2_000_000 + "</t></is></c></row>"
    result = read(book(cells), kind="xlsx")
    assert isinstance(result, NoRows)
    assert result.fault.code == "file_too_large"


def test_calculating_gives_each_row_a_trace_or_a_fault() -> None:
    inputs = ['{"previous_year":"10","share":"0.55"}', '{"share":"1"}']
    (result,) = answers(Calculate(TERMS, ["A", "B"], [2025, 2025], inputs))
    assert isinstance(result, RowsCalculated)
    assert result.quantities == [5, None]
    assert result.traces[0] is not None
    assert [one is None for one in result.traces] == [one is None for one in result.hashes]
    assert [fault is None for fault in result.faults] == [True, False]


def test_a_plan_without_its_formula_has_no_rows() -> None:
    terms = Terms("carbon", RuleRef("carbon.allocation.formula.nothing", 1), RULES, Day(1), 0, 0)
    (result,) = answers(Calculate(terms, [], [], []))
    assert isinstance(result, NoRows)
    assert result.fault.code == "rule_missing"


def test_a_table_for_spreadsheets_holds_no_formula() -> None:
    data = csv_export.table(("entity", "x"), [("=1+1", None), ("-A", "a,b")])
    assert data.decode("utf-8-sig") == "entity,x\r\n'=1+1,\r\n'-A,\"a,b\"\r\n"
    assert [cells for _, cells in csv_rows.lines(data, "")][1] == ["'=1+1", ""]
