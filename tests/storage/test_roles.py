"""What each role of the database may do and may not, tried one statement at a time."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from exchange.storage import migrate, roles
from exchange.storage.dsn import sqlalchemy_url
from exchange.storage.embedded import EmbeddedPostgres
from exchange.storage.schema import metadata
from tests.support.postgres import as_owner, as_role

DENIED = asyncpg.InsufficientPrivilegeError
CHANGES = {
    "UPDATE": "UPDATE {table} SET {column} = {column}",
    "DELETE": "DELETE FROM {table}",
    "TRUNCATE": "TRUNCATE {table}",
    "DDL": "ALTER TABLE {table} ADD intruder bigint",
    "DROP": "DROP TABLE {table}",
    "TRIGGER": "CREATE TRIGGER intruder BEFORE INSERT ON {table} EXECUTE FUNCTION now()",
}
TABLES = sorted(metadata.tables)
"""Every table of the schema; `test_every_table_has_its_rights` sees to it."""


async def _try(dsn: str, statement: str) -> None:
    """Run a statement and take it back."""
    connection = await asyncpg.connect(dsn)
    try:
        transaction = connection.transaction()
        await transaction.start()
        try:
            await connection.execute(statement)
        finally:
            await transaction.rollback()
    finally:
        await connection.close()


def attempt(dsn: str, statement: str) -> bool:
    """Tell whether the role may; every other failure is one of the test."""
    try:
        asyncio.run(_try(dsn, statement))
    except DENIED:
        return False
    return True


def change(kind: str, table: str) -> str:
    column = next(iter(metadata.tables[table].columns)).name
    return CHANGES[kind].format(table=table, column=column)


@pytest.mark.parametrize("table", roles.RECORDS)
@pytest.mark.parametrize("kind", CHANGES)
def test_the_application_cannot_change_what_was_recorded(database, table, kind):
    assert not attempt(database, change(kind, table))


@pytest.mark.parametrize("kind", CHANGES)
def test_the_application_changes_other_tables_only_as_it_must(database, kind):
    may = {table for table in TABLES if attempt(database, change(kind, table))}
    assert may == {table for table in TABLES if kind in roles.RIGHTS[table]}


@pytest.mark.parametrize("kind", CHANGES)
def test_the_auditor_changes_nothing(database, kind):
    auditor = as_role(roles.AUDITOR, database)
    assert not any(attempt(auditor, change(kind, table)) for table in TABLES)


def test_the_auditor_reads_the_records_and_no_names_or_secrets(database):
    auditor = as_role(roles.AUDITOR, database)
    may = {table for table in TABLES if attempt(auditor, f"SELECT * FROM {table}")}
    assert may == roles.AUDITED - {"alembic_version"}
    assert {"journal", "snapshots", "orders"} < may
    assert not {"participants", "operators", "keys"} & may
    assert not attempt(auditor, "INSERT INTO leases VALUES (9, 1, 0, 'me')")
    assert attempt(auditor, "CREATE TEMP TABLE work (n bigint)")


@pytest.mark.parametrize("role", [roles.APPLICATION, roles.AUDITOR])
def test_neither_role_can_make_objects_or_become_the_owner(database, role):
    dsn = as_role(role, database)
    for statement in (
        "CREATE TABLE mine (n bigint)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        "SET ROLE steppe",
        "SET session_replication_role = replica",
    ):
        assert not attempt(dsn, statement), statement


def test_every_table_has_its_rights_and_none_is_partitioned(database):
    assert set(roles.RIGHTS) == {*metadata.tables, "alembic_version"}

    async def found() -> tuple[list[str], list[str]]:
        connection = await asyncpg.connect(as_owner(database))
        tables = await connection.fetch(
            "SELECT relname::text, relkind::text FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
        partitions = await connection.fetch("SELECT inhrelid::regclass::text FROM pg_inherits")
        await connection.close()
        return [row[0] for row in tables], [row[0] for row in partitions]

    tables, partitions = asyncio.run(found())
    assert set(tables) == set(roles.RIGHTS)
    assert partitions == [], "a partition needs rights of its own: grant names the tables it knows"


async def _run_sync(dsn: str, function: object) -> object:
    engine = create_async_engine(sqlalchemy_url(dsn))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(function)
    finally:
        await engine.dispose()


def test_a_right_that_was_added_by_hand_goes_with_the_next_migration(database):
    owner = as_owner(database)

    async def add() -> None:
        connection = await asyncpg.connect(owner)
        await connection.execute("GRANT UPDATE, TRUNCATE ON journal TO steppe_application")
        await connection.execute("REVOKE INSERT ON journal FROM steppe_application")
        await connection.close()

    asyncio.run(add())
    assert attempt(database, "TRUNCATE journal")
    assert asyncio.run(_run_sync(database, roles.changeable)) == ["journal"]
    asyncio.run(migrate.upgrade(owner))
    assert not attempt(database, "TRUNCATE journal")
    assert asyncio.run(_run_sync(database, roles.changeable)) == []
    assert sorted(asyncio.run(_run_sync(owner, roles.changeable))) == sorted(roles.RECORDS)


# A state folder, and a server, of the release before there were roles


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="steppe-test-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


async def _forget_roles(owner: str, *statements: str) -> None:
    """Make the cluster as the release before made it: one role, which owns all."""
    connection = await asyncpg.connect(as_role("postgres", owner))
    for role in (roles.APPLICATION, roles.AUDITOR):
        await connection.execute(f"DROP OWNED BY {role}")
        await connection.execute(f"DROP ROLE {role}")
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


def test_a_state_folder_of_the_release_before_gets_its_roles_in_place(folder):
    server = EmbeddedPostgres(folder / "state")
    try:
        owner = server.start()
        asyncio.run(migrate.upgrade(owner))
        asyncio.run(_forget_roles(owner, "INSERT INTO leases VALUES (1, 1, 0, 'kept')"))
        server.stop()

        owner = server.start()
        asyncio.run(migrate.upgrade(owner))
        application = server.address(roles.APPLICATION)
        assert attempt(application, "UPDATE leases SET epoch = 2 WHERE holder = 'kept'")
        assert not attempt(application, "UPDATE journal SET seq = seq")
    finally:
        server.stop()


def test_a_missing_role_is_said_and_does_not_fail_a_migration(folder, capsys):
    server = EmbeddedPostgres(folder / "state")
    try:
        owner = server.start()
        asyncio.run(_forget_roles(owner, "ALTER ROLE steppe NOCREATEROLE"))
        asyncio.run(migrate.upgrade(owner))
        assert asyncio.run(migrate.current(owner)) == migrate.head()
        said = capsys.readouterr().out
        assert "role is missing" in said
        assert roles.APPLICATION in said
    finally:
        server.stop()
