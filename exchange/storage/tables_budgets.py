"""What projections keep of projects under budgets and of the targets of places."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
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


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _word(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


projects = Table(
    "projects",
    metadata,
    _ledger(),
    _key("project_id"),
    _number("participant_id"),
    _number("asset_id"),
    _text("place"),
    _text("code"),
    _number("energy"),
    _number("renewable"),
    _number("feedstock"),
    _number("counted"),
    _number("used"),
    _number("intensity"),
    _flag("is_new"),
    _flag("priority"),
    _text("stage"),
    Column("method_id", Text),
    Column("method_version", Integer),
    Column("as_of", Integer),
    Column("inputs", Text),
    Column("obligation", BigInteger),
    Column("payable", Boolean),
    Column("trace_hash", LargeBinary),
    _number("covered"),
    _text("document"),
    _number("registered_seq"),
    _number("updated_seq"),
    CheckConstraint("stage IN ('registered', 'started', 'closed')", name="a_project_has_a_stage"),
    CheckConstraint("used >= 0 AND used <= counted", name="a_budget_is_never_overdrawn"),
    CheckConstraint(
        "stage <> 'started' OR covered >= coalesce(obligation, 0)",
        name="a_started_project_is_covered",
    ),
    CheckConstraint(
        "(obligation IS NULL) = (trace_hash IS NULL)", name="an_obligation_has_a_trace"
    ),
    UniqueConstraint("ledger", "asset_id", "code", name="a_project_code_is_used_once"),
    Index("projects_by_participant", "ledger", "participant_id", "project_id"),
)

project_entries = Table(
    "project_entries",
    metadata,
    _ledger(),
    _key("project_id"),
    _key("seq"),
    _text("kind"),
    _number("quantity"),
    _number("energy"),
    _text("pot"),
    _text("document"),
    _number("at_ns"),
    CheckConstraint(
        "kind IN ('registered', 'adjusted', 'listed', 'unlisted', 'covered', 'started', 'used',"
        " 'closed')",
        name="a_project_entry_has_a_kind",
    ),
)

indicators = Table(
    "indicators",
    metadata,
    _ledger(),
    _word("kind"),
    _word("place"),
    _word("name"),
    _word("period"),
    _flag("binding"),
    _number("target"),
    _number("value"),
    Column("scale", Integer, nullable=False),
    _text("unit"),
    _text("light"),
    _text("data_source"),
    _text("document"),
    _number("updated_seq"),
    CheckConstraint("light IN ('green', 'yellow', 'red')", name="an_indicator_has_a_light"),
    CheckConstraint("(value > target) = (light = 'red')", name="beyond_the_target_is_red"),
)
