"""The database as the edge sees it: when it is away, the caller is told to come again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from exchange.errors import Unavailable
from exchange.storage.dsn import sqlalchemy_url

_AWAY = ("08", "53", "57P")
"""SQLSTATE: connection trouble, out of resources, shutting down or starting up."""


def make_engine(dsn: str, connections_max: int, *, wait_s: float) -> AsyncEngine:
    """Build the pool that queries share. A query waits a bounded time, also when nothing answers.

    The writers of the ledgers are not among these: a commit is never given up.
    """
    return create_async_engine(
        sqlalchemy_url(dsn),
        pool_size=connections_max,
        max_overflow=0,
        pool_timeout=wait_s,
        connect_args={"timeout": wait_s, "command_timeout": wait_s},
    )


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection for queries. Raises: Unavailable when the database is away."""
    async with _guarded(), engine.connect() as connection:
        yield connection


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Lend a connection inside one transaction: committed on leaving, undone on an error."""
    async with _guarded(), engine.begin() as connection:
        yield connection


@asynccontextmanager
async def _guarded() -> AsyncIterator[None]:
    try:
        yield
    except DBAPIError as fault:
        if fault.connection_invalidated or _state(fault).startswith(_AWAY):
            raise Unavailable("database_unavailable") from fault
        raise
    except (OSError, PoolTimeoutError) as fault:
        raise Unavailable("database_unavailable") from fault


def _state(fault: DBAPIError) -> str:
    return getattr(fault.orig, "sqlstate", None) or ""
