"""What each table and each index costs in the statement that writes a batch.

`python -m tests.benchmarks.raw_costs` writes the rows of a run of the server again and again, each
time leaving out one table's rows or one index, and prints the difference to the whole. Processor
time of the session and bytes of WAL are the figures to go by: other users of the machine do not
change them much. With `--without` and `--sql` it measures what is asked instead; `--state FOLDER`
keeps the run's rows there, for the next time.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from exchange.sequencer.journal import Entry
from exchange.storage.embedded import EmbeddedPostgres
from tests.benchmarks.measured import Bench
from tests.benchmarks.raw_database import (
    Figures,
    Target,
    all_orders,
    fresh,
    make_template,
    measure,
    parts,
    read_entries,
    table_of,
)
from tests.support.server import running_sandbox

ORDERS = 40_000
SIZE = 400
ROUNDS = 3
INDEXES = """
    SELECT t.relname AS table, c.relname AS index, i.indisprimary AS primary,
        k.conname AS constraint
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid AND t.relnamespace = 'public'::regnamespace
    LEFT JOIN pg_constraint k ON k.conindid = c.oid AND k.contype IN ('p', 'u')
    WHERE t.relname = ANY($1) ORDER BY t.relname, c.relname
"""
SIZES = """
    SELECT c.relname AS name, pg_relation_size(c.oid) AS bytes
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')
    AND pg_relation_size(c.oid) > 262144 ORDER BY bytes DESC
"""
UPDATES = """
    SELECT relname AS name, n_tup_upd AS updates, n_tup_hot_upd AS hot FROM pg_stat_user_tables
    WHERE n_tup_upd > 0 ORDER BY n_tup_upd DESC
"""


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to write less: rows of `without` stay away, `sql` changes the empty schema."""

    name: str
    without: tuple[str, ...] = ()
    sql: tuple[str, ...] = ()


def without_index(row: Any) -> Variant:
    """Leave out an index, and with it the constraint that it is part of."""
    drop = f"DROP INDEX {row['index']}"
    if row["constraint"] is not None:
        drop = f"ALTER TABLE {row['table']} DROP CONSTRAINT {row['constraint']}"
    return Variant(f"without index {row['index']}", sql=(drop,))


async def every_variant(dsn: str, entries: Sequence[Entry], size: int) -> list[Variant]:
    """Each table of the statement, and each index that the statement itself can do without."""
    _, run = parts(entries, all_orders(entries), size, len(entries))
    writes = {write.name: write for part in run for write, _ in part.rows}
    tables = sorted({"journal", *(table_of(write) for write in writes.values())})
    found_by_key = {table_of(w) for w in writes.values() if not w.name.endswith("_insert")}
    async with fresh(dsn) as target:
        rows = await target.connection.fetch(INDEXES, tables)
    return [
        *(Variant(f"without rows of {table}", without=(table,)) for table in tables),
        *(
            without_index(row)
            for row in rows
            if not (row["primary"] and row["table"] in found_by_key)
        ),
    ]


async def compare(dsn: str, asked: list[Variant], size: int, rounds: int) -> None:
    entries = await read_entries(dsn)
    await make_template(dsn)
    whole = Variant("all rows, all indexes")
    variants = [whole, *(asked or await every_variant(dsn, entries, size)), whole]
    found: dict[str, list[Figures]] = {}
    for number in range(rounds):
        for place, variant in enumerate(variants):
            async with fresh(dsn, without=variant.without, sql=variant.sql) as target:
                try:
                    figures = await measure(target, entries, all_orders(entries), size)
                except asyncpg.PostgresError as fault:
                    print(f"{variant.name}: {fault}")
                    continue
                found.setdefault(variant.name, []).append(figures)
                if not number and not place:
                    await print_sizes(target, figures.orders)
    print_differences(found, whole.name)


async def print_sizes(target: Target, orders: int) -> None:
    """What is on disk an order, and which updates went without touching an index."""
    await target.connection.execute("SELECT pg_stat_force_next_flush()")
    print("on disk, bytes an order")
    for row in await target.connection.fetch(SIZES):
        print(f"  {row['name']:40}{row['bytes'] / orders:10,.1f}")
    print("updated rows an order, and the share that left the indexes alone")
    for row in await target.connection.fetch(UPDATES):
        share = row["hot"] / row["updates"]
        print(f"  {row['name']:40}{row['updates'] / orders:10.3f}{share:10.0%}")


def print_differences(found: dict[str, list[Figures]], whole: str) -> None:
    def middle(name: str, column: str) -> float:
        return statistics.median(getattr(figures, column) for figures in found[name])

    print(
        f"\n{'the statement':44}{'orders/s':>10}{'session us':>12}{'difference':>12}"
        f"{'WAL bytes':>11}{'difference':>12}"
    )
    for name in found:
        session, wal = middle(name, "session_us"), middle(name, "wal_bytes")
        print(
            f"{name:44}{middle(name, 'orders_per_second'):10,.0f}"
            f"{session:12.1f}{session - middle(whole, 'session_us'):12.1f}"
            f"{wal:11,.0f}{wal - middle(whole, 'wal_bytes'):12,.0f}"
        )


def make_rows(folder: Path, orders: int) -> None:
    """Run a sandbox and place orders in batches."""
    with running_sandbox(folder) as sandbox:
        Bench(sandbox).run(batch=100, connections=16, seconds=120, requests=orders // 100)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, help="state folder of a run; made if not there")
    parser.add_argument("--orders", type=int, default=ORDERS, help="how many a new run places")
    parser.add_argument("--size", type=int, default=SIZE, help="commands in a transaction")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="medians of so many rounds")
    parser.add_argument(
        "--without", action="append", default=[], metavar="TABLE", help="leave its rows out"
    )
    parser.add_argument(
        "--sql",
        action="append",
        default=[],
        metavar="STATEMENT",
        help="run it on the empty schema first: DROP INDEX, ALTER TABLE orders SET (fillfactor=70)",
    )
    return parser


def main() -> None:
    asked = _parser().parse_args()
    variants = [Variant(f"without rows of {table}", without=(table,)) for table in asked.without]
    variants.extend(Variant(text, sql=(text,)) for text in asked.sql)
    with tempfile.TemporaryDirectory(prefix="steppe-bench-") as scratch:
        folder = asked.state or Path(scratch) / "state"
        if not folder.exists():
            make_rows(folder, asked.orders)
        postgres = EmbeddedPostgres(folder)
        try:
            asyncio.run(compare(postgres.start(), variants, asked.size, asked.rounds))
        finally:
            postgres.stop()


if __name__ == "__main__":
    main()
