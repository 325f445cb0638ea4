"""What is known of the cycle, and to whom: one's own, to readers all; reports to verifiers too."""

import re
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.edge import Edge
from exchange.api.security import ledger_numbers, reads_all
from exchange.api.tokens import Principal
from exchange.core.types import Role
from exchange.errors import NotFound
from exchange.ids import OBLIGATION, REPORT, parse_reference
from exchange.storage.tables_compliance import (
    compliance_periods,
    determinations,
    emission_reports,
    fines,
    obligations,
    surrenders,
)

Found = Row[Any]
_PERIOD = re.compile(r"([a-z][a-z0-9_]{0,31})\.([A-Za-z0-9-]{1,16})\Z", re.ASCII)


def parse_period(text: str) -> tuple[str, str]:
    """Return ledger and code of `carbon.2025`. Raises: NotFound."""
    match = _PERIOD.match(text)
    if match is None:
        raise NotFound("period_unknown")
    return match[1], match[2]


async def find_period(edge: Edge, connection: AsyncConnection, period_id: str) -> Found:
    """Raises: NotFound."""
    ledger, code = parse_period(period_id)
    query = select(compliance_periods).where(
        compliance_periods.c.ledger == edge.ledger_number(ledger),
        compliance_periods.c.code == code,
    )
    row: Found | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("period_unknown")
    return row


def sees_reports(principal: Principal) -> bool:
    """Tell whether somebody reads everybody's reports: staff that reads all, and verifiers."""
    return reads_all(principal) or principal.role is Role.VERIFIER


def _of(table: Table) -> ColumnElement[bool]:
    """Match rows that stand beside an obligation with it."""
    return and_(
        obligations.c.ledger == table.c.ledger,
        obligations.c.obligation_id == table.c.obligation_id,
    )


_OF_PERIOD = and_(
    compliance_periods.c.ledger == obligations.c.ledger,
    compliance_periods.c.code == obligations.c.period,
)


def _scoped(
    edge: Edge, principal: Principal, ledger: str | None, query: Select[Any], *, all_seen: bool
) -> Select[Any]:
    query = query.where(obligations.c.ledger.in_(ledger_numbers(edge, principal, ledger)))
    own = obligations.c.participant_id == principal.participant_id
    return query if all_seen else query.where(own)


def obligations_query(edge: Edge, principal: Principal, ledger: str | None) -> Select[Any]:
    """Select obligations that the principal may see, with their period and what was short."""
    of_period = [
        compliance_periods.c[name]
        for name in (
            *("asset_id", "kind", "first_day", "last_day"),
            *("vintages", "offset_kinds", "offset_ppm"),
        )
    ]
    query = (
        select(obligations, *of_period, determinations.c.shortfall)
        .join(compliance_periods, _OF_PERIOD)
        .outerjoin(determinations, _of(determinations))
    )
    return _scoped(edge, principal, ledger, query, all_seen=sees_reports(principal))


def reports_query(edge: Edge, principal: Principal, ledger: str | None) -> Select[Any]:
    """Select reports that the principal may see, with their entity and period."""
    current = obligations.c.report_id.label("current_id")
    columns = (obligations.c.period, obligations.c.entity, obligations.c.status, current)
    query = (
        select(emission_reports, *columns, compliance_periods.c.asset_id)
        .join(obligations, _of(emission_reports))
        .join(compliance_periods, _OF_PERIOD)
    )
    return _scoped(edge, principal, ledger, query, all_seen=sees_reports(principal))


def surrenders_query(edge: Edge, principal: Principal, ledger: str | None) -> Select[Any]:
    """Select surrenders that the principal may see, with the asset of their period."""
    query = (
        select(surrenders, compliance_periods.c.asset_id)
        .join(obligations, _of(surrenders))
        .join(compliance_periods, _OF_PERIOD)
    )
    return _scoped(edge, principal, ledger, query, all_seen=reads_all(principal))


def fines_query(edge: Edge, principal: Principal, ledger: str | None) -> Select[Any]:
    """Select fines that the principal may see, with the entity and the asset of its period."""
    columns = (obligations.c.period, obligations.c.entity, obligations.c.participant_id)
    query = (
        select(fines, *columns, compliance_periods.c.asset_id)
        .join(obligations, _of(fines))
        .join(compliance_periods, _OF_PERIOD)
    )
    return _scoped(edge, principal, ledger, query, all_seen=reads_all(principal))


async def find_obligation(
    edge: Edge, connection: AsyncConnection, principal: Principal, obligation_id: str
) -> Found:
    """Raises: NotFound."""
    ledger, number = parse_reference(obligation_id, OBLIGATION)
    edge.ledger_number(ledger)
    query = obligations_query(edge, principal, ledger).where(obligations.c.obligation_id == number)
    row: Found | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("obligation_unknown")
    return row


async def find_report(
    edge: Edge, connection: AsyncConnection, principal: Principal, report_id: str
) -> Found:
    """Raises: NotFound."""
    ledger, number = parse_reference(report_id, REPORT)
    edge.ledger_number(ledger)
    query = reports_query(edge, principal, ledger).where(emission_reports.c.report_id == number)
    row: Found | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("report_unknown")
    return row
