"""Record what this release writes: `python -m tests.storage.record_journals [REVISION]`.

For each ledger a seeded workload that meets every command and every event goes through this
release's journal and projections into a database at a revision (the newest unless one is named),
and the rows go to `journals/REVISION`. Do this once for a release, before anything after it
changes; files that are there are never recorded again: they say what was.
"""

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path
from typing import get_args

import asyncpg

from exchange.app import make_projector
from exchange.core import commands as c
from exchange.core.events import AnyEvent
from exchange.core.outcomes import encode_command, encode_events, encode_refusal
from exchange.core.snapshot import digest
from exchange.core.venue import INSTITUTIONS, Venue
from exchange.rulebook.loader import load_ledgers
from exchange.sequencer.journal import Entry
from exchange.sequencer.postgres import PostgresJournal
from exchange.storage import migrate
from exchange.storage.embedded import EmbeddedPostgres
from tests.storage import recorded
from tests.storage.recorded import BACK_OFFICE, Recorded
from tests.support.builders import Market
from tests.support.played import play
from tests.support.workload_allocation import kinds_done

SEED = 10
COMMANDS = 800
BATCH = 100
BACK_OFFICE_TABLES = ("participants", "operators", "keys", "token_jtis", "back_office_acts")
BACK_OFFICE_ROWS = """
    INSERT INTO participants VALUES
        (1, '包头钢铁', 'Baotou Steel', '91150200000000000X', 'enterprise', '150200', '', 1, 5);
    INSERT INTO operators VALUES
        (1, 1, 'trader', '{view,trade}', '{carbon,water}', 'active', 1, 6);
    INSERT INTO keys VALUES ('k1', 1, 'desk', 'public', NULL, 'active', 7, NULL);
    INSERT INTO token_jtis VALUES ('k1', 'once', 8);
    INSERT INTO back_office_acts VALUES
        (1, 1, 1, 'key-1', 'register', '\\x01', 201, '\\x7b7d', 9);
"""


def played(ledger: str) -> Market:
    """Return a market in which everything has happened. Raises: AssertionError otherwise."""
    market = play(ledger, SEED, COMMANDS)
    outcomes = zip(market.entries, market.outcomes, strict=True)
    done = {
        kind
        for entry, outcome in outcomes
        if outcome.refusal is None
        for kind in kinds_done(entry.command)
    }
    seen = {type(event) for outcome in market.outcomes for event in outcome.events}
    missing = [kind.__name__ for kind in INSTITUTIONS if kind not in done]
    missing += [kind.__name__ for kind in get_args(AnyEvent) if kind not in seen]
    assert not missing, f"{ledger}: choose another seed, there is no {missing}"
    return market


def journalled(market: Market) -> list[Entry]:
    """Return the entries as a sequencer would keep them."""
    kept = []
    for entry, outcome in zip(market.entries, market.outcomes, strict=True):
        command, refusal = entry.command, outcome.refusal
        member = getattr(command, "participant_id", 0)
        name = f"{member}:key:{entry.seq}"
        if isinstance(command, c.AdvanceTime):
            name = f"time:{entry.seq}"
        elif isinstance(command, c.PlaceOrder):
            name = f"{member}:order:{command.client_order_id}"
        kept.append(
            Entry(
                entry.seq,
                entry.at_ns,
                name,
                member,
                member,
                type(command).__name__,
                encode_command(command),
                None if refusal is None else encode_refusal(refusal),
                encode_events(outcome.events),
            )
        )
    return kept


async def write(dsn: str, number: int, market: Market) -> None:
    """Write a market's entries and their projections as the sequencer does."""
    journal, projector = PostgresJournal(dsn, number, "recorded"), make_projector()
    await journal.take_over()
    try:
        entries = journalled(market)
        for start in range(0, len(entries), BATCH):
            part = slice(start, start + BATCH)
            for entry, outcome in zip(market.entries[part], market.outcomes[part], strict=True):
                projector.project(outcome.events, entry.seq, entry.at_ns)
            await journal.append(entries[part], projector.drain())
    finally:
        await journal.close()


async def keep_snapshot(dsn: str, number: int, market: Market) -> None:
    """Keep the state as of two thirds of the journal."""
    venue = Venue(market.ledger)
    for entry in market.entries[: COMMANDS * 2 // 3]:
        venue.apply(entry)
    state = venue.snapshot()
    await execute(
        dsn,
        "INSERT INTO snapshots (ledger, seq, state_hash, state) VALUES ($1, $2, $3, $4)",
        number,
        venue.state.seq,
        digest(state),
        state,
    )


async def execute(dsn: str, statement: str, *parameters: object) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement, *parameters)
    finally:
        await connection.close()


async def ledger_tables(dsn: str) -> list[str]:
    columns = "table_name::text"
    found = await recorded.read(
        dsn, 0, "information_schema.columns WHERE column_name = 'ledger'", columns
    )
    return [str(row[0]) for row in found.rows]


async def record(dsn: str, revision: str) -> list[Recorded]:
    await migrate.upgrade(dsn, revision)
    kept = []
    for ledger in load_ledgers():
        market = played(ledger.code)
        await write(dsn, ledger.number, market)
        await keep_snapshot(dsn, ledger.number, market)
        tables = {
            name: await recorded.read(dsn, ledger.number, name) for name in await ledger_tables(dsn)
        }
        kept.append(Recorded(ledger.code, ledger.number, revision, tables))
    await execute(dsn, BACK_OFFICE_ROWS)
    tables = {name: await recorded.read(dsn, 0, name) for name in BACK_OFFICE_TABLES}
    return [*kept, Recorded(BACK_OFFICE, 0, revision, tables)]


def main() -> None:
    revision = sys.argv[1] if len(sys.argv) > 1 else migrate.head()
    if (recorded.JOURNALS / revision).exists():
        sys.exit(f"{revision} is recorded already, and stays as it was")
    folder = Path(tempfile.mkdtemp(prefix="steppe-record-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "state")
    try:
        for one in asyncio.run(record(server.start(), revision)):
            file = recorded.store(one)
            print(f"{file.relative_to(recorded.JOURNALS)}: {file.stat().st_size:,} bytes")
    finally:
        server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
