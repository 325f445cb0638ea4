"""What projections keep of locks, permits, their renewals and the tasks that follow."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from exchange.storage.columns import day, key, ledger, number, text
from exchange.storage.metadata import metadata

locks = Table(
    "locks",
    metadata,
    ledger(),
    key("lock_id"),
    number("account_id"),
    number("lot_id"),
    text("kind"),
    number("quantity"),
    number("remaining"),
    text("ground"),
    text("document"),
    number("seq"),
    Column("lifted_ground", Text),
    Column("lifted_document", Text),
    Column("lifted_seq", BigInteger),
    CheckConstraint("kind IN ('own_use', 'permit', 'suspended')", name="a_lock_has_a_kind"),
    CheckConstraint(
        "remaining BETWEEN 0 AND quantity AND quantity > 0",
        name="a_lock_keeps_no_more_than_was_locked",
    ),
    CheckConstraint(
        "(lifted_document IS NULL) = (lifted_seq IS NULL)"
        " AND (lifted_seq IS NULL OR remaining = 0)",
        name="a_lifted_lock_keeps_nothing",
    ),
    Index("locks_by_account", "ledger", "account_id", "lot_id"),
)

permits = Table(
    "permits",
    metadata,
    ledger(),
    key("permit_id"),
    number("participant_id"),
    text("number"),
    Column("version", Integer, nullable=False),
    day("valid_from"),
    day("valid_to"),
    Column("expired", Boolean, nullable=False),
    number("recorded_seq"),
    number("updated_seq"),
    UniqueConstraint("ledger", "number", name="a_permit_number_is_unique"),
    CheckConstraint("valid_to >= valid_from", name="a_permit_ends_after_it_begins"),
    Index("permits_by_participant", "ledger", "participant_id", "permit_id"),
)

permit_versions = Table(
    "permit_versions",
    metadata,
    ledger(),
    key("permit_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    day("valid_from"),
    day("valid_to"),
    Column("new_project", Boolean, nullable=False),
    Column("non_attainment", Boolean, nullable=False),
    text("substitution"),
    text("document"),
    number("seq"),
)

permit_quantities = Table(
    "permit_quantities",
    metadata,
    ledger(),
    key("permit_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    number("quantity"),
    CheckConstraint("quantity >= 0", name="a_permit_allows_no_less_than_nothing"),
)

permit_renewals = Table(
    "permit_renewals",
    metadata,
    ledger(),
    key("permit_id"),
    Column("renewal", Integer, primary_key=True, autoincrement=False),
    number("participant_id"),
    text("quantities"),
    day("requested_on"),
    number("requested_seq"),
    Column("granted", Boolean),
    Column("document", Text),
    Column("decided_seq", BigInteger),
    CheckConstraint(
        "(decided_seq IS NULL) = (granted IS NULL)", name="a_renewal_is_granted_or_refused"
    ),
)

permit_tasks = Table(
    "permit_tasks",
    metadata,
    ledger(),
    key("task_id"),
    number("participant_id"),
    number("asset_id"),
    number("held"),
    number("permitted"),
    number("usable"),
    day("opened_on"),
    number("opened_seq"),
    Column("closed_on", Integer),
    Column("closed_seq", BigInteger),
    CheckConstraint("(closed_on IS NULL) = (closed_seq IS NULL)", name="a_task_is_closed_on_a_day"),
)
