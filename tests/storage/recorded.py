"""What an earlier release left in its database: a ledger's journal with all its projections.

A file holds the rows of every table as the driver gives them, so that it can be put back without
any code of the release that wrote it. `record_journals` writes the files; `journals/` holds them,
by the revision of the schema they were written at.
"""

import zlib
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import msgspec

JOURNALS = Path(__file__).with_name("journals")
BACK_OFFICE = "back_office"
OWN_LIFE = ("leases", "snapshots", "id_filters")
"""Tables that change when a ledger merely opens, or that may be thrown away."""


class Rows(msgspec.Struct, array_like=True):
    columns: list[str]
    rows: list[list[object]]


class Recorded(msgspec.Struct, array_like=True):
    """`number` 0 stands for the tables that belong to no ledger."""

    ledger: str
    number: int
    revision: str
    tables: dict[str, Rows]

    def records(self, table: str) -> list[dict[str, object]]:
        found = self.tables[table]
        return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


@dataclass(frozen=True)
class Difference:
    """Rows of a table that are not what they were."""

    table: str
    gone: list[object]
    new: list[object]


def files() -> list[Path]:
    return sorted(file for file in JOURNALS.glob("*/*.rows") if file.stem != BACK_OFFICE)


def revisions() -> list[str]:
    return sorted(folder.name for folder in JOURNALS.iterdir() if folder.is_dir())


def load(file: Path) -> Recorded:
    return msgspec.msgpack.decode(zlib.decompress(file.read_bytes()), type=Recorded)


def store(recorded: Recorded) -> Path:
    folder = JOURNALS / recorded.revision
    folder.mkdir(exist_ok=True)
    file = folder / f"{recorded.ledger}.rows"
    file.write_bytes(zlib.compress(msgspec.msgpack.encode(recorded), 9))
    return file


async def fill(dsn: str, recorded: Recorded) -> None:
    """Put the rows into a database at their revision."""
    connection = await asyncpg.connect(dsn)
    try:
        for name, table in recorded.tables.items():
            await connection.copy_records_to_table(name, records=table.rows, columns=table.columns)
    finally:
        await connection.close()


async def read(dsn: str, number: int, table: str, columns: str = "*") -> Rows:
    """Return a table's rows in their own order: all of them, or those of one ledger."""
    where = f" WHERE ledger = {number}" if number else ""
    connection = await asyncpg.connect(dsn)
    try:
        statement = await connection.prepare(f"SELECT {columns} FROM {table}{where}")
        found = await statement.fetch()
        names = [one.name for one in statement.get_attributes()]
    finally:
        await connection.close()
    return Rows(names, sorted(([*row] for row in found), key=repr))


async def differences(dsn: str, recorded: Recorded) -> list[Difference]:
    """Compare what was recorded, column by column, with what a database holds now."""
    found = []
    for name, table in recorded.tables.items():
        if name in OWN_LIFE:
            continue
        now = await read(dsn, recorded.number, name, ", ".join(table.columns))
        was = sorted(table.rows, key=repr)
        if now.rows != was:
            gone = [row for row in was if row not in now.rows]
            found.append(Difference(name, gone, [row for row in now.rows if row not in was]))
    return found
