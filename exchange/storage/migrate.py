"""Alembic without its ini file: the schema goes up and down over an asyncpg engine.

The revisions are in `migrations/` beside this package; its README says how to make one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from exchange.storage import roles
from exchange.storage.dsn import sqlalchemy_url

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"
LOCK_ID: Final = 0x5354_4550_5045
FILE_NAMES: Final = "%%(year)d-%%(month).2d-%%(day).2d-%%(hour).2d%%(minute).2d_%%(slug)s"


def configuration() -> Config:
    """Build what `alembic.ini` would say; `migrations/env.py` takes the connection from it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("file_template", FILE_NAMES)
    config.set_main_option("timezone", "UTC")
    config.set_main_option("path_separator", "os")
    return config


def head() -> str:
    """Name the newest revision. Raises: RuntimeError when there is none, or more than one line."""
    heads = ScriptDirectory.from_config(configuration()).get_heads()
    if len(heads) != 1:
        raise RuntimeError(f"one head revision is needed, {MIGRATIONS} has {len(heads)}")
    return heads[0]


def make_revision(message: str) -> Path:
    """Write an empty revision after the newest one and return its file."""
    script = command.revision(configuration(), message=message)
    assert script is not None
    assert not isinstance(script, list)
    return Path(script.path)


async def upgrade(dsn: str, revision: str = "head") -> None:
    """Bring the schema to a revision, the newest by default, each in its own transaction.

    Then the roles get their rights on what is there (`roles.RIGHTS`). `dsn` is of the owner.
    """
    await _run(dsn, lambda config: command.upgrade(config, revision), roles.grant)


async def downgrade(dsn: str, revision: str) -> None:
    """Take the schema back to `revision`; `base` is the empty schema. Destroys data."""
    await _run(dsn, lambda config: command.downgrade(config, revision))


async def current(dsn: str) -> str | None:
    """Tell the revision the database is at; None before the first."""
    engine = create_async_engine(sqlalchemy_url(dsn), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_current)
    finally:
        await engine.dispose()


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _run(
    dsn: str,
    action: Callable[[Config], None],
    after: Callable[[Connection], None] | None = None,
) -> None:
    def on(connection: Connection) -> None:
        config = configuration()
        config.attributes["connection"] = connection
        action(config)

    engine = create_async_engine(sqlalchemy_url(dsn), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            # Held until the connection closes: whoever migrates at the same time waits.
            await connection.execute(select(func.pg_advisory_lock(LOCK_ID)))
            await connection.commit()
            await connection.run_sync(on)
            if after is not None:
                await connection.run_sync(after)
                await connection.commit()
    finally:
        await engine.dispose()
