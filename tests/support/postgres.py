"""A PostgreSQL for tests: one server a session, one migrated database a test.

A test has the database as the application has it, and as its owner where it must tamper.
"""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from exchange.storage import migrate
from exchange.storage.embedded import ROLE, SUPERUSER, EmbeddedPostgres
from exchange.storage.roles import APPLICATION

TEMPLATE = "steppe_template"
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The owner's address at a running server, with a migrated database to copy from."""
    folder = Path(tempfile.mkdtemp(prefix="steppe-test-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "state")
    try:
        dsn = server.start()
        asyncio.run(_execute(dsn, f"create database {TEMPLATE}"))
        asyncio.run(migrate.upgrade(_named(dsn, TEMPLATE)))
        yield dsn
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """The application's address of a fresh database with the newest schema."""
    with copy_of(postgres, TEMPLATE) as dsn:
        yield dsn


@contextmanager
def copy_of(postgres: str, template: str) -> Iterator[str]:
    """The application's address of a copy of a database that nobody uses."""
    name = f"steppe_{next(_NUMBERS)}"
    asyncio.run(_execute(postgres, f"create database {name} template {template}"))
    yield as_role(APPLICATION, _named(postgres, name))
    # As a superuser: only one may end sessions of other roles that still linger.
    superuser = as_role(SUPERUSER, postgres)
    asyncio.run(_execute(superuser, f"drop database {name} with (force)"))


def as_owner(dsn: str) -> str:
    """The same database as the role that owns its tables."""
    return as_role(ROLE, dsn)


def as_role(role: str, dsn: str) -> str:
    """The same database as another role of the embedded server."""
    return make_url(dsn).set(username=role).render_as_string(hide_password=False)


def _named(dsn: str, name: str) -> str:
    return make_url(dsn).set(database=name).render_as_string(hide_password=False)


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
