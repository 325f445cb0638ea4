"""The one place that builds objects and joins them: database, sequencers, edge, routes.

`create_app` returns an application whose lifespan starts all of it and, at the end, drains and
stops it.
"""

import asyncio
import gc
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog
from fastapi import FastAPI
from joserfc.jwk import OKPKey
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from exchange import shipped_rules
from exchange.allocation import imports
from exchange.allocation.after_issue_projection import AfterIssueProjection
from exchange.allocation.calculation_router import router as calculations
from exchange.allocation.certificate_router import router as certificates
from exchange.allocation.claims_router import router as claims
from exchange.allocation.closures_router import router as closures
from exchange.allocation.deductions_router import router as deductions
from exchange.allocation.desk import Desk
from exchange.allocation.import_router import router as allocation_imports
from exchange.allocation.objection_projection import ObjectionsProjection
from exchange.allocation.objection_router import router as objections
from exchange.allocation.projection import AllocationProjection
from exchange.allocation.router import router as allocation
from exchange.allocation.rows_router import router as allocation_rows
from exchange.allocation.true_up_router import router as true_ups
from exchange.api import database, problems
from exchange.api.admission import Admission
from exchange.api.directory import Directory
from exchange.api.edge import Edge
from exchange.api.express import ExpressLane
from exchange.api.middleware import EdgeMiddleware
from exchange.api.tokens import Tokens
from exchange.approvals.projection import ApprovalsProjection
from exchange.approvals.router import router as approvals
from exchange.budgets.indicator_router import router as indicators
from exchange.budgets.projection import IndicatorsProjection, ProjectsProjection
from exchange.budgets.router import router as projects
from exchange.cancellation.projection import CancellationProjection
from exchange.cancellation.router import router as cancellations
from exchange.clock import Clock, SystemClock, VirtualClock
from exchange.compliance.period_router import router as compliance_periods
from exchange.compliance.projection import ComplianceProjection
from exchange.compliance.report_router import router as emission_reports
from exchange.compliance.router import router as compliance
from exchange.compliance.simulate_router import router as surrender_proposals
from exchange.config import Settings
from exchange.crossing.projection import CrossingProjection
from exchange.crossing.router import router as crossing
from exchange.database import Database, open_database
from exchange.formulas.router import router as formulas
from exchange.identity.oauth import Tries
from exchange.identity.router import router as identity
from exchange.instruments.projection import InstrumentsProjection
from exchange.instruments.router import router as instruments
from exchange.ledgers.freeze_router import router as freezes
from exchange.ledgers.projection import LedgersProjection
from exchange.ledgers.router import router as ledgers
from exchange.ledgers.transfer_router import router as transfers
from exchange.market_data.projection import MarketDataProjection
from exchange.market_data.router import router as market_data
from exchange.observability import Metrics, make_metrics
from exchange.opened_ledgers import opened_ledgers
from exchange.orders import express as orders_express
from exchange.orders.projection import OrdersProjection
from exchange.orders.router import router as orders
from exchange.paid_use.contract_router import router as paid_use
from exchange.paid_use.invoice_router import router as invoices
from exchange.paid_use.projection import PaidUseProjection
from exchange.paid_use.schedule_router import router as fee_schedules
from exchange.participants.projection import AdmissionsProjection
from exchange.participants.router import router as participants
from exchange.permits.lock_projection import LocksProjection
from exchange.permits.lock_router import router as locks
from exchange.permits.projection import PermitsProjection
from exchange.permits.rights_router import router as rights
from exchange.permits.router import router as permits
from exchange.reference.projection import ReferenceProjection
from exchange.reference.router import router as reference
from exchange.reserves.projection import ReservesProjection
from exchange.reserves.router import router as reserves
from exchange.rulebook.loader import (
    LedgerDefinition,
)
from exchange.rulebook.regions import load_regions
from exchange.sandbox import clock as sandbox_clock
from exchange.sandbox import seed
from exchange.sandbox.router import router as sandbox
from exchange.sequencer.batch import Limits
from exchange.sequencer.gateway import Gateway
from exchange.sequencer.postgres import PostgresJournal
from exchange.sequencer.projector import Projector
from exchange.sequencer.recovery import collector_off
from exchange.sequencer.sequencer import Sequencer
from exchange.storage import migrate, roles
from exchange.storage.durable import write_whole
from exchange.storage.tending import tend
from exchange.totals.projection import TotalsProjection
from exchange.totals.router import router as totals
from exchange.water.projection import WaterProjection
from exchange.water.router import router as water

log = structlog.get_logger(__name__)

ROUTERS = (
    orders,
    reference,
    identity,
    participants,
    ledgers,
    transfers,
    freezes,
    instruments,
    market_data,
    formulas,
    approvals,
    totals,
    allocation,
    allocation_rows,
    allocation_imports,
    calculations,
    certificates,
    objections,
    locks,
    permits,
    rights,
    water,
    crossing,
    fee_schedules,
    paid_use,
    invoices,
    projects,
    indicators,
    true_ups,
    claims,
    deductions,
    closures,
    compliance_periods,
    emission_reports,
    compliance,
    surrender_proposals,
    cancellations,
    reserves,
    sandbox,
)
COMMIT_S = 2.0
DISPOSE_S = 0.5
DESCRIPTION = """\
Ledgers of environmental rights, one command path: every answer to a changing request is
durable.

Quantities, prices and money are decimal strings. After a time-out repeat the same `client_order_id`
or `Idempotency-Key`: the first outcome comes again. Failures are `application/problem+json` with a
stable `code` and, where a rule refused, the rule's id and version.
"""


@dataclass(slots=True)
class Running:
    """What the lifespan started, to be stopped in reverse."""

    engine: AsyncEngine
    sequencers: list[Sequencer]
    database: Database
    credentials: list[seed.Credential] = field(default_factory=list)
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    tending: asyncio.Task[None] | None = None


def make_projector() -> Projector:
    """Return the projections of one ledger: all that its events are made visible by."""
    return Projector(
        (
            OrdersProjection(),
            MarketDataProjection(),
            LedgersProjection(),
            InstrumentsProjection(),
            AdmissionsProjection(),
            ReferenceProjection(),
            ApprovalsProjection(),
            TotalsProjection(),
            AllocationProjection(),
            ObjectionsProjection(),
            ComplianceProjection(),
            LocksProjection(),
            PermitsProjection(),
            WaterProjection(),
            CrossingProjection(),
            PaidUseProjection(),
            ProjectsProjection(),
            IndicatorsProjection(),
            AfterIssueProjection(),
            CancellationProjection(),
            ReservesProjection(),
        )
    )


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """Build the application; nothing is opened before its lifespan starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        gc.collect()
        with collector_off():
            running = await _start(app, settings, metrics, clock)
            gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        try:
            yield
        finally:
            admission.draining = True
            await desk.stop()
            await _stop(running)

    metrics = make_metrics()
    app = FastAPI(
        title="Steppe",
        version="0.1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
        license_info={"name": "Apache-2.0"},
    )
    app.state.admission = admission = Admission.of(settings)
    app.state.regions = {region.code: region for region in load_regions()}
    app.state.tries = Tries()
    app.state.desk = desk = Desk()
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(ExpressLane, routes=orders_express.ROUTES)
    app.add_middleware(
        EdgeMiddleware,
        body_bytes_max=settings.body_bytes_max,
        metrics=metrics,
        admission=admission,
    )
    return app


async def _start(
    app: FastAPI, settings: Settings, metrics: Metrics, clock: Clock | None
) -> Running:
    opened = await open_database(settings)
    dsn = opened.application
    if settings.mode == "sandbox" or opened.postgres is not None:
        await migrate.upgrade(opened.owner)
    engine = database.make_engine(
        dsn, settings.database_connections_max, wait_s=settings.database_wait_s
    )
    if clock is None:
        clock = await _clock(settings, engine)
    definitions = await opened_ledgers(dsn, settings.optional_ledgers)
    sequencers = [
        Sequencer(
            ledger.code,
            PostgresJournal(dsn, ledger.number, f"{socket.gethostname()}:{os.getpid()}"),
            clock,
            make_projector,
            limits=Limits(
                settings.queue_commands_max,
                settings.batch_commands_max,
                settings.snapshot_commands,
            ),
            metrics=metrics.ledger(ledger.code),
        )
        for ledger in definitions
    ]
    running = Running(engine, sequencers, opened)
    _watch(metrics, app.state.admission, engine)
    if opened.postgres is not None:
        running.tending = asyncio.create_task(tend(opened.postgres, running.ending), name="tending")
    try:
        await _open(app, settings, metrics, clock, running, definitions)
    except BaseException:
        await _stop(running)
        raise
    return running


async def _open(  # noqa: PLR0913, PLR0917
    app: FastAPI,
    settings: Settings,
    metrics: Metrics,
    clock: Clock,
    running: Running,
    definitions: tuple[LedgerDefinition, ...],
) -> None:
    """Recover every ledger, give it its rulebook and join the edge."""
    await _warn_if_no_witness(running.engine)
    await asyncio.gather(*(sequencer.start() for sequencer in running.sequencers))
    gateway = Gateway(running.sequencers)
    if isinstance(clock, VirtualClock):
        clock.subscribe(gateway.wake)
    engine = running.engine
    app.state.edge = Edge(
        settings,
        clock,
        gateway,
        engine,
        Directory(engine, {ledger.number: ledger.code for ledger in definitions}),
        metrics,
        Tokens(load_token_key(settings), engine, settings.token_lifetime_s),
        {ledger.code: ledger for ledger in definitions},
    )
    await imports.interrupt(engine, clock.now_ns())
    app.state.schema_head = migrate.head()
    app.state.credentials = []
    for sequencer in running.sequencers:
        additions = settings.mode == "sandbox"
        await shipped_rules.bring_up(gateway, sequencer, additions=additions)
    if settings.mode == "sandbox":
        app.state.credentials = await seed.plant(engine, gateway, clock, settings.state_folder)


def _watch(metrics: Metrics, admission: Admission, engine: AsyncEngine) -> None:
    """Show what is bounded and how much of it is taken; at rest all but the tasks is nothing."""
    for lane in admission.lanes:
        read = partial(getattr, lane, "in_progress")
        metrics.watch("requests_in_progress", "Requests let in.", read, ("lane", lane.name))
    read = partial(getattr, admission, "body_bytes")
    metrics.watch("body_bytes", "Bytes of request bodies in memory.", read)
    read = partial(getattr, admission, "work_bytes")
    metrics.watch("work_bytes", "Bytes of the bodies of requests in progress.", read)
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    metrics.watch("database_connections_in_use", "Connections lent to queries.", pool.checkedout)
    metrics.watch("tasks", "Tasks of the event loop.", lambda: len(asyncio.all_tasks()))


async def _warn_if_no_witness(engine: AsyncEngine) -> None:
    """Say it when the application's role could change what was recorded."""
    async with engine.connect() as connection:
        tables = await connection.run_sync(roles.changeable)
    if tables:
        log.warning(
            "the database lets this role change its records",
            tables=tables,
            remedy=f"serve as {roles.APPLICATION}; give the owner by STEPPE_OWNER_DATABASE_URL",
        )


async def _stop(running: Running) -> None:
    """Commit what waits and let go of everything, in bounded time whatever the database does."""
    await asyncio.gather(*(sequencer.stop(COMMIT_S) for sequencer in running.sequencers))
    try:
        async with asyncio.timeout(DISPOSE_S):
            await running.engine.dispose()
    except (OSError, SQLAlchemyError) as fault:
        log.warning("connections left", error=repr(fault))
    running.ending.set()
    if running.tending is not None:
        await running.tending
    await running.database.close()


async def _clock(settings: Settings, engine: AsyncEngine) -> Clock:
    """Real time in production; in the sandbox a clock that starts inside trading hours."""
    if settings.mode == "production":
        return SystemClock()
    async with engine.connect() as connection:
        last_ns = await connection.scalar(text("SELECT max(at_ns) FROM journal"))
    return VirtualClock(sandbox_clock.start_ns(last_ns or 0))


def load_token_key(settings: Settings) -> OKPKey:
    """Read the key that signs tokens; make one in the state folder when none is configured."""
    path = settings.token_key_file
    if path is None:
        path = settings.state_folder / "token-key.pem"
        _make_key(path)
    return read_key(path)


def read_key(path: Path) -> OKPKey:
    """Read a key from a PEM or JWK file. Raises: JoseError, OSError, ValueError."""
    data = path.read_bytes()
    return OKPKey.import_key(json.loads(data) if data.lstrip().startswith(b"{") else data)


def _make_key(path: Path) -> None:
    if path.exists():
        return
    write_whole(path, OKPKey.generate_key("Ed25519").as_pem(private=True))
