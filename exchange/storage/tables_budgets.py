"""What projections keep of projects under budgets and of the targets of places."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from exchange.storage.columns import flag, key, ledger, number, text, word
from exchange.storage.metadata import metadata

projects = Table(
    "projects",
    metadata,
    ledger(),
    key("project_id"),
    number("participant_id"),
    number("asset_id"),
    text("place"),
    text("code"),
    number("energy"),
    number("renewable"),
    number("feedstock"),
    number("counted"),
    number("used"),
    number("intensity"),
    flag("is_new"),
    flag("priority"),
    text("stage"),
    Column("method_id", Text),
    Column("method_version", Integer),
    Column("as_of", Integer),
    Column("inputs", Text),
    Column("obligation", BigInteger),
    Column("payable", Boolean),
    Column("trace_hash", LargeBinary),
    number("covered"),
    text("document"),
    number("registered_seq"),
    number("updated_seq"),
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
    ledger(),
    key("project_id"),
    key("seq"),
    text("kind"),
    number("quantity"),
    number("energy"),
    text("pot"),
    text("document"),
    number("at_ns"),
    CheckConstraint(
        "kind IN ('registered', 'adjusted', 'listed', 'unlisted', 'covered', 'started', 'used',"
        " 'closed')",
        name="a_project_entry_has_a_kind",
    ),
)

indicators = Table(
    "indicators",
    metadata,
    ledger(),
    word("kind"),
    word("place"),
    word("name"),
    word("period"),
    flag("binding"),
    number("target"),
    number("value"),
    Column("scale", Integer, nullable=False),
    text("unit"),
    text("light"),
    text("data_source"),
    text("document"),
    number("updated_seq"),
    CheckConstraint("light IN ('green', 'yellow', 'red')", name="an_indicator_has_a_light"),
    CheckConstraint("(value > target) = (light = 'red')", name="beyond_the_target_is_red"),
)
