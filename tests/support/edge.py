"""The edge with the back-office routes on a real database, and no market behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient
from joserfc.jwk import OKPKey
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from exchange.api import problems
from exchange.api.directory import Directory
from exchange.api.edge import Edge
from exchange.api.middleware import EdgeMiddleware
from exchange.api.tokens import Principal, Tokens
from exchange.clock import VirtualClock
from exchange.config import Settings
from exchange.core.commands import AnyCommand
from exchange.core.mandates import Actor
from exchange.core.receipts import Committed
from exchange.core.types import Role, Scope
from exchange.errors import ExchangeError, Unavailable
from exchange.identity.oauth import Tries
from exchange.identity.router import router as identity
from exchange.observability import make_metrics
from exchange.participants.router import router as participants_router
from exchange.rulebook.loader import load_ledgers
from exchange.storage.dsn import sqlalchemy_url
from exchange.storage.tables_back_office import keys, operators, participants

BODY_BYTES_MAX = 64 * 1024
START_NS = 1_772_415_300_000_000_000
ALL = tuple(Scope)


class ClosedGateway:
    """A door behind which no ledger is open."""

    async def submit(self, ledger: str, command_id: str, command: AnyCommand, actor: Actor):
        raise Unavailable("ledger_unavailable")

    async def submit_many(
        self, ledger: str, commands: list[tuple[str, AnyCommand]], actor: Actor
    ) -> list[Committed | ExchangeError]:
        return [Unavailable("ledger_unavailable") for _ in commands]

    async def tick(self) -> None: ...

    async def ready(self) -> dict[str, bool]:
        return {}


@dataclass
class Venue:
    app: FastAPI
    edge: Edge
    client: AsyncClient
    signing_key: OKPKey
    _keys: int = field(default=0)

    async def enrol(
        self,
        role: Role = Role.ENTERPRISE,
        scopes: tuple[Scope, ...] = ALL,
        *,
        participant_id: int | None = None,
        ledgers: tuple[str, ...] = (),
    ) -> Principal:
        """Put a participant, an operator and a key into the database."""
        self._keys += 1
        key_id = f"k_{self._keys:024x}"
        async with self.edge.engine.begin() as connection:
            if participant_id is None:
                member = insert(participants).values(
                    name_zh="甲公司",
                    name_en="",
                    role=role.value,
                    region="150200",
                    contact="",
                    version=1,
                    created_at_ns=START_NS,
                )
                made = member.returning(participants.c.participant_id)
                participant_id = (await connection.execute(made)).scalar_one()
            operator = insert(operators).values(
                participant_id=participant_id,
                name="操作员",
                scopes=sorted(scopes),
                ledgers=list(ledgers),
                status="active",
                version=1,
                created_at_ns=START_NS,
            )
            made = operator.returning(operators.c.operator_id)
            operator_id = (await connection.execute(made)).scalar_one()
            await connection.execute(
                insert(keys).values(
                    key_id=key_id,
                    operator_id=operator_id,
                    label="",
                    public_key="{}",
                    status="active",
                    created_at_ns=START_NS,
                )
            )
        return Principal(
            operator_id, participant_id, role, frozenset(scopes), frozenset(ledgers), key_id
        )

    def bearer(self, principal: Principal, key: str | None = None) -> dict[str, str]:
        """Headers of a request by `principal`, with an idempotency key where one is given."""
        headers = {"Authorization": f"Bearer {self.edge.tokens.issue(principal)}"}
        return headers if key is None else {**headers, "Idempotency-Key": key}


@asynccontextmanager
async def open_venue(dsn: str, mode: str = "sandbox") -> AsyncIterator[Venue]:
    """Build the edge as the server does, around a database."""
    engine: AsyncEngine = create_async_engine(sqlalchemy_url(dsn), pool_size=4)
    settings = Settings(mode=mode, body_bytes_max=BODY_BYTES_MAX)
    ledgers = {ledger.code: ledger for ledger in load_ledgers()}
    signing_key = OKPKey.generate_key("Ed25519")
    metrics = make_metrics()
    app = FastAPI()
    app.state.edge = edge = Edge(
        settings=settings,
        clock=VirtualClock(START_NS, rate=0),
        gateway=ClosedGateway(),
        engine=engine,
        directory=Directory(engine, {ledger.number: ledger.code for ledger in ledgers.values()}),
        metrics=metrics,
        tokens=Tokens(signing_key, engine, settings.token_lifetime_s),
        ledgers=ledgers,
    )
    app.state.tries = Tries()
    app.state.regions = {"150000", "150200"}
    problems.install(app)
    app.add_middleware(EdgeMiddleware, body_bytes_max=BODY_BYTES_MAX, metrics=metrics)
    app.include_router(identity)
    app.include_router(participants_router)
    transport = ASGITransport(app, raise_app_exceptions=False)
    try:
        async with AsyncClient(transport=transport, base_url="http://venue") as client:
            yield Venue(app, edge, client, signing_key)
    finally:
        await engine.dispose()
