"""The database as the edge sees it: when it is away, the caller is told to come again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exchange.errors import Unavailable

_AWAY = ("08", "53", "57P")
"""SQLSTATE: connection trouble, out of resources, shutting down or starting up."""


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
