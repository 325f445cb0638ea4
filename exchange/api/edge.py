"""What every router may use: built once in `app.py`, reached by one dependency."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Protocol

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exchange.api import database
from exchange.api.directory import Directory
from exchange.api.tokens import Tokens
from exchange.clock import Clock
from exchange.config import Settings
from exchange.core.calendar import local_day
from exchange.core.commands import AnyCommand
from exchange.core.mandates import Actor
from exchange.core.receipts import Committed
from exchange.core.types import Day
from exchange.errors import ExchangeError, NotFound, Unavailable
from exchange.observability import Metrics
from exchange.rulebook.loader import LedgerDefinition

URGENT_CONNECTIONS = 2
"""Connections of the pool that ordinary queries leave free: for cancels, sign-in and health."""


class Gateway(Protocol):
    """The one door for commands: in this process, or one day by request and reply."""

    async def submit(
        self, ledger: str, command_id: str, command: AnyCommand, actor: Actor
    ) -> Committed: ...

    async def submit_many(
        self, ledger: str, commands: list[tuple[str, AnyCommand]], actor: Actor
    ) -> list[Committed | ExchangeError]: ...

    async def tick(self) -> None: ...

    async def ready(self) -> dict[str, bool]: ...


@dataclass(slots=True)
class Edge:
    """The objects that routers share."""

    settings: Settings
    clock: Clock
    gateway: Gateway
    engine: AsyncEngine
    directory: Directory
    metrics: Metrics
    tokens: Tokens
    ledgers: Mapping[str, LedgerDefinition]
    _readers: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        connections = self.settings.database_connections_max
        self._readers = asyncio.Semaphore(max(1, connections - URGENT_CONNECTIONS))

    @property
    def sandbox(self) -> bool:
        return self.settings.mode == "sandbox"

    def today(self) -> Day:
        """Return the local day."""
        return local_day(self.clock.now_ns())

    def ledger_number(self, code: str) -> int:
        """Return the database's number of a ledger. Raises: NotFound."""
        ledger = self.ledgers.get(code)
        if ledger is None:
            raise NotFound("ledger_unknown")
        return ledger.number

    def ledger_code(self, number: int) -> str:
        return next(ledger.code for ledger in self.ledgers.values() if ledger.number == number)

    @asynccontextmanager
    async def reading(self, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        """Lend a connection for queries; an urgent one does not wait behind the ordinary ones.

        Raises: Unavailable when the database is away or too busy.
        """
        async with AsyncExitStack() as stack:
            if not urgent:
                await self._take_place()
                stack.callback(self._readers.release)
            yield await stack.enter_async_context(database.reading(self.engine))

    async def _take_place(self) -> None:
        try:
            async with asyncio.timeout(self.settings.database_wait_s):
                await self._readers.acquire()
        except TimeoutError as fault:
            raise Unavailable("database_unavailable") from fault

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Lend a connection inside one transaction: committed on leaving, undone on an error."""
        async with database.writing(self.engine) as connection:
            yield connection


def edge_of(request: Request) -> Edge:
    """Return the edge without the cost of a dependency: for routes that are called the most."""
    edge: Edge = request.app.state.edge
    return edge


async def _edge(request: Request) -> Edge:
    return edge_of(request)


EdgeDep = Annotated[Edge, Depends(_edge)]
