"""Migrating beside a venue that runs: waiting for locks, giving up, and taking turns."""

import ast
import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from exchange.storage import migrate

REVISIONS = sorted(migrate.MIGRATIONS.glob("versions/2*.py"))
LIMITS = (
    re.compile(r"op\.execute\([\"']SET LOCAL lock_timeout = '[123]s'[\"']\)"),
    re.compile(r"op\.execute\([\"']SET LOCAL statement_timeout = '[1-9][0-9]?s'[\"']\)"),
)
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def unlimited(source: str) -> list[str]:
    """Name the ways of a revision that do not begin with both limits."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name in ("upgrade", "downgrade"):
            first = [ast.get_source_segment(source, line) or "" for line in node.body[:2]]
            pairs = zip(LIMITS, first, strict=False)
            found[node.name] = len(first) == 2 and all(limit.match(line) for limit, line in pairs)
    return [name for name in ("upgrade", "downgrade") if not found.get(name)]


@pytest.mark.parametrize("file", REVISIONS, ids=lambda file: file.stem)
def test_every_revision_limits_its_waiting(file: Path) -> None:
    assert unlimited(file.read_text()) == []


def test_a_revision_without_a_limit_is_found() -> None:
    limits = "".join(
        f"    op.execute(\"SET LOCAL {name} = '{value}'\")\n"
        for name, value in (("lock_timeout", "3s"), ("statement_timeout", "60s"))
    )
    both = f"def upgrade():\n{limits}\n\ndef downgrade():\n{limits}"
    assert unlimited(both) == []
    assert unlimited(both.replace("'3s'", "'30s'")) == ["upgrade", "downgrade"]
    assert unlimited(both.replace("'60s'", "'0s'", 1)) == ["upgrade"]
    assert unlimited(f"def upgrade():\n{limits}") == ["downgrade"]


@asynccontextmanager
async def reading(dsn: str, table: str) -> AsyncIterator[None]:
    """Hold a table as a long report does: by a transaction that has read it."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.fetchval(f"SELECT count(*) FROM {table}")
            yield
    finally:
        await connection.close()


async def columns(dsn: str) -> list[tuple[str, str]]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "SELECT table_name::text, column_name::text FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name <> 'alembic_version' ORDER BY 1, 2"
        )
    finally:
        await connection.close()
    return [tuple(row) for row in rows]


def test_a_revision_gives_up_on_a_table_in_use_and_changes_nothing(dsn: str) -> None:
    """Going down to the empty schema drops the journal, which somebody reads."""

    async def scenario() -> None:
        await migrate.upgrade(dsn, "journal_and_projections")
        before = await columns(dsn)
        async with reading(dsn, "journal"):
            with pytest.raises(DBAPIError, match="lock timeout"):
                await asyncio.wait_for(migrate.downgrade(dsn, "base"), 30)
            assert await columns(dsn) == before
            assert await migrate.current(dsn) == "journal_and_projections"
        await migrate.downgrade(dsn, "base")
        assert await columns(dsn) == []

    asyncio.run(scenario())


async def server_migrate(dsn: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "exchange", "migrate"),
        env={**os.environ, "STEPPE_DATABASE_URL": dsn},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def wait_for_waiting(connection: asyncpg.Connection, count: int) -> None:
    while await connection.fetchval(WAITING) < count:  # noqa: ASYNC110  (another process's doing)
        await asyncio.sleep(0.05)


def test_two_processes_that_migrate_at_once_take_turns_and_both_end_well(dsn: str) -> None:
    """Both are seen to wait for the lock that a third holds; then one of them does the work."""

    async def scenario() -> None:
        connection = await asyncpg.connect(dsn)
        try:
            await connection.fetchval(f"SELECT pg_advisory_lock({migrate.LOCK_ID})")
            both = [await server_migrate(dsn), await server_migrate(dsn)]
            await asyncio.wait_for(wait_for_waiting(connection, 2), 60)
            assert await migrate.current(dsn) is None, "who waits has done nothing"
        finally:
            await connection.close()
        said = [(await asyncio.wait_for(one.communicate(), 60))[0] for one in both]
        assert [one.returncode for one in both] == [0, 0], said
        assert await migrate.current(dsn) == migrate.head()
        await migrate.downgrade(dsn, "base")

    asyncio.run(scenario())
