"""True-ups of a series of plans, claims, deductions, borrowing and closures."""

from alembic import op

revision: str = "true_ups_and_claims"
down_revision: str | None = "budgets"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = (
    "true_up_entries",
    "claims",
    "deductions",
    "deduction_uses",
    "borrowings",
    "closures",
)
STATEMENTS = (
    "ALTER TABLE accounts DROP CONSTRAINT nothing_is_spent_twice",
    """
    ALTER TABLE accounts ADD CONSTRAINT nothing_is_spent_twice
        CHECK (posted >= held OR purpose IN ('source', 'bank', 'target', 'owed'))
    """,
    "ALTER TABLE allocation_drafts ADD COLUMN series BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE allocation_drafts ADD COLUMN phase INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE allocation_drafts ALTER COLUMN series DROP DEFAULT",
    "ALTER TABLE allocation_drafts ALTER COLUMN phase DROP DEFAULT",
    """
    ALTER TABLE allocation_drafts ADD CONSTRAINT a_true_up_has_a_series_and_a_phase
        CHECK ((series > 0) = (phase > 1))
    """,
    """
    CREATE TABLE true_up_entries (
        ledger SMALLINT NOT NULL,
        plan_id BIGINT NOT NULL,
        entity TEXT NOT NULL,
        participant_id BIGINT NOT NULL,
        place TEXT NOT NULL,
        before BIGINT NOT NULL,
        final BIGINT NOT NULL,
        issued BIGINT NOT NULL,
        lot_id BIGINT NOT NULL,
        taken BIGINT NOT NULL,
        claimed BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        CONSTRAINT true_up_entries_pkey PRIMARY KEY (ledger, plan_id, entity),
        CONSTRAINT a_true_up_is_never_negative
            CHECK (before >= 0 AND final >= 0 AND issued >= 0 AND taken >= 0 AND claimed >= 0),
        CONSTRAINT a_true_up_goes_one_way CHECK (issued = 0 OR taken + claimed = 0)
    )
    """,
    """
    CREATE TABLE claims (
        ledger SMALLINT NOT NULL,
        claim_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        plan_id BIGINT NOT NULL,
        entity TEXT NOT NULL,
        quantity BIGINT NOT NULL,
        remaining BIGINT NOT NULL,
        pot TEXT NOT NULL,
        due_on INTEGER NOT NULL,
        deduction_id BIGINT,
        opened_seq BIGINT NOT NULL,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT claims_pkey PRIMARY KEY (ledger, claim_id),
        CONSTRAINT a_claim_is_never_overpaid CHECK (remaining BETWEEN 0 AND quantity),
        CONSTRAINT only_what_remains_of_a_claim_is_deducted
            CHECK (deduction_id IS NULL OR remaining > 0)
    )
    """,
    "CREATE INDEX claims_by_participant ON claims (ledger, participant_id, claim_id)",
    """
    CREATE TABLE deductions (
        ledger SMALLINT NOT NULL,
        deduction_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        entity TEXT NOT NULL,
        asset_id BIGINT NOT NULL,
        any_of_kind BOOLEAN NOT NULL,
        quantity BIGINT NOT NULL,
        ratio_ppm BIGINT NOT NULL,
        ground TEXT NOT NULL,
        remaining BIGINT NOT NULL,
        series BIGINT NOT NULL,
        document TEXT NOT NULL,
        registered_seq BIGINT NOT NULL,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT deductions_pkey PRIMARY KEY (ledger, deduction_id),
        CONSTRAINT a_deduction_is_a_quantity_or_a_ratio
            CHECK (ratio_ppm BETWEEN 0 AND 1000000 AND (quantity > 0) <> (ratio_ppm > 0)),
        CONSTRAINT a_deduction_takes_no_more_than_itself CHECK (remaining BETWEEN 0 AND quantity)
    )
    """,
    "CREATE INDEX deductions_by_participant ON deductions (ledger, participant_id, deduction_id)",
    """
    CREATE TABLE deduction_uses (
        ledger SMALLINT NOT NULL,
        seq BIGINT NOT NULL,
        deduction_id BIGINT NOT NULL,
        entity TEXT NOT NULL,
        plan_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        CONSTRAINT deduction_uses_pkey PRIMARY KEY (ledger, seq, deduction_id, entity),
        CONSTRAINT a_use_of_a_deduction_changes_something CHECK (quantity <> 0)
    )
    """,
    "CREATE INDEX deduction_uses_by_deduction ON deduction_uses (ledger, deduction_id, seq)",
    """
    CREATE TABLE borrowings (
        ledger SMALLINT NOT NULL,
        deduction_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        entity TEXT NOT NULL,
        asset_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        lot_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        most BIGINT NOT NULL,
        due BIGINT NOT NULL,
        allocated BIGINT NOT NULL,
        rule_id TEXT NOT NULL,
        rule_version INTEGER NOT NULL,
        document TEXT NOT NULL,
        seq BIGINT NOT NULL,
        CONSTRAINT borrowings_pkey PRIMARY KEY (ledger, deduction_id),
        CONSTRAINT nobody_borrows_more_than_the_gap_allows CHECK (quantity BETWEEN 1 AND most)
    )
    """,
    """
    CREATE TABLE closures (
        ledger SMALLINT NOT NULL,
        plan_id BIGINT NOT NULL,
        entity TEXT NOT NULL,
        participant_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        closed_on INTEGER NOT NULL,
        months_run INTEGER NOT NULL,
        before BIGINT NOT NULL,
        kept BIGINT NOT NULL,
        taken BIGINT NOT NULL,
        claimed BIGINT NOT NULL,
        pot TEXT NOT NULL,
        rule_id TEXT NOT NULL,
        rule_version INTEGER NOT NULL,
        document TEXT NOT NULL,
        seq BIGINT NOT NULL,
        CONSTRAINT closures_pkey PRIMARY KEY (ledger, plan_id, entity),
        CONSTRAINT a_closure_leaves_no_more_than_was_given CHECK (kept BETWEEN 0 AND before),
        CONSTRAINT a_closure_only_takes CHECK (taken >= 0 AND claimed >= 0)
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
    op.execute("ALTER TABLE allocation_drafts DROP COLUMN phase")
    op.execute("ALTER TABLE allocation_drafts DROP COLUMN series")
    op.execute("ALTER TABLE accounts DROP CONSTRAINT nothing_is_spent_twice")
    op.execute(
        "ALTER TABLE accounts ADD CONSTRAINT nothing_is_spent_twice"
        " CHECK (posted >= held OR purpose IN ('source', 'bank', 'target'))"
    )
