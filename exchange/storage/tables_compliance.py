"""What projections keep of the compliance cycle."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
)

from exchange.storage.columns import day, digest, key, ledger, number, text
from exchange.storage.metadata import metadata

compliance_periods = Table(
    "compliance_periods",
    metadata,
    ledger(),
    Column("code", Text, primary_key=True),
    text("kind"),
    number("asset_id"),
    day("first_day"),
    day("last_day"),
    day("report_by"),
    day("surrender_by"),
    text("vintages"),
    text("offset_kinds"),
    number("offset_ppm"),
    text("document"),
    number("opened_seq"),
    Column("correct_by", Integer),
    Column("determination", Text),
    Column("determined_seq", BigInteger),
    CheckConstraint(
        "first_day <= last_day AND last_day <= report_by AND report_by <= surrender_by",
        name="a_period_runs_forward",
    ),
)

obligations = Table(
    "obligations",
    metadata,
    ledger(),
    key("obligation_id"),
    text("period"),
    text("entity"),
    number("participant_id"),
    number("account_id"),
    number("threshold"),
    Column("listed", Boolean, nullable=False),
    text("ground"),
    text("status"),
    number("report_id"),
    number("due"),
    number("surrendered"),
    number("offset_quantity"),
    number("updated_seq"),
    CheckConstraint(
        "due >= 0 AND offset_quantity >= 0 AND offset_quantity <= surrendered",
        name="an_obligation_is_never_negative",
    ),
    Index("obligations_by_period", "ledger", "period", "obligation_id"),
    Index("obligations_by_participant", "ledger", "participant_id", "obligation_id"),
)

emission_reports = Table(
    "emission_reports",
    metadata,
    ledger(),
    key("report_id"),
    number("obligation_id"),
    number("participant_id"),
    Column("version", Integer, nullable=False),
    number("quantity"),
    digest("report_hash"),
    text("method_id"),
    Column("method_version", Integer, nullable=False),
    digest("trace_hash"),
    number("preparer_id"),
    number("seq"),
    number("at_ns"),
    CheckConstraint("quantity >= 0", name="a_report_is_never_negative"),
    Index("emission_reports_by_obligation", "ledger", "obligation_id", "version"),
)

findings = Table(
    "findings",
    metadata,
    ledger(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    number("obligation_id"),
    number("report_id"),
    text("kind"),
    number("participant_id"),
    Column("quantity", BigInteger),
    digest("text_hash"),
    Column("objections_until", Integer),
    text("document"),
    number("at_ns"),
    CheckConstraint(
        "kind IN ('returned', 'verified', 'objected', 'estimated')", name="a_finding_has_a_kind"
    ),
    Index("findings_by_report", "ledger", "report_id", "seq"),
)

surrenders = Table(
    "surrenders",
    metadata,
    ledger(),
    key("surrender_id"),
    number("obligation_id"),
    number("participant_id"),
    number("quantity"),
    number("offset_quantity"),
    Column("late", Boolean, nullable=False),
    number("seq"),
    number("at_ns"),
    CheckConstraint("quantity > 0", name="a_surrender_gives_something"),
    Index("surrenders_by_obligation", "ledger", "obligation_id", "surrender_id"),
)

determinations = Table(
    "determinations",
    metadata,
    ledger(),
    key("obligation_id"),
    number("due"),
    number("surrendered"),
    number("shortfall"),
    number("seq"),
    CheckConstraint(
        "shortfall >= 0 AND due - surrendered <= shortfall", name="what_is_short_is_all_that_is"
    ),
)

fines = Table(
    "fines",
    metadata,
    ledger(),
    key("obligation_id"),
    number("shortfall"),
    Column("multiple", Integer, nullable=False),
    number("price_fen"),
    number("amount_fen"),
    text("rule_id"),
    Column("rule_version", Integer, nullable=False),
    text("document"),
    number("seq"),
    number("at_ns"),
    CheckConstraint("amount_fen > 0", name="a_fine_is_an_amount"),
)
