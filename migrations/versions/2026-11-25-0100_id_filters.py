"""Filters of the command ids seen, kept with the snapshots.

Snapshots that were kept without one are dropped: a ledger then opens by replaying its journal.
"""

from alembic import op

revision: str = "id_filters"
down_revision: str | None = "back_office"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute(
        """
        CREATE TABLE id_filters (
            ledger SMALLINT NOT NULL,
            chunk INTEGER NOT NULL,
            ids BIGINT NOT NULL,
            bits BYTEA NOT NULL,
            CONSTRAINT id_filters_pkey PRIMARY KEY (ledger, chunk)
        )
        """
    )
    op.execute("DELETE FROM snapshots")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("DROP TABLE id_filters")
