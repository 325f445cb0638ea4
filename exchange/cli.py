"""`steppe-server`: serve, sandbox, migrate, create-operator, audit, rebuild."""

import argparse
import asyncio
import errno
import json
import socket
import sys
from pathlib import Path
from typing import Any

import asyncpg
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from exchange import config
from exchange.app import create_app, make_projector, read_key
from exchange.audit.checker import Ledger, audit
from exchange.audit.findings import LedgerFindings, as_data, as_lines
from exchange.audit.rebuild import RebuildError, rebuild
from exchange.clock import SystemClock
from exchange.core.types import Role, Scope
from exchange.database import join_database, open_database
from exchange.errors import ExchangeError
from exchange.identity.service import create_key
from exchange.observability import configure_logs
from exchange.opened_ledgers import opened_ledgers
from exchange.sandbox.seed import FILE, Credential
from exchange.server import Server
from exchange.storage import migrate
from exchange.storage.dsn import sqlalchemy_url
from exchange.storage.embedded import EmbeddedPostgresError
from exchange.storage.tables_back_office import operators, participants

USAGE, FAILED = 2, 1
FAULTS = (
    EmbeddedPostgresError,
    ExchangeError,
    JoseError,
    OSError,
    RebuildError,
    ValueError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    DBAPIError,
)


def _announce(
    host: str, port: int, credentials: list[Credential], settings: config.Settings
) -> None:
    address = f"http://{host}:{port}"
    lines = [f"Steppe ({settings.mode}) serves at {address}", f"API documents: {address}/docs"]
    if credentials:
        shown = ("operator", "regulator", "clearing", "baotou-steel", "ordos-methanol")
        lines.append("Sandbox credentials (client id, secret):")
        lines.extend(
            f"  {entry.name:22} {entry.client_id}  {entry.client_secret}"
            for entry in credentials
            if entry.name in shown
        )
        lines.append(f"All {len(credentials)}: {settings.state_folder / FILE}")
    print("\n".join(lines), flush=True)


def _serve(settings: config.Settings) -> int:
    configure_logs(settings.log_level, settings.log_format)
    if not _free(settings.host, settings.port):
        message = f"port {settings.port} is taken; choose another one with STEPPE_PORT"
        print(message, file=sys.stderr)
        return FAILED
    app = create_app(settings)

    def announce(port: int) -> None:
        _announce(settings.host, port, app.state.credentials, app.state.edge.settings)

    server = Server(app, settings, announce)
    server.run()
    return 0 if server.started else FAILED


def _free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            return fault.errno != errno.EADDRINUSE
    return True


async def _migrate(settings: config.Settings) -> None:
    database = await open_database(settings)
    try:
        await migrate.upgrade(database.owner)
        print(f"schema is at {await migrate.current(database.owner)}")
    finally:
        await database.close()


async def _create_operator(settings: config.Settings, name: str, key: OKPKey) -> None:
    """Make an exchange operator with a key: how the first one of a production venue comes to be."""
    jwk = key.as_dict(private=False)
    database = await open_database(settings)
    engine = create_async_engine(sqlalchemy_url(database.application))
    now = SystemClock().now_ns()
    try:
        async with engine.begin() as connection:
            made = insert(participants).values(
                name_zh=name,
                name_en=name,
                role=Role.EXCHANGE_OPERATOR.value,
                region="150000",
                contact="",
                version=1,
                created_at_ns=now,
            )
            number = (
                await connection.execute(made.returning(participants.c.participant_id))
            ).scalar_one()
            operator = insert(operators).values(
                participant_id=number,
                name=name,
                scopes=[Scope.ADMIN.value, Scope.VIEW.value],
                ledgers=[],
                status="active",
                version=1,
                created_at_ns=now,
            )
            operator_id = (
                await connection.execute(operator.returning(operators.c.operator_id))
            ).scalar_one()
            view = await create_key(connection, operator_id, "first key", jwk, now)
        answer = {"participant_id": f"p{number}", "client_id": view["key_id"]}
        print(json.dumps(answer))
    finally:
        await engine.dispose()
        await database.close()


async def _audit(settings: config.Settings, arguments: argparse.Namespace) -> int:
    """Check all ledgers, of a running server too; print what was compared and what differs."""
    database = await join_database(settings)
    try:
        await _refuse_other_schema(database.auditor)
        findings = await audit(
            database.auditor,
            await _ledgers(database.auditor, settings),
            make_projector,
            most=arguments.first,
            processes=arguments.processes,
        )
    finally:
        await database.close()
    return _tell(findings, arguments.output)


async def _rebuild(settings: config.Settings, arguments: argparse.Namespace) -> int:
    """Make the projections of all ledgers anew, then audit them."""
    database = await open_database(settings)
    try:
        await _refuse_other_schema(database.owner)
        ledgers = await _ledgers(database.owner, settings)
        for ledger in ledgers:
            done = await rebuild(database.owner, ledger, make_projector)
            rows = sum(done.rows.values())
            print(f"{done.ledger}: {rows} rows made from {done.last_seq} entries", file=sys.stderr)
            for seq in done.snapshots_removed:
                print(f"{done.ledger}: snapshot {seq} was of another state: gone", file=sys.stderr)
        findings = await audit(database.owner, ledgers, make_projector)
    finally:
        await database.close()
    return _tell(findings, arguments.output)


async def _ledgers(dsn: str, settings: config.Settings) -> tuple[Ledger, ...]:
    opened = await opened_ledgers(dsn, settings.optional_ledgers)
    return tuple(Ledger(each.number, each.code) for each in opened)


async def _refuse_other_schema(dsn: str) -> None:
    current = await migrate.current(dsn)
    if current != migrate.head():
        text = f"the schema is at {current}, this release needs {migrate.head()}: migrate first"
        raise ValueError(text)


def _tell(findings: list[LedgerFindings], output: str) -> int:
    if output == "json":
        print(json.dumps(as_data(findings), ensure_ascii=False))
    else:
        print("\n".join(as_lines(findings)))
    return 0 if all(ledger.agrees for ledger in findings) else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="steppe-server", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("serve", help="serve, as the settings say")
    verbs.add_parser("sandbox", help="serve a sandbox with members, rights and a virtual clock")
    verbs.add_parser("migrate", help="bring the schema to the newest revision")
    create = verbs.add_parser("create-operator", help="make an exchange operator with a key")
    create.add_argument("--name", required=True)
    create.add_argument("--public-key", required=True, type=Path, help="Ed25519, PEM or JWK")
    check = verbs.add_parser(
        "audit",
        help="compare the database with its journal; works on a live system",
        epilog="exits with 0 when all agrees, 1 when something differs, 2 when it cannot check",
    )
    check.add_argument("--first", type=_positive, default=20, help="differences shown of a check")
    check.add_argument("--processes", type=_positive, help="processes to use; one for each core")
    again = verbs.add_parser("rebuild", help="make the projections anew from the journal")
    for verb in (check, again):
        verb.add_argument("-o", "--output", choices=("text", "json"), default="text")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("must be at least 1")
    return number


def main() -> None:
    """Run one verb; exit with 0 when it went well, 1 when it failed, 2 when it was misused.

    An audit exits with 1 only when something differs: what keeps it from checking is a 2.
    """
    arguments = _parser().parse_args()
    try:
        given: dict[str, Any] = {"mode": "sandbox"} if arguments.verb == "sandbox" else {}
        settings = config.load(**given)
        sys.exit(_run(arguments, settings))
    except config.SettingsError as fault:
        print(fault, file=sys.stderr)
        sys.exit(USAGE)
    except FAULTS as fault:
        print(f"steppe-server: {fault}", file=sys.stderr)
        sys.exit(USAGE if arguments.verb == "audit" else FAILED)


def _run(arguments: argparse.Namespace, settings: config.Settings) -> int:
    match arguments.verb:
        case "serve" | "sandbox":
            return _serve(settings)
        case "migrate":
            asyncio.run(_migrate(settings))
        case "audit":
            return asyncio.run(_audit(settings, arguments))
        case "rebuild":
            return asyncio.run(_rebuild(settings, arguments))
        case _:
            asyncio.run(_create_operator(settings, arguments.name, read_key(arguments.public_key)))
    return 0
