"""What projections keep of the compliance cycle."""

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


def _hash(name: str) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=False)


compliance_periods = Table(
    "compliance_periods",
    metadata,
    _ledger(),
    Column("code", Text, primary_key=True),
    _text("kind"),
    _number("asset_id"),
    _day("first_day"),
    _day("last_day"),
    _day("report_by"),
    _day("surrender_by"),
    _text("vintages"),
    _text("offset_kinds"),
    _number("offset_ppm"),
    _text("document"),
    _number("opened_seq"),
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
    _ledger(),
    _key("obligation_id"),
    _text("period"),
    _text("entity"),
    _number("participant_id"),
    _number("account_id"),
    _number("threshold"),
    Column("listed", Boolean, nullable=False),
    _text("ground"),
    _text("status"),
    _number("report_id"),
    _number("due"),
    _number("surrendered"),
    _number("offset_quantity"),
    _number("updated_seq"),
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
    _ledger(),
    _key("report_id"),
    _number("obligation_id"),
    _number("participant_id"),
    Column("version", Integer, nullable=False),
    _number("quantity"),
    _hash("report_hash"),
    _text("method_id"),
    Column("method_version", Integer, nullable=False),
    _hash("trace_hash"),
    _number("preparer_id"),
    _number("seq"),
    _number("at_ns"),
    CheckConstraint("quantity >= 0", name="a_report_is_never_negative"),
    Index("emission_reports_by_obligation", "ledger", "obligation_id", "version"),
)

findings = Table(
    "findings",
    metadata,
    _ledger(),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    _number("obligation_id"),
    _number("report_id"),
    _text("kind"),
    _number("participant_id"),
    Column("quantity", BigInteger),
    _hash("text_hash"),
    Column("objections_until", Integer),
    _text("document"),
    _number("at_ns"),
    CheckConstraint(
        "kind IN ('returned', 'verified', 'objected', 'estimated')", name="a_finding_has_a_kind"
    ),
    Index("findings_by_report", "ledger", "report_id", "seq"),
)

surrenders = Table(
    "surrenders",
    metadata,
    _ledger(),
    _key("surrender_id"),
    _number("obligation_id"),
    _number("participant_id"),
    _number("quantity"),
    _number("offset_quantity"),
    Column("late", Boolean, nullable=False),
    _number("seq"),
    _number("at_ns"),
    CheckConstraint("quantity > 0", name="a_surrender_gives_something"),
    Index("surrenders_by_obligation", "ledger", "obligation_id", "surrender_id"),
)

determinations = Table(
    "determinations",
    metadata,
    _ledger(),
    _key("obligation_id"),
    _number("due"),
    _number("surrendered"),
    _number("shortfall"),
    _number("seq"),
    CheckConstraint(
        "shortfall >= 0 AND due - surrendered <= shortfall", name="what_is_short_is_all_that_is"
    ),
)

fines = Table(
    "fines",
    metadata,
    _ledger(),
    _key("obligation_id"),
    _number("shortfall"),
    Column("multiple", Integer, nullable=False),
    _number("price_fen"),
    _number("amount_fen"),
    _text("rule_id"),
    Column("rule_version", Integer, nullable=False),
    _text("document"),
    _number("seq"),
    _number("at_ns"),
    CheckConstraint("amount_fen > 0", name="a_fine_is_an_amount"),
)
