"""Locks on lots, permits with their versions, renewals and tasks; plans say what they are for."""

from alembic import op

revision: str = "permits"
down_revision: str | None = "compliance"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = (
    "permit_tasks",
    "permit_renewals",
    "permit_quantities",
    "permit_versions",
    "permits",
    "locks",
)
STATEMENTS = (
    """
    CREATE TABLE locks (
        ledger SMALLINT NOT NULL,
        lock_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        lot_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        quantity BIGINT NOT NULL,
        remaining BIGINT NOT NULL,
        ground TEXT NOT NULL,
        document TEXT NOT NULL,
        seq BIGINT NOT NULL,
        lifted_ground TEXT,
        lifted_document TEXT,
        lifted_seq BIGINT,
        CONSTRAINT locks_pkey PRIMARY KEY (ledger, lock_id),
        CONSTRAINT a_lock_has_a_kind CHECK (kind IN ('own_use', 'permit', 'suspended')),
        CONSTRAINT a_lock_keeps_no_more_than_was_locked
            CHECK (remaining BETWEEN 0 AND quantity AND quantity > 0),
        CONSTRAINT a_lifted_lock_keeps_nothing
            CHECK ((lifted_document IS NULL) = (lifted_seq IS NULL)
                AND (lifted_seq IS NULL OR remaining = 0))
    )
    """,
    "CREATE INDEX locks_by_account ON locks (ledger, account_id, lot_id)",
    """
    CREATE TABLE permits (
        ledger SMALLINT NOT NULL,
        permit_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        number TEXT NOT NULL,
        version INTEGER NOT NULL,
        valid_from INTEGER NOT NULL,
        valid_to INTEGER NOT NULL,
        expired BOOLEAN NOT NULL,
        recorded_seq BIGINT NOT NULL,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT permits_pkey PRIMARY KEY (ledger, permit_id),
        CONSTRAINT a_permit_number_is_unique UNIQUE (ledger, number),
        CONSTRAINT a_permit_ends_after_it_begins CHECK (valid_to >= valid_from)
    )
    """,
    "CREATE INDEX permits_by_participant ON permits (ledger, participant_id, permit_id)",
    """
    CREATE TABLE permit_versions (
        ledger SMALLINT NOT NULL,
        permit_id BIGINT NOT NULL,
        version INTEGER NOT NULL,
        valid_from INTEGER NOT NULL,
        valid_to INTEGER NOT NULL,
        new_project BOOLEAN NOT NULL,
        non_attainment BOOLEAN NOT NULL,
        substitution TEXT NOT NULL,
        document TEXT NOT NULL,
        seq BIGINT NOT NULL,
        CONSTRAINT permit_versions_pkey PRIMARY KEY (ledger, permit_id, version)
    )
    """,
    """
    CREATE TABLE permit_quantities (
        ledger SMALLINT NOT NULL,
        permit_id BIGINT NOT NULL,
        version INTEGER NOT NULL,
        kind TEXT NOT NULL,
        quantity BIGINT NOT NULL,
        CONSTRAINT permit_quantities_pkey PRIMARY KEY (ledger, permit_id, version, kind),
        CONSTRAINT a_permit_allows_no_less_than_nothing CHECK (quantity >= 0)
    )
    """,
    """
    CREATE TABLE permit_renewals (
        ledger SMALLINT NOT NULL,
        permit_id BIGINT NOT NULL,
        renewal INTEGER NOT NULL,
        participant_id BIGINT NOT NULL,
        quantities TEXT NOT NULL,
        requested_on INTEGER NOT NULL,
        requested_seq BIGINT NOT NULL,
        granted BOOLEAN,
        document TEXT,
        decided_seq BIGINT,
        CONSTRAINT permit_renewals_pkey PRIMARY KEY (ledger, permit_id, renewal),
        CONSTRAINT a_renewal_is_granted_or_refused
            CHECK ((decided_seq IS NULL) = (granted IS NULL))
    )
    """,
    """
    CREATE TABLE permit_tasks (
        ledger SMALLINT NOT NULL,
        task_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        held BIGINT NOT NULL,
        permitted BIGINT NOT NULL,
        usable BIGINT NOT NULL,
        opened_on INTEGER NOT NULL,
        opened_seq BIGINT NOT NULL,
        closed_on INTEGER,
        closed_seq BIGINT,
        CONSTRAINT permit_tasks_pkey PRIMARY KEY (ledger, task_id),
        CONSTRAINT a_task_is_closed_on_a_day CHECK ((closed_on IS NULL) = (closed_seq IS NULL))
    )
    """,
    "ALTER TABLE allocation_drafts ADD COLUMN use TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE allocation_drafts ALTER COLUMN use DROP DEFAULT",
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("ALTER TABLE allocation_drafts DROP COLUMN use")
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
