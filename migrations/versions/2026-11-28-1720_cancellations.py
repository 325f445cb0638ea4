"""Voluntary cancellations."""

from alembic import op

revision: str = "cancellations"
down_revision: str | None = "true_ups_and_claims"
branch_labels: str | None = None
depends_on: str | None = None

STATEMENTS = (
    """
    CREATE TABLE cancellations (
        ledger SMALLINT NOT NULL,
        cancellation_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        lot_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        beneficiary TEXT NOT NULL,
        purpose TEXT NOT NULL,
        seq BIGINT NOT NULL,
        at_ns BIGINT NOT NULL,
        CONSTRAINT cancellations_pkey PRIMARY KEY (ledger, cancellation_id),
        CONSTRAINT a_cancellation_is_of_something CHECK (quantity > 0)
    )
    """,
    """
    CREATE INDEX cancellations_of_an_asset
        ON cancellations (ledger, asset_id, cancellation_id)
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
    op.execute("DROP TABLE cancellations")
