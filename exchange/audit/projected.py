"""The second witness: the projections made again from the events alone, then compared row by row.

They are made by the very statements that the sequencer writes with. In the session that makes them
temporary tables stand before the real ones under the same names, the lease's table among them, so
nothing that is stored is written or locked, and the statements need no second form.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import aclosing
from typing import Any, Final

import asyncpg
import msgspec
from sqlalchemy import Table

from exchange.audit.findings import Check
from exchange.audit.replay import Connection, Record, pages
from exchange.core.outcomes import decode_events
from exchange.sequencer.postgres import WRITER_SETTINGS
from exchange.sequencer.projector import Projector
from exchange.storage.projection import Rows
from exchange.storage.schema import metadata, tables
from exchange.storage.writes import arrays, statement

BATCH_ENTRIES = 20_000
RECORDED: Final = frozenset(
    table.name for table in (tables.journal, tables.leases, tables.snapshots, tables.id_filters)
)
PROJECTED: Final[tuple[Table, ...]] = tuple(
    table
    for table in metadata.sorted_tables
    if "ledger" in table.columns and table.name not in RECORDED
)
"""All tables that are made from the journal alone."""

NOTHING: Final = {
    tables.book_levels.name: "quantity = 0 AND orders = 0",
    tables.holdings.name: "quantity = 0",
}
"""Rows that say nothing: whether they are there depends on what was committed together."""

SESSION_SETTINGS: Final = {
    "application_name": "steppe audit",
    "temp_buffers": "128MB",
    "work_mem": "128MB",
    "jit": "off",
}
_EVENTS = (
    "SELECT seq, at_ns, events FROM journal"
    " WHERE ledger = $1 AND seq > $2 AND refusal IS NULL ORDER BY seq LIMIT $3"
)


class Scratch:
    """Temporary tables of one session that stand before the projected ones."""

    def __init__(self, connection: Connection, ledger: int) -> None:
        self._connection = connection
        self._ledger = ledger
        self._batches = 0
        self._prepared: dict[tuple[str, ...], Any] = {}
        self.schema = ""

    async def prepare(self) -> None:
        """Make the tables. To be done before the transaction that only reads."""
        self.schema = await self._connection.fetchval("SELECT quote_ident(current_schema())")
        for table in (*PROJECTED, tables.leases):
            key = ", ".join(column.name for column in table.primary_key)
            await self._connection.execute(
                f"CREATE TEMP TABLE {table.name} (LIKE {self.schema}.{table.name}"
                f" INCLUDING DEFAULTS, PRIMARY KEY ({key}))"
            )

    async def build(self, reader: Connection, projector: Projector) -> None:
        """Project all events that `reader` sees of the journal into the temporary tables.

        An entry whose events cannot be read is left out: replay names it.
        """
        # Here and not in `prepare`: an older snapshot would not see the row.
        await self._connection.execute(
            "INSERT INTO pg_temp.leases (ledger, epoch, last_seq, holder) VALUES ($1, 1, 0, '')",
            self._ledger,
        )
        for name, value in WRITER_SETTINGS.items():
            await self._connection.execute(f"SET {name} = '{value}'")
        writing: asyncio.Task[None] | None = None
        waiting = 0
        try:
            async with aclosing(pages(reader, _EVENTS, self._ledger)) as journal:
                async for page in journal:
                    await asyncio.to_thread(_project, projector, page)
                    waiting += len(page)
                    if waiting >= BATCH_ENTRIES:
                        writing = await self._follow(writing, projector)
                        waiting = 0
            writing = await self._follow(writing, projector)
            await writing
        finally:
            if writing is not None and not writing.done():
                await asyncio.wait([writing])
        for name in WRITER_SETTINGS:
            await self._connection.execute(f"RESET {name}")

    async def _follow(
        self, writing: asyncio.Task[None] | None, projector: Projector
    ) -> asyncio.Task[None]:
        """Begin to write what was gathered once the batch before is written."""
        if writing is not None:
            await writing
        rows = projector.drain()
        values = await asyncio.to_thread(_values, rows)
        return asyncio.create_task(self._write(rows, values))

    async def _write(self, rows: Rows, values: list[object]) -> None:
        if not rows:
            return
        key = tuple([write.name for write, _ in rows])
        prepared = self._prepared.get(key)
        if prepared is None:
            text = statement([write for write, _ in rows])
            prepared = self._prepared[key] = await self._connection.prepare(text)
        before, self._batches = self._batches, self._batches + 1
        written = await prepared.fetchval(self._ledger, 1, before, self._batches, *values)
        assert written == 1

    async def compare(self, table: Table, most: int) -> Check:
        """Compare a table with the one made again, in both directions."""
        check = Check(table.name)
        keys = [column.name for column in table.primary_key]
        match = " AND ".join(f"e.{key} = f.{key}" for key in keys)
        order = ", ".join(f"coalesce(e.{key}, f.{key})" for key in keys)
        says = NOTHING.get(table.name, "false")
        check.compared = await self._connection.fetchval(
            f"SELECT count(*) FROM {self.schema}.{table.name}"  # noqa: S608
            f" WHERE ledger = $1 AND NOT ({says})",
            self._ledger,
        )
        rows = await self._connection.fetch(
            "SELECT to_jsonb(e)::text, to_jsonb(f)::text, count(*) OVER ()"  # noqa: S608
            f" FROM (SELECT * FROM pg_temp.{table.name} WHERE NOT ({says})) e FULL JOIN"
            f" (SELECT * FROM {self.schema}.{table.name} WHERE ledger = $1 AND NOT ({says})) f"
            f" ON {match} WHERE ROW(e.*) IS DISTINCT FROM ROW(f.*) ORDER BY {order} LIMIT $2",
            self._ledger,
            most,
        )
        for expected, found, differing in rows:
            _add(check, keys, expected and json.loads(expected), found and json.loads(found))
            check.differing = differing
        return check

    async def swap(self) -> dict[str, int]:
        """Put the rows made again in the place of what is stored; return how many by table."""
        counts = {}
        for table in PROJECTED:
            real = f"{self.schema}.{table.name}"
            await self._connection.execute(
                f"DELETE FROM {real} WHERE ledger = $1",  # noqa: S608
                self._ledger,
            )
            done = await self._connection.execute(
                f"INSERT INTO {real} SELECT * FROM pg_temp.{table.name}"  # noqa: S608
            )
            counts[table.name] = int(done.split()[-1])
        return counts

    async def balances(self) -> dict[int, tuple[int, int]]:
        """Return posted and held of each account as made again from the events."""
        rows = await self._connection.fetch("SELECT account_id, posted, held FROM pg_temp.accounts")
        return {row[0]: (row[1], row[2]) for row in rows}


async def compare_all(scratch: Scratch, most: int) -> list[Check]:
    """Compare every projected table."""
    return [await scratch.compare(table, most) for table in PROJECTED]


async def build_and_compare(
    scratch: Scratch, reader: Connection, make_projector: Callable[[], Projector], most: int
) -> tuple[list[Check], dict[int, tuple[int, int]] | None]:
    """Make the projections again and compare them; also return the balances they come to."""
    try:
        await scratch.build(reader, make_projector())
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, KeyError) as fault:
        check = Check("projections")
        check.add(most, {}, "rows made from the events", repr(fault))
        return [check], None
    return await compare_all(scratch, most), await scratch.balances()


def _project(projector: Projector, page: list[Record]) -> None:
    for seq, at_ns, encoded in page:
        try:
            events = decode_events(encoded)
        except msgspec.MsgspecError:
            continue
        projector.project(events, seq, at_ns)


def _values(rows: Rows) -> list[object]:
    return [column for write, gathered in rows for column in arrays(write, gathered)]


def _add(
    check: Check, keys: list[str], expected: dict[str, Any] | None, found: dict[str, Any] | None
) -> None:
    row = expected or found
    assert row is not None
    key = {name: row[name] for name in keys if name != "ledger"}
    if expected is None or found is None:
        check.add(len(check.first) + 1, key, expected or "no such row", found or "no such row")
        return
    names = [name for name in expected if expected[name] != found[name]]
    check.add(
        len(check.first) + 1,
        key,
        {name: expected[name] for name in names},
        {name: found[name] for name in names},
    )
