"""Plans say what they are taken from."""

from alembic import op

revision: str = "after_the_issue"
down_revision: str | None = "allocation"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("ALTER TABLE allocation_drafts ADD COLUMN pot TEXT NOT NULL DEFAULT ''")
    op.execute("ALTER TABLE allocation_drafts ALTER COLUMN pot DROP DEFAULT")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    op.execute("ALTER TABLE allocation_drafts DROP COLUMN pot")
