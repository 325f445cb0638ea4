"""Objections, their texts, and the rows of each version that was published."""

from alembic import op

revision: str = "objections"
down_revision: str | None = "after_the_issue"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = ("objections", "published_rows", "texts")
STATEMENTS = (
    """
    CREATE TABLE published_rows (
        plan_id BIGINT NOT NULL,
        version INTEGER NOT NULL,
        entity TEXT NOT NULL,
        participant_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        CONSTRAINT published_rows_pkey PRIMARY KEY (plan_id, version, entity)
    )
    """,
    """
    CREATE INDEX published_rows_by_participant
        ON published_rows (plan_id, version, participant_id, entity)
    """,
    """
    CREATE TABLE objections (
        ledger SMALLINT NOT NULL,
        objection_id BIGINT NOT NULL,
        plan_id BIGINT NOT NULL,
        version INTEGER NOT NULL,
        participant_id BIGINT NOT NULL,
        entity TEXT NOT NULL,
        text_hash BYTEA NOT NULL,
        filed_on INTEGER NOT NULL,
        filed_seq BIGINT NOT NULL,
        upheld BOOLEAN,
        decision_hash BYTEA,
        document TEXT,
        decided_seq BIGINT,
        CONSTRAINT objections_pkey PRIMARY KEY (ledger, objection_id),
        CONSTRAINT a_decision_is_for_or_against
            CHECK ((decided_seq IS NULL) = (upheld IS NULL))
    )
    """,
    """
    CREATE TABLE texts (
        text_hash BYTEA NOT NULL,
        body TEXT NOT NULL,
        written_by BIGINT NOT NULL,
        created_at_ns BIGINT NOT NULL,
        CONSTRAINT texts_pkey PRIMARY KEY (text_hash),
        CONSTRAINT a_text_matches_its_hash CHECK (text_hash = sha256(convert_to(body, 'UTF8')))
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
