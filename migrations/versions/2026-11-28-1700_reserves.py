"""Offers and movements of the government's reserves."""

from alembic import op

revision: str = "reserves"
down_revision: str | None = "cancellations"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = ("reserve_offers", "reserve_movements")
STATEMENTS = (
    """
    CREATE TABLE reserve_offers (
        ledger SMALLINT NOT NULL,
        offer_id BIGINT NOT NULL,
        ground TEXT NOT NULL,
        reserve_id BIGINT NOT NULL,
        party_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        remaining BIGINT NOT NULL,
        price BIGINT NOT NULL,
        floor BIGINT NOT NULL,
        opens_on INTEGER NOT NULL,
        closes_on INTEGER NOT NULL,
        document TEXT NOT NULL,
        offered_seq BIGINT NOT NULL,
        withdrawn_document TEXT,
        withdrawn_seq BIGINT,
        CONSTRAINT reserve_offers_pkey PRIMARY KEY (ledger, offer_id),
        CONSTRAINT an_offer_has_a_ground CHECK
            (ground IN ('repurchased', 'agreement', 'public_sale', 'simplified_sale')),
        CONSTRAINT an_offer_is_never_overdrawn CHECK (remaining BETWEEN 0 AND quantity),
        CONSTRAINT no_sale_is_below_its_floor CHECK (price >= floor)
    )
    """,
    """
    CREATE TABLE reserve_movements (
        ledger SMALLINT NOT NULL,
        movement_id BIGINT NOT NULL,
        ground TEXT NOT NULL,
        reserve_id BIGINT NOT NULL,
        party_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        consideration_fen BIGINT NOT NULL,
        offer_id BIGINT NOT NULL,
        chain_id BIGINT NOT NULL,
        document TEXT NOT NULL,
        seq BIGINT NOT NULL,
        at_ns BIGINT NOT NULL,
        CONSTRAINT reserve_movements_pkey PRIMARY KEY (ledger, movement_id),
        CONSTRAINT a_movement_goes_the_way_of_its_ground CHECK
            (CASE WHEN ground IN ('agreement', 'public_sale', 'simplified_sale')
             THEN quantity < 0 ELSE quantity > 0 END)
    )
    """,
    """
    CREATE INDEX reserve_movements_by_party
        ON reserve_movements (ledger, party_id, movement_id)
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
