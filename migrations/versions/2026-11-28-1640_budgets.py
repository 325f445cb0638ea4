"""Projects under budgets, what happened to them, and the targets of places."""

from alembic import op

revision: str = "budgets"
down_revision: str | None = "paid_use"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = ("indicators", "project_entries", "projects")
STATEMENTS = (
    """
    CREATE TABLE projects (
        ledger SMALLINT NOT NULL,
        project_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        place TEXT NOT NULL,
        code TEXT NOT NULL,
        energy BIGINT NOT NULL,
        renewable BIGINT NOT NULL,
        feedstock BIGINT NOT NULL,
        counted BIGINT NOT NULL,
        used BIGINT NOT NULL,
        intensity BIGINT NOT NULL,
        is_new BOOLEAN NOT NULL,
        priority BOOLEAN NOT NULL,
        stage TEXT NOT NULL,
        method_id TEXT,
        method_version INTEGER,
        as_of INTEGER,
        inputs TEXT,
        obligation BIGINT,
        payable BOOLEAN,
        trace_hash BYTEA,
        covered BIGINT NOT NULL,
        document TEXT NOT NULL,
        registered_seq BIGINT NOT NULL,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT projects_pkey PRIMARY KEY (ledger, project_id),
        CONSTRAINT a_project_has_a_stage CHECK (stage IN ('registered', 'started', 'closed')),
        CONSTRAINT a_budget_is_never_overdrawn CHECK (used >= 0 AND used <= counted),
        CONSTRAINT a_started_project_is_covered
            CHECK (stage <> 'started' OR covered >= coalesce(obligation, 0)),
        CONSTRAINT an_obligation_has_a_trace
            CHECK ((obligation IS NULL) = (trace_hash IS NULL)),
        CONSTRAINT a_project_code_is_used_once UNIQUE (ledger, asset_id, code)
    )
    """,
    """
    CREATE INDEX projects_by_participant ON projects (ledger, participant_id, project_id)
    """,
    """
    CREATE TABLE project_entries (
        ledger SMALLINT NOT NULL,
        project_id BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        kind TEXT NOT NULL,
        quantity BIGINT NOT NULL,
        energy BIGINT NOT NULL,
        pot TEXT NOT NULL,
        document TEXT NOT NULL,
        at_ns BIGINT NOT NULL,
        CONSTRAINT project_entries_pkey PRIMARY KEY (ledger, project_id, seq),
        CONSTRAINT a_project_entry_has_a_kind CHECK (kind IN ('registered', 'adjusted', 'listed',
            'unlisted', 'covered', 'started', 'used', 'closed'))
    )
    """,
    """
    CREATE TABLE indicators (
        ledger SMALLINT NOT NULL,
        kind TEXT NOT NULL,
        place TEXT NOT NULL,
        name TEXT NOT NULL,
        period TEXT NOT NULL,
        binding BOOLEAN NOT NULL,
        target BIGINT NOT NULL,
        value BIGINT NOT NULL,
        scale INTEGER NOT NULL,
        unit TEXT NOT NULL,
        light TEXT NOT NULL,
        data_source TEXT NOT NULL,
        document TEXT NOT NULL,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT indicators_pkey PRIMARY KEY (ledger, kind, place, name, period),
        CONSTRAINT an_indicator_has_a_light CHECK (light IN ('green', 'yellow', 'red')),
        CONSTRAINT beyond_the_target_is_red CHECK ((value > target) = (light = 'red'))
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
