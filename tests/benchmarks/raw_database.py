"""The database's limit for one writer: the rows of a run, written again by the statement alone.

The journal's own writer inserts what a run of the server left behind, batch by batch, into a fresh
database: no HTTP, no core, no projection. The time includes turning rows into parameters, so it is
the limit of this writer over this driver, a little below that of PostgreSQL itself.
"""

import asyncio
import time
from typing import Any

import asyncpg

from exchange.core.outcomes import decode_events
from exchange.sequencer.journal import Entry
from exchange.sequencer.postgres import PostgresJournal
from exchange.sequencer.projector import Projector
from exchange.storage import migrate

LEDGER = 1


async def measure(dsn: str, projector: Projector, batch_commands: int) -> dict[str, float]:
    """Write a finished run's carbon journal into a new database; return orders and rates."""
    source = PostgresJournal(dsn, LEDGER, "bench")
    entries = [entry async for entry in source.entries_after(0)]
    await source.close()
    fresh = await _fresh(dsn)
    target = PostgresJournal(fresh, LEDGER, "bench")
    await target.take_over()
    batches = _batches(entries, projector, batch_commands)
    seconds, orders = 0.0, 0
    for batch, rows, placed in batches:
        started = time.perf_counter()
        await target.append(batch, rows)
        if placed:
            seconds += time.perf_counter() - started
            orders += placed
    await target.close()
    return {"orders": orders, "seconds": seconds, "orders_per_second": orders / seconds}


def _batches(
    entries: list[Entry], projector: Projector, size: int
) -> list[tuple[list[Entry], Any, int]]:
    found = []
    for start in range(0, len(entries), size):
        part = entries[start : start + size]
        for entry in part:
            projector.project(decode_events(entry.events), entry.seq, entry.at_ns)
        placed = sum(entry.kind == "PlaceOrder" for entry in part)
        found.append((part, projector.drain(), placed))
    return found


async def _fresh(dsn: str) -> str:
    name = f"bench_{time.time_ns()}"
    connection = await asyncpg.connect(dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    fresh = dsn.replace("/steppe?", f"/{name}?")
    await migrate.upgrade(fresh)
    return fresh


def run(dsn: str, projector: Projector, batch_commands: int) -> dict[str, float]:
    return asyncio.run(measure(dsn, projector, batch_commands))
