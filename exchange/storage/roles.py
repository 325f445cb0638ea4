"""Who may do what in the database: the owner, the application, the auditor.

The owner of the tables migrates and rebuilds. The application's role adds entries, trades and
transfers and reads them; it can neither change nor remove them, nor empty a table, nor change the
schema. The auditor's role reads what the sequencers keep. `RIGHTS` is all of it: a migration ends
with `grant`, which makes the database say the same.
"""

from typing import Final

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from exchange.storage.schema import (
    metadata,
    tables,
    tables_after_issue,
    tables_allocation,
    tables_back_office,
    tables_budgets,
    tables_cancellation,
    tables_compliance,
    tables_desk,
    tables_paid_use,
    tables_permits,
    tables_reserves,
    tables_water,
)

log = structlog.get_logger(__name__)

APPLICATION: Final = "steppe_application"
AUDITOR: Final = "steppe_auditor"

ADDED: Final = frozenset({"SELECT", "INSERT"})
CHANGED: Final = ADDED | {"UPDATE"}
SWEPT: Final = ADDED | {"DELETE"}
READ: Final = frozenset({"SELECT"})

RIGHTS: Final[dict[str, frozenset[str]]] = {
    tables.journal.name: ADDED,
    tables.trades.name: ADDED,
    tables.transfers.name: ADDED,
    tables.lots.name: ADDED,
    tables.assets.name: ADDED,
    tables.leases.name: CHANGED,
    tables.snapshots.name: SWEPT,
    tables.id_filters.name: CHANGED,
    tables.sessions.name: CHANGED,
    tables.rules.name: CHANGED,
    tables.admissions.name: CHANGED,
    tables.accounts.name: CHANGED,
    tables.holdings.name: CHANGED,
    tables.freezes.name: CHANGED,
    tables.instruments.name: CHANGED,
    tables.orders.name: CHANGED,
    tables.book_levels.name: CHANGED,
    tables.instrument_days.name: CHANGED,
    tables_allocation.approvals.name: CHANGED,
    tables_allocation.control_totals.name: CHANGED,
    tables_allocation.total_moves.name: CHANGED,
    tables_allocation.plans.name: CHANGED,
    tables_allocation.allocation_entries.name: ADDED,
    tables_allocation.objections.name: CHANGED,
    tables_compliance.compliance_periods.name: CHANGED,
    tables_compliance.obligations.name: CHANGED,
    tables_compliance.emission_reports.name: ADDED,
    tables_compliance.findings.name: ADDED,
    tables_compliance.surrenders.name: ADDED,
    tables_compliance.determinations.name: ADDED,
    tables_compliance.fines.name: ADDED,
    tables_permits.locks.name: CHANGED,
    tables_permits.permits.name: CHANGED,
    tables_permits.permit_versions.name: ADDED,
    tables_permits.permit_quantities.name: ADDED,
    tables_permits.permit_renewals.name: CHANGED,
    tables_permits.permit_tasks.name: CHANGED,
    tables_reserves.reserve_offers.name: CHANGED,
    tables_reserves.reserve_movements.name: ADDED,
    tables_water.water_shares.name: ADDED,
    tables_water.water_overuse.name: CHANGED,
    tables_water.water_savings.name: ADDED,
    tables_water.cross_region_approvals.name: CHANGED,
    tables_paid_use.fee_schedules.name: CHANGED,
    tables_paid_use.paid_use_contracts.name: CHANGED,
    tables_paid_use.paid_use_invoices.name: CHANGED,
    tables_budgets.projects.name: CHANGED,
    tables_budgets.project_entries.name: ADDED,
    tables_budgets.indicators.name: CHANGED,
    tables_after_issue.true_up_entries.name: ADDED,
    tables_after_issue.claims.name: CHANGED,
    tables_after_issue.deductions.name: CHANGED,
    tables_after_issue.deduction_uses.name: ADDED,
    tables_after_issue.borrowings.name: ADDED,
    tables_after_issue.closures.name: ADDED,
    tables_cancellation.cancellations.name: ADDED,
    tables_back_office.allocation_drafts.name: CHANGED,
    tables_back_office.allocation_rows.name: SWEPT | CHANGED,
    tables_back_office.published_rows.name: ADDED,
    tables_back_office.texts.name: ADDED,
    tables_desk.imports.name: CHANGED,
    tables_desk.certificates.name: ADDED,
    tables_back_office.participants.name: CHANGED,
    tables_back_office.operators.name: CHANGED,
    tables_back_office.keys.name: CHANGED,
    tables_back_office.token_jtis.name: SWEPT,
    tables_back_office.back_office_acts.name: ADDED,
    "alembic_version": READ,
}
"""What the application may do with each table."""

AUDITED: Final = frozenset(
    {name for name, table in metadata.tables.items() if "ledger" in table.columns}
    | {"alembic_version"}
)
"""What the auditor may read: no names, no keys, no secrets."""

RECORDS: Final = (tables.journal.name, tables.trades.name, tables.transfers.name)
"""What is only ever added to."""

_HELD = text(
    "SELECT c.relname, a.privilege_type FROM pg_class c CROSS JOIN aclexplode(c.relacl) a"
    " JOIN pg_roles r ON r.oid = a.grantee"
    " WHERE r.rolname = :role AND c.relnamespace = to_regnamespace(current_schema())"
)
_PRESENT = text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
_MAY_CHANGE = text(
    "SELECT name FROM unnest(CAST(:tables AS text[])) name, to_regclass(name) found"
    " WHERE has_table_privilege(found, 'UPDATE, DELETE, TRUNCATE')"
)


def grant(connection: Connection) -> None:
    """Give the two roles exactly their rights on the tables that are there.

    A role that is missing is made, without login, where the owner may make roles; elsewhere it is
    left out and the log says so.
    """
    present = set(connection.execute(_PRESENT).scalars())
    auditor = dict.fromkeys(AUDITED, READ)
    for role, rights in ((APPLICATION, RIGHTS), (AUDITOR, auditor)):
        if not _there(connection, role):
            log.warning(
                "role is missing",
                role=role,
                remedy=f"create role {role}, as a role that may, and migrate again",
            )
            continue
        _give(connection, role, {name: rights.get(name, frozenset()) for name in sorted(present)})


def changeable(connection: Connection) -> list[str]:
    """Name the tables of records that the current role could change: none, if all is well.

    Only then is the database a witness against the application too.
    """
    return list(connection.execute(_MAY_CHANGE, {"tables": list(RECORDS)}).scalars())


def _there(connection: Connection, role: str) -> bool:
    known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    if connection.scalar(known, {"role": role}):
        return True
    may = text("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
    if not connection.scalar(may):
        return False
    try:
        with connection.begin_nested():
            connection.execute(text(f"CREATE ROLE {role} NOLOGIN"))
    except DBAPIError:  # made for another database of this server at the same moment
        return bool(connection.scalar(known, {"role": role}))
    return True


def _give(connection: Connection, role: str, rights: dict[str, frozenset[str]]) -> None:
    held: dict[str, set[str]] = {}
    for name, right in connection.execute(_HELD, {"role": role}):
        held.setdefault(name, set()).add(right)
    for name, wanted in rights.items():
        given = held.get(name, set())
        if surplus := given - wanted:
            words = ", ".join(sorted(surplus))
            connection.execute(text(f"REVOKE {words} ON TABLE {name} FROM {role}"))
        if lack := wanted - given:
            connection.execute(text(f"GRANT {', '.join(sorted(lack))} ON TABLE {name} TO {role}"))
