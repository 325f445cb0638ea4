"""Databases that earlier releases left: up, down and up again on data, and the journal replays.

The files of `journals/` are what those releases wrote. They are not written again: a difference
means that this release breaks the journal of every venue that runs.
"""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from exchange.core.accounts import DAY_SHIFT
from exchange.core.outcomes import (
    Sequenced,
    decode_command,
    encode_command,
    encode_events,
    encode_refusal,
)
from exchange.core.state import State
from exchange.core.venue import Venue
from exchange.sequencer.postgres import PostgresJournal
from exchange.sequencer.recovery import recover
from exchange.storage import migrate
from tests.storage import record_journals, recorded
from tests.storage.recorded import Recorded
from tests.support.postgres import as_owner

BREAKS = (
    "this breaks the journal of every venue that runs: it would not open. Commands and events keep"
    " their bytes and decisions their outcome, see `The journal` in migrations/README.md"
)
FILES = recorded.files()
named = pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
at_each_revision = pytest.mark.parametrize("revision", recorded.revisions())


def test_there_is_a_journal_of_each_ledger() -> None:
    assert {file.stem for file in FILES} == {"carbon", "emission", "energy", "water"}


@named
def test_a_recorded_journal_replays_to_the_same_bytes(file: Path) -> None:
    ledger = recorded.load(file)
    assert replayed_otherwise(ledger) == [], BREAKS


def replayed_otherwise(ledger: Recorded) -> list[str]:
    """Name the first entry that this release reads, decides or writes in another way."""
    venue = Venue(ledger.ledger)
    for entry in sorted(ledger.records("journal"), key=lambda row: row["seq"]):
        name = f"{ledger.ledger} entry {entry['seq']} ({entry['kind']})"
        command = decode_command(entry["command"])
        if encode_command(command) != entry["command"]:
            return [f"{name}: the command's bytes differ"]
        outcome = venue.apply(Sequenced(entry["seq"], entry["at_ns"], command))
        refusal = None if outcome.refusal is None else encode_refusal(outcome.refusal)
        if refusal != entry["refusal"]:
            return [f"{name}: refused as {refusal}, not as {entry['refusal']}"]
        if encode_events(outcome.events) != entry["events"]:
            return [f"{name}: the events' bytes differ: {outcome.events}"]
    return []


def test_another_byte_or_decision_in_a_journal_is_told() -> None:
    ledger = recorded.load(FILES[0])
    journal = ledger.tables["journal"]
    events, seq = journal.columns.index("events"), journal.columns.index("seq")
    entry = next(row for row in journal.rows if row[seq] == 400)
    entry[events] += b"\x00"
    (complaint,) = replayed_otherwise(ledger)
    assert complaint.startswith(f"{ledger.ledger} entry 400 ")


@named
def test_the_projections_of_a_recorded_journal_come_out_as_they_were(
    file: Path, database: str
) -> None:
    async def scenario() -> None:
        ledger = recorded.load(file)
        market = record_journals.Market(ledger.ledger)
        market.entries, market.outcomes = [], []
        for row in sorted(ledger.records("journal"), key=lambda row: row["seq"]):
            entry = Sequenced(row["seq"], row["at_ns"], decode_command(row["command"]))
            market.entries.append(entry)
        venue = Venue(ledger.ledger)
        market.outcomes = [venue.apply(entry) for entry in market.entries]
        await record_journals.write(database, ledger.number, market)
        assert await recorded.differences(database, ledger) == []

    asyncio.run(scenario())


async def opened(dsn: str, ledger: Recorded) -> tuple[State, int]:
    """Open a ledger as the sequencer does; return its state and how many entries it replayed."""
    journal = PostgresJournal(dsn, ledger.number, "test")
    try:
        recovered = await recover(journal, ledger.ledger, await journal.take_over())
        return recovered.venue.state, recovered.replayed
    finally:
        await journal.close()


def assert_agrees(state: State, ledger: Recorded) -> None:
    """Check the state against the tables that were recorded with the journal."""
    assert {number: (one.posted, one.held) for number, one in state.accounts.all.items()} == {
        row["account_id"]: (row["posted"], row["held"]) for row in ledger.records("accounts")
    }
    assert {number: one.leaves for number, one in state.orders.items()} == {
        row["order_id"]: row["leaves"] for row in ledger.records("orders") if row["leaves"]
    }
    mask = (1 << DAY_SHIFT) - 1
    free = {
        (number, key & mask, key >> DAY_SHIFT): quantity
        for number, one in state.accounts.all.items()
        for key, quantity in one.parcels
    }
    for chain in state.pending.values():
        for leg in chain.legs:
            add_back(free, leg.debit.account_id, leg.parcels)
    for frozen in state.freezes.values():
        add_back(free, frozen.account.account_id, frozen.parcels)
    assert free == {
        (row["account_id"], row["lot_id"], row["tradable_from"]): row["quantity"]
        for row in ledger.records("holdings")
        if row["quantity"]
    }


def add_back(free: dict, account_id: int, parcels: tuple) -> None:
    """Count what is set aside as the account's own: the table of lots does."""
    for parcel in parcels:
        key = (account_id, parcel.lot_id, parcel.tradable_from_debit)
        free[key] = free.get(key, 0) + parcel.quantity


@at_each_revision
def test_a_database_goes_up_down_and_up_with_its_data(dsn: str, revision: str) -> None:
    ledgers = [recorded.load(file) for file in FILES if file.parent.name == revision]
    staff = recorded.load(recorded.JOURNALS / revision / f"{recorded.BACK_OFFICE}.rows")

    async def nothing_changed() -> None:
        for one in (*ledgers, staff):
            assert await recorded.differences(dsn, one) == []

    async def all_open() -> None:
        for ledger in ledgers:
            state, replayed = await opened(dsn, ledger)
            assert state.seq == len(ledger.tables["journal"].rows) >= replayed
            assert_agrees(state, ledger)

    async def scenario() -> None:
        await migrate.upgrade(dsn, revision)
        for one in (*ledgers, staff):
            await recorded.fill(dsn, one)
        for _ in range(2):
            await migrate.upgrade(dsn)
            assert await migrate.current(dsn) == migrate.head()
            await nothing_changed()
            await all_open()
            await migrate.downgrade(dsn, revision)
            assert await migrate.current(dsn) == revision
            await nothing_changed()
        await migrate.downgrade(dsn, "base")

    asyncio.run(scenario())


@named
def test_a_ledger_opens_whatever_release_its_snapshot_is_of(file: Path, database: str) -> None:
    """A snapshot that this release reads is used, one it cannot read is passed over."""

    async def scenario() -> None:
        ledger = recorded.load(file)
        snapshots = ledger.tables["snapshots"]
        await recorded.fill(database, ledger)
        state, replayed = await opened(database, ledger)
        at = snapshots.rows[0][snapshots.columns.index("seq")]
        assert replayed in (state.seq, state.seq - at)
        assert_agrees(state, ledger)

    asyncio.run(scenario())


def test_what_was_recorded_is_told_from_what_is_there(database: str) -> None:
    """The comparison itself finds a row that was changed and one that went."""

    async def scenario() -> None:
        ledger = recorded.load(FILES[0])
        await recorded.fill(database, ledger)
        assert await recorded.differences(database, ledger) == []
        connection = await asyncpg.connect(as_owner(database))
        await connection.execute("UPDATE accounts SET posted = posted + 1 WHERE account_id = 1")
        await connection.execute("DELETE FROM lots WHERE lot_id = 1")
        await connection.close()
        found = await recorded.differences(database, ledger)
        assert {one.table: len(one.gone) for one in found} == {"accounts": 1, "lots": 1}

    asyncio.run(scenario())
