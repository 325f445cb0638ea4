"""Keeps the embedded PostgreSQL alive while the application runs."""

import asyncio
from contextlib import suppress

import structlog

from exchange.storage.embedded import EmbeddedPostgres, EmbeddedPostgresError

log = structlog.get_logger(__name__)

LOOK_S = 0.25
RETRY_S = 5.0


async def tend(postgres: EmbeddedPostgres, ending: asyncio.Event) -> None:
    """Start the server again whenever it ended by itself, until it is meant to end.

    Whoever used it finds it at the same address. While it is away and as long as it does not start,
    the ledgers take no commands.
    """
    while not ending.is_set():
        pause_s = LOOK_S
        if postgres.pid is None:
            log.error("the embedded PostgreSQL ended by itself; starting it again")
            try:
                await asyncio.to_thread(postgres.revive)
                log.warning("the embedded PostgreSQL runs again", pid=postgres.pid)
            except EmbeddedPostgresError as fault:
                log.critical("the embedded PostgreSQL does not start", error=str(fault))
                pause_s = RETRY_S
        with suppress(TimeoutError):
            await asyncio.wait_for(ending.wait(), pause_s)
