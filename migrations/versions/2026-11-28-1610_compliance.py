"""The compliance cycle: periods, obligations, reports, findings, surrenders, what is short, fines."""

from alembic import op

revision: str = "compliance"
down_revision: str | None = "desk"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = (
    "compliance_periods",
    "obligations",
    "emission_reports",
    "findings",
    "surrenders",
    "determinations",
    "fines",
)
STATEMENTS = (
    """
    CREATE TABLE compliance_periods (
        ledger SMALLINT NOT NULL,
        code TEXT NOT NULL,
        kind TEXT NOT NULL,
        asset_id BIGINT NOT NULL,
        first_day INTEGER NOT NULL,
        last_day INTEGER NOT NULL,
        report_by INTEGER NOT NULL,
        surrender_by INTEGER NOT NULL,
        vintages TEXT NOT NULL,
        offset_kinds TEXT NOT NULL,
        offset_ppm BIGINT NOT NULL,
        document TEXT NOT NULL,
        opened_seq BIGINT NOT NULL,
        correct_by INTEGER,
        determination TEXT,
        determined_seq BIGINT,
        CONSTRAINT compliance_periods_pkey PRIMARY KEY (ledger, code),
        CONSTRAINT a_period_runs_forward
            CHECK (first_day <= last_day AND last_day <= report_by AND report_by <= surrender_by)
    )
    """,
    """
    CREATE TABLE obligations (
        ledger SMALLINT NOT NULL,
        obligation_id BIGINT NOT NULL,
        period TEXT NOT NULL,
        entity TEXT NOT NULL,
        participant_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        threshold BIGINT NOT NULL,
        listed BOOLEAN NOT NULL,
        ground TEXT NOT NULL,
        status TEXT NOT NULL,
        report_id BIGINT NOT NULL,
        due BIGINT NOT NULL,
        surrendered BIGINT NOT NULL,
        offset_quantity BIGINT NOT NULL,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT obligations_pkey PRIMARY KEY (ledger, obligation_id),
        CONSTRAINT an_obligation_is_never_negative
            CHECK (due >= 0 AND offset_quantity >= 0 AND offset_quantity <= surrendered)
    )
    """,
    """
    CREATE INDEX obligations_by_participant
        ON obligations (ledger, participant_id, obligation_id)
    """,
    """
    CREATE INDEX obligations_by_period ON obligations (ledger, period, obligation_id)
    """,
    """
    CREATE TABLE emission_reports (
        ledger SMALLINT NOT NULL,
        report_id BIGINT NOT NULL,
        obligation_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        version INTEGER NOT NULL,
        quantity BIGINT NOT NULL,
        report_hash BYTEA NOT NULL,
        method_id TEXT NOT NULL,
        method_version INTEGER NOT NULL,
        trace_hash BYTEA NOT NULL,
        preparer_id BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        at_ns BIGINT NOT NULL,
        CONSTRAINT emission_reports_pkey PRIMARY KEY (ledger, report_id),
        CONSTRAINT a_report_is_never_negative CHECK (quantity >= 0)
    )
    """,
    """
    CREATE INDEX emission_reports_by_obligation
        ON emission_reports (ledger, obligation_id, version)
    """,
    """
    CREATE TABLE findings (
        ledger SMALLINT NOT NULL,
        seq BIGINT NOT NULL,
        obligation_id BIGINT NOT NULL,
        report_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        participant_id BIGINT NOT NULL,
        quantity BIGINT,
        text_hash BYTEA NOT NULL,
        objections_until INTEGER,
        document TEXT NOT NULL,
        at_ns BIGINT NOT NULL,
        CONSTRAINT findings_pkey PRIMARY KEY (ledger, seq),
        CONSTRAINT a_finding_has_a_kind
            CHECK (kind IN ('returned', 'verified', 'objected', 'estimated'))
    )
    """,
    """
    CREATE INDEX findings_by_report ON findings (ledger, report_id, seq)
    """,
    """
    CREATE TABLE surrenders (
        ledger SMALLINT NOT NULL,
        surrender_id BIGINT NOT NULL,
        obligation_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        offset_quantity BIGINT NOT NULL,
        late BOOLEAN NOT NULL,
        seq BIGINT NOT NULL,
        at_ns BIGINT NOT NULL,
        CONSTRAINT surrenders_pkey PRIMARY KEY (ledger, surrender_id),
        CONSTRAINT a_surrender_gives_something CHECK (quantity > 0)
    )
    """,
    """
    CREATE INDEX surrenders_by_obligation
        ON surrenders (ledger, obligation_id, surrender_id)
    """,
    """
    CREATE TABLE determinations (
        ledger SMALLINT NOT NULL,
        obligation_id BIGINT NOT NULL,
        due BIGINT NOT NULL,
        surrendered BIGINT NOT NULL,
        shortfall BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        CONSTRAINT determinations_pkey PRIMARY KEY (ledger, obligation_id),
        CONSTRAINT what_is_short_is_all_that_is
            CHECK (shortfall >= 0 AND due - surrendered <= shortfall)
    )
    """,
    """
    CREATE TABLE fines (
        ledger SMALLINT NOT NULL,
        obligation_id BIGINT NOT NULL,
        shortfall BIGINT NOT NULL,
        multiple INTEGER NOT NULL,
        price_fen BIGINT NOT NULL,
        amount_fen BIGINT NOT NULL,
        rule_id TEXT NOT NULL,
        rule_version INTEGER NOT NULL,
        document TEXT NOT NULL,
        seq BIGINT NOT NULL,
        at_ns BIGINT NOT NULL,
        CONSTRAINT fines_pkey PRIMARY KEY (ledger, obligation_id),
        CONSTRAINT a_fine_is_an_amount CHECK (amount_fen > 0)
    )
    """,
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
