"""Short ways to audit, to tamper, and to see what is stored."""

import asyncio
from typing import Any

import asyncpg

from exchange.app import make_projector
from exchange.audit.checker import Ledger, audit
from exchange.audit.findings import LedgerFindings
from exchange.audit.projected import NOTHING, PROJECTED
from exchange.rulebook.loader import load_ledgers
from exchange.storage.roles import AUDITOR
from tests.support.postgres import as_owner, as_role

LEDGERS = tuple(Ledger(ledger.number, ledger.code) for ledger in load_ledgers())
CARBON = LEDGERS[0]
NO_CHECKS = """
DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint
        WHERE contype IN ('c', 'u') AND connamespace = 'public'::regnamespace
    LOOP EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname); END LOOP;
END $$
"""


def audited(
    dsn: str, ledgers: tuple[Ledger, ...] = LEDGERS, **options: Any
) -> list[LedgerFindings]:
    """Audit ledgers as the auditor's role."""
    return asyncio.run(audit(as_role(AUDITOR, dsn), ledgers, make_projector, **options))


def differences(dsn: str, ledgers: tuple[Ledger, ...] = LEDGERS) -> list[str]:
    """Audit and return what differs, as a person would read it."""
    found = audited(dsn, ledgers, most=1_000)
    return [f"{one.ledger} {difference}" for one in found for difference in one.differences]


def tamper(dsn: str, *statements: str) -> None:
    """Change a database as its owner, past all its constraints."""
    asyncio.run(_execute(as_owner(dsn), statements))


def rows(dsn: str, query: str) -> list[Any]:
    return asyncio.run(_fetch(as_owner(dsn), query))


def projections(dsn: str) -> dict[str, list[str]]:
    """All projected rows, as text, without those that say nothing."""
    return {
        table.name: [
            row[0]
            for row in rows(
                dsn,
                f"SELECT t::text FROM {table.name} t"
                f" WHERE NOT ({NOTHING.get(table.name, 'false')}) ORDER BY 1",
            )
        ]
        for table in PROJECTED
    }


async def _execute(dsn: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _fetch(dsn: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        found: list[Any] = await connection.fetch(query)
        return found
    finally:
        await connection.close()
