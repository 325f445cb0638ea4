"""The audit agrees with what is right, names what is wrong, and is in nobody's way."""

import asyncio
from typing import Any

import asyncpg
import pytest
from sqlalchemy import ARRAY, Boolean, Integer, LargeBinary, Table, Text

from exchange.app import make_projector
from exchange.audit.checker import audit
from exchange.audit.projected import NOTHING, PROJECTED
from exchange.core.receipts import Committed
from exchange.storage.roles import AUDITOR
from matching import Side
from tests.audit.conftest import COMMANDS
from tests.audit.support import CARBON, LEDGERS, NO_CHECKS, audited, differences, rows, tamper
from tests.storage.running import open_market, order
from tests.support.postgres import as_owner, as_role

ANOTHER_STATE = (
    "UPDATE snapshots s SET state = o.state, state_hash = o.state_hash"
    " FROM snapshots o WHERE s.ledger = 1 AND o.ledger = 2"
)


def test_a_journal_of_everything_agrees_however_it_was_batched(busy: str) -> None:
    found = audited(busy)
    assert differences(busy) == []
    assert [one.ledger for one in found] == [ledger.code for ledger in LEDGERS]
    for one in found:
        assert (one.last_seq, one.agrees) == (COMMANDS, True)
        compared = {check.name: check.compared for check in one.checks}
        assert compared["journal"] == COMMANDS
        assert compared["snapshots"] == 1
        assert {table.name for table in PROJECTED} < set(compared)
        assert all(compared.values()), compared


def test_an_empty_database_agrees(database: str) -> None:
    assert all(one.agrees and one.last_seq == 0 for one in audited(database))


def test_processes_of_their_own_find_the_same(busy: str) -> None:
    tamper(busy, "UPDATE lots SET source = 'else' WHERE ledger = 4 AND lot_id = 1")
    assert audited(busy, processes=2) == audited(busy, processes=1)


# Projections


def flipped(column: Any) -> str:
    name = column.name
    if isinstance(column.type, Boolean):
        return f"{name} = NOT coalesce({name}, false)"
    if isinstance(column.type, ARRAY):
        return f"{name} = {name} || ARRAY['else']"
    if isinstance(column.type, Text):
        return f"{name} = coalesce({name}, '') || '~'"
    if isinstance(column.type, LargeBinary):
        return f"{name} = {name} || '~'::bytea"
    assert isinstance(column.type, Integer), column
    return f"{name} = coalesce({name}, 0) + 7"


def flip_each_field(dsn: str, table: Table) -> list[tuple[dict[str, Any], str]]:
    """Flip every field of a table, each in a row of its own where there are rows enough."""
    keys = [column.name for column in table.primary_key if column.name != "ledger"]
    says = NOTHING.get(table.name, "false")
    there = rows(
        dsn,
        f"SELECT {', '.join(keys) or 'ledger'} FROM {table.name}"
        f" WHERE ledger = 1 AND NOT ({says}) ORDER BY {', '.join(keys) or '1'}",
    )
    done = []
    for place, column in enumerate(c for c in table.columns if not c.primary_key):
        row = there[place % len(there)]
        match = " AND ".join(f"{key} = '{row[key]}'" for key in keys) or "true"
        tamper(dsn, f"UPDATE {table.name} SET {flipped(column)} WHERE ledger = 1 AND {match}")
        done.append(({key: row[key] for key in keys}, column.name))
    return done


def test_a_field_that_was_changed_is_named_with_its_row(busy: str) -> None:
    tamper(busy, NO_CHECKS)
    changed = []
    for table in PROJECTED:
        flips = flip_each_field(busy, table)
        assert len(flips) == len([c for c in table.columns if not c.primary_key])
        changed += [(table.name, *flip) for flip in flips]
    found = [difference for one in audited(busy, most=1_000) for difference in one.differences]
    named = [
        (one.table, dict(one.key), field)
        for one in found
        for field in (one.expected if isinstance(one.expected, dict) else ["?"])
    ]
    assert sorted(named, key=repr) == sorted(changed, key=repr)


def test_a_row_that_is_missing_and_one_too_many_are_named(busy: str) -> None:
    tamper(busy, NO_CHECKS)
    for table in PROJECTED:
        move_a_row(busy, table)
    checks = {
        (one.ledger, check.name): check
        for one in audited(busy, most=100_000)
        for check in one.checks
        if check.differing
    }
    for table in PROJECTED:
        missing = checks.pop(("emission", table.name))
        assert (missing.differing, missing.first[0].found) == (1, "no such row"), table.name
        assert checks.pop(("energy", table.name)).compared == 1, table.name
    assert not checks


def move_a_row(dsn: str, table: Table) -> None:
    """Have a row of the second ledger stand in the third, all of whose own are gone."""
    says = NOTHING.get(table.name, "false")
    keys = [column.name for column in table.primary_key]
    tamper(
        dsn,
        f"CREATE TABLE kept AS SELECT * FROM {table.name} WHERE ledger = 2 AND NOT ({says})"
        f" ORDER BY {', '.join(keys)} LIMIT 1",
        f"DELETE FROM {table.name} t USING kept k WHERE"
        f" {' AND '.join(f't.{key} = k.{key}' for key in keys)}",
        f"DELETE FROM {table.name} WHERE ledger = 3",
        "UPDATE kept SET ledger = 3",
        f"INSERT INTO {table.name} SELECT * FROM kept",
        "DROP TABLE kept",
    )


def test_only_the_first_differences_are_kept_and_all_are_counted(busy: str) -> None:
    tamper(busy, NO_CHECKS, "UPDATE orders SET fee_fen = fee_fen + 1 WHERE ledger = 1")
    found = audited(busy, most=3)[0]
    (check,) = [check for check in found.checks if check.name == "orders"]
    assert check.differing == check.compared > 3
    assert len(check.first) == 3


# The journal and the snapshots


@pytest.mark.parametrize(
    ("tampering", "complaint"),
    [
        (
            "UPDATE journal SET events = events || '\\x00' WHERE ledger = 2 AND seq = 40",
            "emission journal (seq 40, field events): expected",
        ),
        (
            "UPDATE journal SET events = '\\x90' WHERE ledger = 2 AND seq = 1",
            "emission journal (seq 1, field events): expected",
        ),
        (
            "UPDATE journal SET refusal = '\\x91a178' WHERE ledger = 2 AND seq = 1",
            "emission journal (seq 1, field refusal): expected None",
        ),
        (
            "DELETE FROM journal WHERE ledger = 2 AND seq = 41",
            "emission journal (seq 41): expected the next entry, found a gap up to entry 42",
        ),
        (
            "DELETE FROM journal WHERE ledger = 2 AND seq = 1000",
            "emission journal (seq 1000): expected the lease's end, 1000, found end at 999",
        ),
        (
            "UPDATE journal SET command = '\\x00' WHERE ledger = 2 AND seq = 50",
            "emission journal (seq 50): expected an entry that can be applied",
        ),
        (
            "UPDATE journal SET at_ns = 1 WHERE ledger = 2 AND seq = 60",
            "emission journal (seq 60): expected an entry that can be applied",
        ),
        (
            "UPDATE journal SET kind = 'Nothing' WHERE ledger = 2 AND seq = 7",
            "emission journal (seq 7, field kind): expected",
        ),
        (
            "UPDATE journal SET epoch = 9 WHERE ledger = 2 AND seq = 1000",
            "emission journal (seq 1000, field epoch): expected at most the lease's 2, found 9",
        ),
        (
            "UPDATE leases SET last_seq = 1005 WHERE ledger = 2",
            "emission journal (seq 1001): expected the lease's end, 1005, found end at 1000",
        ),
        (
            ANOTHER_STATE,
            "carbon snapshots (seq 500, field state_hash): expected",
        ),
        (
            "UPDATE snapshots SET state = state || '\\x00' WHERE ledger = 1",
            "carbon snapshots (seq 500, field SHA-256 of state): expected",
        ),
        (
            "UPDATE snapshots SET seq = 1950 WHERE ledger = 1",
            "carbon snapshots (seq 1950): expected an entry of this number, found none",
        ),
    ],
)
def test_a_journal_or_snapshot_that_was_changed_is_named(
    busy: str, tampering: str, complaint: str
) -> None:
    tamper(busy, NO_CHECKS, tampering)
    found = differences(busy, LEDGERS[:2])
    assert found[0].startswith(complaint), found[0]
    assert {line.split()[0] for line in found} == {complaint.split(maxsplit=1)[0]}


def test_events_whose_projection_fails_are_reported_and_not_raised(busy: str) -> None:
    tamper(
        busy,
        "UPDATE journal SET events = (SELECT events FROM journal WHERE ledger = 2"
        " AND seq = 3) WHERE ledger = 2 AND seq = 4",
    )
    found = differences(busy)
    assert any(line.startswith("emission journal (seq 4, field events)") for line in found)
    assert any(line.startswith("emission projections") for line in found), found


# A live system


def test_it_agrees_at_any_moment_of_trading(database: str) -> None:
    async def scenario() -> None:
        market = await open_market(database)
        stop = asyncio.Event()

        async def trade() -> int:
            number = 0
            while not stop.is_set():
                number += 1
                named = [
                    (f"1:order:a{number}", order(1, Side.SELL, 1, name=f"a{number}")),
                    (f"2:order:b{number}", order(2, Side.BUY, 1, name=f"b{number}")),
                ]
                results = await market.submit(named, 1, 1)
                assert all(isinstance(result, Committed) for result in results)
            return number

        trading = asyncio.create_task(trade())
        ends = []
        for _ in range(5):
            await asyncio.sleep(0.05)
            (found,) = await audit(as_role(AUDITOR, database), [CARBON], make_projector)
            assert found.agrees, found.differences
            ends.append(found.last_seq)
        stop.set()
        assert await trading > 5
        assert ends == sorted(set(ends)), "the journal grew from audit to audit"
        await market.stop()

    asyncio.run(scenario())


def test_a_writer_waits_for_no_lock_of_an_audit(busy: str) -> None:
    """While tables are locked as a writer locks them, an audit runs; and it leaves nothing."""

    async def scenario() -> None:
        writer = await asyncpg.connect(as_owner(busy))
        async with writer.transaction():
            await writer.execute("UPDATE leases SET epoch = epoch")
            for table in PROJECTED:
                await writer.execute(f"LOCK TABLE {table.name} IN ROW EXCLUSIVE MODE")
            async with asyncio.timeout(60):
                found = await audit(as_role(AUDITOR, busy), LEDGERS, make_projector)
            assert all(one.agrees for one in found)
        left = await writer.fetchval("SELECT count(*) FROM pg_class WHERE relpersistence = 't'")
        assert left == 0
        await writer.close()

    asyncio.run(scenario())
