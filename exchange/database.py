"""Which database the settings mean, by the address of each role; the embedded one is started."""

import asyncio
from dataclasses import dataclass

import asyncpg

from exchange.config import Settings
from exchange.storage.embedded import ROLE, EmbeddedPostgres
from exchange.storage.roles import APPLICATION, AUDITOR


@dataclass(frozen=True, slots=True)
class Database:
    """Addresses of one database for its roles, and the server that was started for it, if any."""

    application: str
    owner: str
    auditor: str
    postgres: EmbeddedPostgres | None = None

    async def close(self) -> None:
        """Stop the server that was started for it."""
        if self.postgres is not None:
            await asyncio.to_thread(self.postgres.stop)


async def open_database(settings: Settings) -> Database:
    """Return the addresses of the database, starting the embedded one unless another is named."""
    if settings.dsn is not None:
        owner = settings.owner_dsn
        assert owner is not None
        return Database(settings.dsn, owner, settings.dsn)
    postgres = EmbeddedPostgres(settings.state_folder)
    await asyncio.to_thread(postgres.start)
    return _addresses(postgres, postgres)


async def join_database(settings: Settings) -> Database:
    """Return the addresses of a database that may be in use by another process.

    The embedded server is started only if none runs on the state folder.
    """
    if settings.dsn is None:
        running = EmbeddedPostgres(settings.state_folder)
        auditor = running.attach(AUDITOR)
        if auditor is not None and await _answers(auditor):
            return _addresses(running, None)
    return await open_database(settings)


def _addresses(postgres: EmbeddedPostgres, started: EmbeddedPostgres | None) -> Database:
    return Database(
        postgres.address(APPLICATION), postgres.address(ROLE), postgres.address(AUDITOR), started
    )


async def _answers(dsn: str) -> bool:
    try:
        connection = await asyncpg.connect(dsn, timeout=10)
    except (OSError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True
