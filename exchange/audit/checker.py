"""The online check of a whole database: each ledger by both witnesses, all in one snapshot.

It works on a live system and is a mere reader: every session is in a READ ONLY transaction on one
exported snapshot, so PostgreSQL itself refuses it any write but to its own temporary tables, and it
takes no lock that a writer waits for. A role that may read the sequencers' tables and make
temporary ones is enough.
"""

import asyncio
import gc
import multiprocessing
import os
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from exchange.audit.findings import Check, LedgerFindings
from exchange.audit.projected import SESSION_SETTINGS, Scratch, build_and_compare
from exchange.audit.replay import Connection, Replayed, replay
from exchange.sequencer.projector import Projector

SMALL_ENTRIES = 20_000
"""Up to here the checks run in this process: a process takes longer to start than they do."""

Balances = dict[int, tuple[int, int]] | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger's number, as rows name it, and its code, as the venue does."""

    number: int
    code: str


async def audit(
    dsn: str,
    ledgers: Sequence[Ledger],
    make_projector: Callable[[], Projector],
    *,
    most: int = 20,
    processes: int | None = None,
) -> list[LedgerFindings]:
    """Check ledgers as of now; keep `most` differences of each check.

    Cost: a million entries in about a minute on two cores; `processes` is their number.
    """
    async with _session(dsn) as connection, _reading(connection):
        # This transaction keeps the snapshot that all others share.
        snapshot = await connection.fetchval("SELECT pg_export_snapshot()")
        ends = dict(await connection.fetch("SELECT ledger, last_seq FROM leases"))
        ordered = sorted(ledgers, key=lambda ledger: -ends.get(ledger.number, 0))
        if processes is None:
            small = sum(ends.values()) <= SMALL_ENTRIES
            processes = 1 if small else os.cpu_count() or 1
        done = await _run(dsn, snapshot, ordered, make_projector, most, processes)
    return [_findings(ledger, *done[ledger]) for ledger in ledgers]


async def _run(  # noqa: PLR0913, PLR0917
    dsn: str,
    snapshot: str,
    ledgers: Sequence[Ledger],
    make_projector: Callable[[], Projector],
    most: int,
    processes: int,
) -> dict[Ledger, tuple[Replayed, list[Check], Balances]]:
    """Do the two jobs of each ledger, one after another or in processes of their own."""
    if processes == 1:
        return {
            ledger: (
                await _replayed(dsn, snapshot, ledger, most),
                *await _projected(dsn, snapshot, ledger, make_projector, most),
            )
            for ledger in ledgers
        }
    loop = asyncio.get_running_loop()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, initializer=gc.disable) as pool:
        pairs = [
            (
                loop.run_in_executor(
                    pool, _in_process, _projected, dsn, snapshot, ledger, make_projector, most
                ),
                loop.run_in_executor(pool, _in_process, _replayed, dsn, snapshot, ledger, most),
            )
            for ledger in ledgers
        ]
        done = {}
        for ledger, (projected, replayed) in zip(ledgers, pairs, strict=True):
            done[ledger] = (await replayed, *await projected)
        return done


def _in_process(job: Callable[..., Any], *arguments: object) -> Any:
    return asyncio.run(job(*arguments))


async def _replayed(dsn: str, snapshot: str, ledger: Ledger, most: int) -> Replayed:
    async with _session(dsn) as connection, _seeing(connection, snapshot):
        return await replay(connection, ledger.number, ledger.code, most)


async def _projected(
    dsn: str, snapshot: str, ledger: Ledger, make_projector: Callable[[], Projector], most: int
) -> tuple[list[Check], Balances]:
    async with _session(dsn) as connection, _session(dsn) as reader:
        scratch = Scratch(connection, ledger.number)
        await scratch.prepare()
        async with _seeing(connection, snapshot), _seeing(reader, snapshot):
            return await build_and_compare(scratch, reader, make_projector, most)


@asynccontextmanager
async def _session(dsn: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(dsn, server_settings=SESSION_SETTINGS)
    try:
        yield connection
    finally:
        await connection.close()


def _reading(connection: Connection) -> Any:
    """Begin a transaction that sees one moment and cannot write."""
    return connection.transaction(isolation="repeatable_read", readonly=True)


@asynccontextmanager
async def _seeing(connection: Connection, snapshot: str) -> AsyncIterator[None]:
    """See the database as the exported snapshot does."""
    async with _reading(connection):
        await connection.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        yield


def _findings(
    ledger: Ledger, replayed: Replayed, projected: list[Check], balances: Balances
) -> LedgerFindings:
    checks = [*replayed.checks, *projected]
    if replayed.balances is not None and balances is not None:
        checks.append(_compare_balances(replayed.balances, balances))
    return LedgerFindings(ledger.code, replayed.last_seq, checks)


def _compare_balances(
    state: dict[int, tuple[int, int]], events: dict[int, tuple[int, int]]
) -> Check:
    """Compare what the state says of each account with what its events add up to."""
    check = Check("balances", len(state))
    for account_id in sorted({*state, *events}):
        expected, found = state.get(account_id), events.get(account_id)
        if expected != found:
            check.add(20, {"account_id": account_id}, expected, found)
    return check
