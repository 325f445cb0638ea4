"""Back-office tables: names, operators, keys, and the acts of those who changed them.

Written by ordinary transactions; nothing here moves a quantity, money or a deadline.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY

from exchange.storage.metadata import metadata

participants = Table(
    "participants",
    metadata,
    Column("participant_id", BigInteger, Identity(), primary_key=True),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("unified_social_credit_code", Text),
    Column("role", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at_ns", BigInteger, nullable=False),
    UniqueConstraint("unified_social_credit_code", name="a_credit_code_is_registered_once"),
)

operators = Table(
    "operators",
    metadata,
    Column("operator_id", BigInteger, Identity(), primary_key=True),
    Column(
        "participant_id",
        BigInteger,
        ForeignKey("participants.participant_id", name="an_operator_has_a_participant"),
        nullable=False,
    ),
    Column("name", Text, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("ledgers", ARRAY(Text), nullable=False),
    Column("status", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at_ns", BigInteger, nullable=False),
    CheckConstraint("status IN ('active', 'disabled')", name="an_operator_has_a_status"),
    Index("operators_by_participant", "participant_id", "operator_id"),
)

keys = Table(
    "keys",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column(
        "operator_id",
        BigInteger,
        ForeignKey("operators.operator_id", name="a_key_has_an_operator"),
        nullable=False,
    ),
    Column("label", Text, nullable=False),
    Column("public_key", Text),
    Column("secret_hash", Text),
    Column("status", Text, nullable=False),
    Column("created_at_ns", BigInteger, nullable=False),
    Column("revoked_at_ns", BigInteger),
    CheckConstraint("status IN ('active', 'revoked')", name="a_key_has_a_status"),
    CheckConstraint(
        "(public_key IS NULL) <> (secret_hash IS NULL)", name="a_key_is_public_or_secret"
    ),
    Index("keys_by_operator", "operator_id"),
)

token_jtis = Table(
    "token_jtis",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("jti", Text, primary_key=True),
    Column("expires_at_s", BigInteger, nullable=False),
)

back_office_acts = Table(
    "back_office_acts",
    metadata,
    Column("act_id", BigInteger, Identity(), primary_key=True),
    Column("participant_id", BigInteger, nullable=False),
    Column("operator_id", BigInteger, nullable=False),
    Column("idempotency_key", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("body_hash", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at_ns", BigInteger, nullable=False),
    UniqueConstraint("participant_id", "idempotency_key", name="an_act_happens_once"),
)

allocation_drafts = Table(
    "allocation_drafts",
    metadata,
    Column("plan_id", BigInteger, Identity(), primary_key=True),
    Column("ledger_number", SmallInteger, nullable=False),
    Column("asset_id", BigInteger, nullable=False),
    Column("method", Text, nullable=False),
    Column("method_version", Integer, nullable=False),
    Column("vintage", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("basin", Text, nullable=False),
    Column("valid_from", Integer, nullable=False),
    Column("valid_to", Integer, nullable=False),
    Column("document", Text, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at_ns", BigInteger, nullable=False),
    Column("pot", Text, nullable=False),
    Column("activity_year", Integer, nullable=False),
    Column("rules_on", Integer, nullable=False),
    Column("use", Text, nullable=False),
    Column("series", BigInteger, nullable=False),
    Column("phase", Integer, nullable=False),
    CheckConstraint("(series > 0) = (phase > 1)", name="a_true_up_has_a_series_and_a_phase"),
)

allocation_rows = Table(
    "allocation_rows",
    metadata,
    Column(
        "plan_id",
        BigInteger,
        ForeignKey("allocation_drafts.plan_id", name="a_row_has_a_plan"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("entity", Text, primary_key=True),
    Column("participant_id", BigInteger, nullable=False),
    Column("quantity", BigInteger),
    Column("year", Integer),
    Column("inputs", Text),
    Column("trace", LargeBinary),
    Column("trace_hash", LargeBinary),
    Column("fault", Text),
    CheckConstraint("quantity >= 0", name="a_row_is_never_negative"),
    CheckConstraint(
        "(trace IS NULL) = (trace_hash IS NULL) AND trace_hash = sha256(trace)",
        name="a_calculation_matches_its_hash",
    ),
    CheckConstraint("fault IS NULL OR quantity IS NULL", name="a_faulty_row_gives_nothing"),
)

published_rows = Table(
    "published_rows",
    metadata,
    Column("plan_id", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("entity", Text, primary_key=True),
    Column("participant_id", BigInteger, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("year", Integer),
    Column("trace", LargeBinary),
    Column("trace_hash", LargeBinary),
    Index("published_rows_by_participant", "plan_id", "version", "participant_id", "entity"),
)

texts = Table(
    "texts",
    metadata,
    Column("text_hash", LargeBinary, primary_key=True),
    Column("body", Text, nullable=False),
    Column("written_by", BigInteger, nullable=False),
    Column("created_at_ns", BigInteger, nullable=False),
    CheckConstraint("text_hash = sha256(convert_to(body, 'UTF8'))", name="a_text_matches_its_hash"),
)
