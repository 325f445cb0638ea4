"""The database's limit for one writer: the rows of a run of the server, written again.

What a run left in the journal is turned into rows as the server does it, and all parameters are
made before the clock starts; then the same statements go to a fresh database one after another. So
the time is that of the driver and of PostgreSQL: no HTTP, no core, no projection. `writer` is the
same through the server's own journal, which makes the parameters as it goes.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy.engine import make_url

from exchange.app import make_projector
from exchange.core.outcomes import decode_events
from exchange.sequencer.journal import Entry
from exchange.sequencer.postgres import JOURNAL, WRITER_SETTINGS, PostgresJournal
from exchange.storage import migrate
from exchange.storage.projection import Rows
from exchange.storage.writes import Write, arrays, statement
from tests.benchmarks.processes import cpu_seconds
from tests.benchmarks.schedule import percentile

LEDGER = 1
SIZES = (1, 16, 100, 400, 1600)
ORDERS_MAX = {1: 4_000, 16: 20_000}
SECONDS_MAX = 5.0
BEFORE = 400
TEMPLATE = "bench_template"
_NUMBERS = itertools.count(1)
Range: TypeAlias = tuple[int, int]
"""The sequence numbers after the first and up to the second."""


@dataclass(frozen=True, slots=True)
class Part:
    """What goes into one transaction."""

    entries: list[Entry]
    rows: Rows
    orders: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one way to write: per order the processor time of session and client, and the WAL."""

    size: int
    orders: int
    orders_per_second: float
    median_ms: float
    session_us: float
    client_us: float
    wal_bytes: float


def table_of(write: Write) -> str:
    return write.name.rpartition("_")[0]


def parts(
    entries: Sequence[Entry], seqs: Range, size: int, orders_max: int
) -> tuple[list[Part], list[Part]]:
    """Cut a journal into what came before a run, and batches of `size` of the run itself."""
    projector = make_projector()
    first, last = seqs
    last = min(last, first + orders_max)
    cuts = [*range(0, first, BEFORE), *range(first, last, size), last]
    found = []
    for start, end in itertools.pairwise(cuts):
        chosen = list(entries[start:end])
        for entry in chosen:
            projector.project(decode_events(entry.events), entry.seq, entry.at_ns)
        placed = sum(entry.kind == "PlaceOrder" for entry in chosen)
        found.append(Part(chosen, projector.drain(), placed))
    before = -(-first // BEFORE)
    return found[:before], found[before:]


def all_orders(entries: Sequence[Entry]) -> Range:
    """From the first order to the end."""
    return next(e.seq for e in entries if e.kind == "PlaceOrder") - 1, len(entries)


class Target:
    """A fresh database with one writer's connection, as the server's own is set up."""

    def __init__(self, dsn: str, connection: Any, without: Collection[str]) -> None:
        self.dsn = dsn
        self.connection = connection
        self._without = frozenset(without)
        self._prepared: dict[tuple[str, ...], Any] = {}
        self._last_seq = 0

    async def ready(self, part: Part) -> tuple[Any, list[Any]]:
        """Prepare the statement of a part and all its parameters; parts in order, each once."""
        writes = [(JOURNAL, part.entries), *part.rows]
        writes = [(w, rows) for w, rows in writes if table_of(w) not in self._without]
        last = part.entries[-1].seq
        parameters: list[Any] = [LEDGER, 1, self._last_seq, last]
        for write, rows in writes:
            parameters.extend(arrays(write, rows))
        self._last_seq = last
        key = tuple([write.name for write, _ in writes])
        if key not in self._prepared:
            text = statement([write for write, _ in writes])
            self._prepared[key] = await self.connection.prepare(text)
        return self._prepared[key], parameters

    async def write(self, ready: tuple[Any, list[Any]]) -> None:
        prepared, parameters = ready
        assert await prepared.fetchval(*parameters) == 1, "the lease is not ours"


async def read_entries(dsn: str) -> list[Entry]:
    """Return the carbon journal of a finished run."""
    source = PostgresJournal(dsn, LEDGER, "bench")
    entries = [entry async for entry in source.entries_after(0)]
    await source.close()
    return entries


async def make_template(dsn: str) -> None:
    """Make the migrated, empty database that each measurement copies."""
    await _execute(dsn, f"DROP DATABASE IF EXISTS {TEMPLATE}", f"CREATE DATABASE {TEMPLATE}")
    await migrate.upgrade(_named(dsn, TEMPLATE))


def _named(dsn: str, name: str) -> str:
    return make_url(dsn).set(database=name).render_as_string(hide_password=False)


async def _execute(dsn: str, *statements: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for text in statements:
            await connection.execute(text)
    finally:
        await connection.close()


@asynccontextmanager
async def fresh(
    dsn: str, *, without: Collection[str] = (), sql: Sequence[str] = ()
) -> AsyncIterator[Target]:
    """Lend a database of its own, changed by `sql`; rows of tables in `without` stay away."""
    name = f"bench_{next(_NUMBERS)}"
    await _execute(
        dsn, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"
    )
    new = _named(dsn, name)
    lease = f"INSERT INTO leases (ledger, epoch, last_seq, holder) VALUES ({LEDGER}, 1, 0, '')"
    await _execute(new, *sql, lease)
    connection: Any = await asyncpg.connect(
        new, server_settings=WRITER_SETTINGS, statement_cache_size=0
    )
    try:
        yield Target(new, connection, without)
    finally:
        await connection.close()
        await _execute(dsn, f"DROP DATABASE {name}")


async def measure(target: Target, entries: Sequence[Entry], seqs: Range, size: int) -> Figures:
    """Write the rows of a run in batches of `size`."""
    before, run = parts(entries, seqs, size, ORDERS_MAX.get(size, len(entries)))
    for part in before:
        await target.write(await target.ready(part))
    ready = [(await target.ready(part), part.orders) for part in run]
    session = await target.connection.fetchval("SELECT pg_backend_pid()")
    wal = "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
    wal_bytes = await target.connection.fetchval(wal)
    session_s, client_s = cpu_seconds(session), time.process_time()
    took: list[float] = []
    written = 0
    for item, count in ready:
        started = time.perf_counter()
        await target.write(item)
        took.append(time.perf_counter() - started)
        written += count
        if sum(took) > SECONDS_MAX:
            break
    session_s, client_s = cpu_seconds(session) - session_s, time.process_time() - client_s
    wal_bytes = int(await target.connection.fetchval(wal) - wal_bytes)
    return Figures(
        size,
        written,
        written / sum(took),
        percentile(sorted(took), 0.5) * 1000,
        session_s * 1e6 / written,
        client_s * 1e6 / written,
        wal_bytes / written,
    )


async def measure_writer(dsn: str, entries: Sequence[Entry], seqs: Range, size: int) -> float:
    """Orders a second through the server's own journal."""
    async with fresh(dsn) as target:
        await _execute(target.dsn, "DELETE FROM leases")
        journal = PostgresJournal(target.dsn, LEDGER, "bench")
        await journal.take_over()
        before, run = parts(entries, seqs, size, len(entries))
        for part in before:
            await journal.append(part.entries, part.rows)
        started = time.perf_counter()
        written = 0
        for part in run:
            await journal.append(part.entries, part.rows)
            written += part.orders
            if time.perf_counter() - started > SECONDS_MAX:
                break
        rate = written / (time.perf_counter() - started)
        await journal.close()
    return rate


async def measure_all(dsn: str, runs: dict[str, Range], writer_size: int) -> dict[str, Any]:
    """Measure every batch size with the rows that each of some runs left."""
    entries = await read_entries(dsn)
    await make_template(dsn)
    found: dict[str, Any] = {}
    for title, seqs in runs.items():
        sizes = []
        for size in SIZES:
            async with fresh(dsn) as target:
                sizes.append(await measure(target, entries, seqs, size))
        found[title] = {
            "sizes": [asdict(figures) for figures in sizes],
            "writer_orders_per_second": await measure_writer(dsn, entries, seqs, writer_size),
            "orders_per_second": max(figures.orders_per_second for figures in sizes),
        }
    return found


def run(dsn: str, runs: dict[str, Range], writer_size: int) -> dict[str, Any]:
    return asyncio.run(measure_all(dsn, runs, writer_size))
