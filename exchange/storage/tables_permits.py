"""What projections keep of locks, permits, their renewals and the tasks that follow."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from exchange.storage.metadata import metadata


def _ledger() -> Column[int]:
    return Column("ledger", SmallInteger, primary_key=True, autoincrement=False)


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _day(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


locks = Table(
    "locks",
    metadata,
    _ledger(),
    _key("lock_id"),
    _number("account_id"),
    _number("lot_id"),
    _text("kind"),
    _number("quantity"),
    _number("remaining"),
    _text("ground"),
    _text("document"),
    _number("seq"),
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
    _ledger(),
    _key("permit_id"),
    _number("participant_id"),
    _text("number"),
    Column("version", Integer, nullable=False),
    _day("valid_from"),
    _day("valid_to"),
    Column("expired", Boolean, nullable=False),
    _number("recorded_seq"),
    _number("updated_seq"),
    UniqueConstraint("ledger", "number", name="a_permit_number_is_unique"),
    CheckConstraint("valid_to >= valid_from", name="a_permit_ends_after_it_begins"),
    Index("permits_by_participant", "ledger", "participant_id", "permit_id"),
)

permit_versions = Table(
    "permit_versions",
    metadata,
    _ledger(),
    _key("permit_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _day("valid_from"),
    _day("valid_to"),
    Column("new_project", Boolean, nullable=False),
    Column("non_attainment", Boolean, nullable=False),
    _text("substitution"),
    _text("document"),
    _number("seq"),
)

permit_quantities = Table(
    "permit_quantities",
    metadata,
    _ledger(),
    _key("permit_id"),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    _number("quantity"),
    CheckConstraint("quantity >= 0", name="a_permit_allows_no_less_than_nothing"),
)

permit_renewals = Table(
    "permit_renewals",
    metadata,
    _ledger(),
    _key("permit_id"),
    Column("renewal", Integer, primary_key=True, autoincrement=False),
    _number("participant_id"),
    _text("quantities"),
    _day("requested_on"),
    _number("requested_seq"),
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
    _ledger(),
    _key("task_id"),
    _number("participant_id"),
    _number("asset_id"),
    _number("held"),
    _number("permitted"),
    _number("usable"),
    _day("opened_on"),
    _number("opened_seq"),
    Column("closed_on", Integer),
    Column("closed_seq", BigInteger),
    CheckConstraint("(closed_on IS NULL) = (closed_seq IS NULL)", name="a_task_is_closed_on_a_day"),
)
