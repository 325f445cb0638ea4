"""Projections can be dropped and made anew: the same rows, or after a crash the old ones."""

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

import asyncpg
import pytest

from exchange import cli
from exchange.app import make_projector
from exchange.audit.checker import Ledger
from exchange.audit.projected import PROJECTED
from exchange.audit.rebuild import RebuildError, Rebuilt, rebuild
from exchange.config import Settings
from exchange.sequencer.recovery import RecoveryError
from tests.audit.support import CARBON, LEDGERS, NO_CHECKS, differences, projections, rows, tamper
from tests.storage.running import crash, open_market, sequencer
from tests.support.postgres import as_owner
from tests.support.server import Sandbox

SPOILT = (
    "UPDATE accounts SET posted = posted + 1 WHERE purpose = 'cash' AND ledger = 1",
    "UPDATE trades SET buyer_id = 1, seller_id = 2, price = price + 1",
    "DELETE FROM transfers WHERE transfer_id % 3 = 0",
    "TRUNCATE orders, book_levels, rules",
    "INSERT INTO lots SELECT 1, 777, asset_id, 1, '', '', '', 0, 0, '', 1 FROM lots LIMIT 1",
)


def rebuilt(dsn: str, *ledgers: Ledger) -> list[Rebuilt]:
    async def each() -> list[Rebuilt]:
        owner = as_owner(dsn)
        return [await rebuild(owner, ledger, make_projector) for ledger in ledgers or LEDGERS]

    return asyncio.run(each())


def test_what_was_changed_or_dropped_is_made_again_row_for_row(busy: str) -> None:
    before = projections(busy)
    assert all(before.values())
    tamper(busy, *SPOILT)
    assert differences(busy)
    done = rebuilt(busy)
    assert projections(busy) == before
    assert differences(busy) == []
    stored = sum(len(found) for found in before.values())
    assert stored <= sum(sum(one.rows.values()) for one in done)
    assert [one.snapshots_removed for one in done] == [[], [], [], []]


def test_all_projections_can_be_dropped(busy: str) -> None:
    before = projections(busy)
    tamper(busy, f"TRUNCATE {', '.join(table.name for table in PROJECTED)}")
    rebuilt(busy)
    assert projections(busy) == before


def test_one_ledger_is_made_again_and_the_others_stay(busy: str) -> None:
    before = projections(busy)
    tamper(busy, "DELETE FROM orders WHERE ledger IN (1, 2)")
    rebuilt(busy, CARBON)
    after = projections(busy)["orders"]
    assert set(after) == {row for row in before["orders"] if not row.startswith("(2,")}


def test_a_snapshot_of_another_state_goes(busy: str) -> None:
    tamper(
        busy,
        "UPDATE snapshots s SET state = o.state, state_hash = o.state_hash"
        " FROM snapshots o WHERE s.ledger = 1 AND o.ledger = 2",
    )
    (done,) = rebuilt(busy, CARBON)
    assert done.snapshots_removed == [500]
    assert [row[0] for row in rows(busy, "SELECT ledger FROM snapshots ORDER BY 1")] == [2, 3, 4]


def test_a_journal_that_is_not_sound_is_not_built_from(busy: str) -> None:
    tamper(busy, "DELETE FROM journal WHERE ledger = 1 AND seq = 40", "TRUNCATE orders")
    before = projections(busy)
    with pytest.raises(RebuildError, match=r"restore it from a backup: journal \(seq 40\)"):
        rebuilt(busy, CARBON)
    assert projections(busy) == before
    assert rows(busy, "SELECT epoch FROM leases WHERE ledger = 1")[0][0] == 2


def test_the_application_may_not_rebuild(busy: str) -> None:
    before = projections(busy)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        asyncio.run(rebuild(busy, CARBON, make_projector))
    assert projections(busy) == before


def test_a_server_that_is_live_keeps_it_from_running(database: str) -> None:
    async def scenario() -> None:
        market = await open_market(database)
        with pytest.raises(RebuildError, match="stop the server first"):
            await rebuild(as_owner(database), CARBON, make_projector)
        assert market.ready
        await market.stop()

    asyncio.run(scenario())


def test_a_ledger_that_does_not_open_says_what_to_do_and_opens_after_it(database: str) -> None:
    async def scenario() -> None:
        await crash(await open_market(database))

    asyncio.run(scenario())
    tamper(database, "UPDATE accounts SET posted = posted + 1 WHERE purpose = 'cash'")

    async def start() -> None:
        market = sequencer(database)
        await market.start()
        await market.stop()

    with pytest.raises(RecoveryError, match="run `steppe-server rebuild`"):
        asyncio.run(start())
    rebuilt(database, CARBON)
    asyncio.run(start())


# A crash in the middle


async def _killed_in_the_middle(dsn: str) -> None:
    """Hold a table so that the swap stands still half-way, and kill the process there."""
    connection = await asyncpg.connect(as_owner(dsn))
    held = PROJECTED[len(PROJECTED) // 2].name
    async with connection.transaction():
        await connection.execute(f"LOCK TABLE {held} IN SHARE MODE")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "exchange", "rebuild"),
            env={"STEPPE_DATABASE_URL": dsn, "STEPPE_OWNER_DATABASE_URL": as_owner(dsn)},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass($1)"
        deadline = time.monotonic() + 60
        while not await connection.fetchval(waiting, held):
            assert process.returncode is None, "it ended before it came to the swap"
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        process.kill()
        await process.wait()
    await connection.close()


def test_a_crash_in_the_middle_leaves_the_old_rows_and_a_second_try_the_new(busy: str) -> None:
    before = projections(busy)
    tamper(busy, *SPOILT)
    spoilt = projections(busy)
    asyncio.run(_killed_in_the_middle(busy))
    deadline = time.monotonic() + 30
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'steppe audit'"
    while rows(busy, f"{sessions} AND datname = current_database()")[0][0]:
        assert time.monotonic() < deadline, "the killed process's transaction must end"
        time.sleep(0.05)
    assert projections(busy) == spoilt
    rebuilt(busy)
    assert projections(busy) == before


# The command line


def run(
    monkeypatch: pytest.MonkeyPatch, dsn: str, *arguments: str, owner: str | None = None
) -> int:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"STEPPE_{name.upper()}", raising=False)
    monkeypatch.setenv("STEPPE_DATABASE_URL", dsn)
    if owner is not None:
        monkeypatch.setenv("STEPPE_OWNER_DATABASE_URL", owner)
    monkeypatch.setattr("sys.argv", ["steppe-server", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    code = ended.value.code
    assert isinstance(code, int)
    return code


def test_the_exit_code_tells_agreement_difference_and_misuse(
    busy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    owner = as_owner(busy)
    assert run(monkeypatch, busy, "audit") == 0
    assert "water: agrees, as of entry 1000" in capsys.readouterr().out
    tamper(
        busy,
        NO_CHECKS,
        "UPDATE orders SET fee_fen = fee_fen + 1 WHERE ledger = 1 AND order_id = 3",
    )
    assert run(monkeypatch, busy, "audit") == 1
    assert "orders (order_id 3): expected {'fee_fen': 0}" in capsys.readouterr().out
    assert run(monkeypatch, busy, "audit", "-o", "json") == 1
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    (check,) = [c for c in said["ledgers"][0]["checks"] if c["differing"]]
    assert check["first"] == [
        {
            "table": "orders",
            "key": {"order_id": 3},
            "expected": {"fee_fen": 0},
            "found": {"fee_fen": 1},
        }
    ]
    assert run(monkeypatch, busy, "rebuild", "-o", "json", owner=owner) == 0
    assert json.loads(capsys.readouterr().out)["agrees"]
    assert run(monkeypatch, busy, "audit") == 0


@pytest.mark.parametrize("arguments", [["audit", "--first", "0"], ["audit", "-o", "xml"]])
def test_misuse_is_said(
    busy: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
) -> None:
    assert run(monkeypatch, busy, *arguments) == 2
    assert "usage: steppe-server" in capsys.readouterr().err


def test_what_keeps_an_audit_from_checking_is_no_difference(
    busy: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    assert run(monkeypatch, nowhere, "audit") == 2
    tamper(busy, "UPDATE alembic_version SET version_num = 'older'")
    assert run(monkeypatch, busy, "audit") == 2
    assert "migrate first" in capsys.readouterr().err
    assert run(monkeypatch, busy, "rebuild") == 1


def test_the_embedded_database_of_a_running_server_is_audited(sandbox: Sandbox) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "exchange", "audit"],
        env={"STEPPE_STATE_FOLDER": str(sandbox.state_folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "carbon: agrees" in done.stdout
    with sandbox.client() as client:
        assert client.get("/readyz").status_code == 200
