"""Water years, overuse, savings, and approvals of transfers between leagues."""

from alembic import op

revision: str = "water"
down_revision: str | None = "permits"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = ("water_shares", "water_overuse", "water_savings", "cross_region_approvals")
STATEMENTS = (
    """
    CREATE TABLE water_shares (
        ledger SMALLINT NOT NULL,
        asset_id BIGINT NOT NULL,
        revision BIGINT NOT NULL,
        place TEXT NOT NULL,
        year INTEGER NOT NULL,
        ratio_ppm BIGINT NOT NULL,
        first_day INTEGER NOT NULL,
        last_day INTEGER NOT NULL,
        quantity BIGINT NOT NULL,
        withheld BIGINT NOT NULL,
        formula TEXT NOT NULL,
        formula_version INTEGER NOT NULL,
        document TEXT NOT NULL,
        seq BIGINT NOT NULL,
        CONSTRAINT water_shares_pkey PRIMARY KEY (ledger, asset_id, revision, place),
        CONSTRAINT a_share_is_never_negative CHECK (quantity >= 0 AND withheld >= 0)
    )
    """,
    """
    CREATE TABLE water_overuse (
        ledger SMALLINT NOT NULL,
        place TEXT NOT NULL,
        year INTEGER NOT NULL,
        quantity BIGINT NOT NULL,
        document TEXT NOT NULL,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT water_overuse_pkey PRIMARY KEY (ledger, place, year),
        CONSTRAINT overuse_is_of_something CHECK (quantity > 0)
    )
    """,
    """
    CREATE TABLE water_savings (
        ledger SMALLINT NOT NULL,
        saving_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        place TEXT NOT NULL,
        district TEXT NOT NULL,
        potential BIGINT NOT NULL,
        tradable BIGINT NOT NULL,
        coefficient TEXT NOT NULL,
        coefficient_version INTEGER NOT NULL,
        document TEXT NOT NULL,
        seq BIGINT NOT NULL,
        CONSTRAINT water_savings_pkey PRIMARY KEY (ledger, saving_id),
        CONSTRAINT no_more_is_tradable_than_can_be_saved
            CHECK (tradable BETWEEN 1 AND potential)
    )
    """,
    """
    CREATE TABLE cross_region_approvals (
        ledger SMALLINT NOT NULL,
        asset_id BIGINT NOT NULL,
        giver_id BIGINT NOT NULL,
        taker_id BIGINT NOT NULL,
        approved BIGINT NOT NULL,
        remaining BIGINT NOT NULL,
        document TEXT NOT NULL,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT cross_region_approvals_pkey
            PRIMARY KEY (ledger, asset_id, giver_id, taker_id),
        CONSTRAINT an_approval_has_two_sides CHECK (giver_id <> taker_id),
        CONSTRAINT an_approval_is_never_overdrawn CHECK (remaining BETWEEN 0 AND approved)
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
