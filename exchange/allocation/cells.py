"""What a table file is to those who read one: numbered lines of cells, or a reason why it is none.

Lines carry the number a spreadsheet program shows, from 1; empty ones are left out.
"""

from collections.abc import Iterator

ROWS_MAX = 20_000
"""Lines of data a file may have besides its heading."""

COLUMNS_MAX = 64
CELL_MAX = 500
"""Characters of one cell."""

Line = tuple[int, list[str]]
Lines = Iterator[Line]


class Unreadable(Exception):
    """A file is no table of ours: a stable code, the line where that shows (0: none), a sentence.

    Codes: `encoding_invalid`, `file_malformed`, `file_too_large`, `rows_too_many`,
    `columns_too_many`, `cell_too_long`.
    """

    def __init__(self, code: str, row: int, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.row = row
        self.detail = detail


def bounded(lines: Lines) -> Lines:
    """Pass on the lines that hold something, without empty cells at their ends.

    Raises: Unreadable for more than a table may have.
    """
    count = 0
    for row, cells in lines:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > ROWS_MAX + 1:
            raise Unreadable("rows_too_many", row, f"a file has at most {ROWS_MAX} rows of data")
        if len(cells) > COLUMNS_MAX:
            raise Unreadable("columns_too_many", row, f"a row has at most {COLUMNS_MAX} cells")
        if any(len(cell) > CELL_MAX for cell in cells):
            raise Unreadable("cell_too_long", row, f"a cell has at most {CELL_MAX} characters")
        yield row, cells
