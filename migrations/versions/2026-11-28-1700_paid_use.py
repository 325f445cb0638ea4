"""Fee schedules, contracts for paid use and their invoices."""

from alembic import op

revision: str = "paid_use"
down_revision: str | None = "water"
branch_labels: str | None = None
depends_on: str | None = None

TABLES = ("paid_use_invoices", "paid_use_contracts", "fee_schedules")
STATEMENTS = (
    """
    CREATE TABLE fee_schedules (
        ledger SMALLINT NOT NULL,
        schedule_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        place TEXT NOT NULL,
        price BIGINT NOT NULL,
        valid_from INTEGER NOT NULL,
        valid_to INTEGER NOT NULL,
        document TEXT NOT NULL,
        set_seq BIGINT NOT NULL,
        ended_document TEXT,
        ended_seq BIGINT,
        CONSTRAINT fee_schedules_pkey PRIMARY KEY (ledger, schedule_id),
        CONSTRAINT a_schedule_has_a_price CHECK (price > 0),
        CONSTRAINT a_schedule_ends_after_it_began
            CHECK (valid_to = 0 OR valid_to >= valid_from)
    )
    """,
    """
    CREATE TABLE paid_use_contracts (
        ledger SMALLINT NOT NULL,
        contract_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        years INTEGER NOT NULL,
        place TEXT NOT NULL,
        pot TEXT NOT NULL,
        price BIGINT NOT NULL,
        schedule_id BIGINT NOT NULL,
        standard_rule TEXT NOT NULL,
        standard_version INTEGER NOT NULL,
        duties_rule TEXT NOT NULL,
        duties_version INTEGER NOT NULL,
        standard_fen BIGINT NOT NULL,
        fee_fen BIGINT NOT NULL,
        accept_until INTEGER NOT NULL,
        document TEXT NOT NULL,
        offered_seq BIGINT NOT NULL,
        status TEXT NOT NULL,
        lot_id BIGINT NOT NULL,
        valid_from INTEGER NOT NULL,
        valid_to INTEGER NOT NULL,
        suspended BIGINT NOT NULL,
        returned BIGINT NOT NULL,
        missing BIGINT NOT NULL,
        claim_fen BIGINT NOT NULL,
        refunded_fen BIGINT NOT NULL,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT paid_use_contracts_pkey PRIMARY KEY (ledger, contract_id),
        CONSTRAINT a_contract_has_a_status CHECK (status IN
            ('offered', 'accepted', 'active', 'suspended', 'lapsed', 'recalled', 'returned')),
        CONSTRAINT a_contract_is_for_something
            CHECK (quantity > 0 AND years > 0 AND fee_fen >= 0),
        CONSTRAINT no_more_comes_back_than_was_given
            CHECK (suspended BETWEEN 0 AND quantity AND returned >= 0 AND missing >= 0
                AND returned + missing <= quantity),
        CONSTRAINT no_refund_exceeds_its_fee CHECK (refunded_fen BETWEEN 0 AND fee_fen)
    )
    """,
    """
    CREATE INDEX paid_use_contracts_by_participant
        ON paid_use_contracts (ledger, participant_id, contract_id)
    """,
    """
    CREATE TABLE paid_use_invoices (
        ledger SMALLINT NOT NULL,
        invoice_id BIGINT NOT NULL,
        contract_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        amount_fen BIGINT NOT NULL,
        due INTEGER NOT NULL,
        status TEXT NOT NULL,
        interest_ppm BIGINT NOT NULL,
        cap_ppm BIGINT NOT NULL,
        interest_fen BIGINT NOT NULL,
        paid_on INTEGER,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT paid_use_invoices_pkey PRIMARY KEY (ledger, invoice_id),
        CONSTRAINT an_invoice_asks_for_something CHECK (amount_fen > 0),
        CONSTRAINT an_invoice_has_a_status
            CHECK (status IN ('open', 'paid', 'overdue', 'cancelled')),
        CONSTRAINT what_is_paid_was_paid_on_a_day
            CHECK ((status = 'paid') = (paid_on IS NOT NULL) AND interest_fen >= 0)
    )
    """,
    """
    CREATE INDEX paid_use_invoices_by_participant
        ON paid_use_invoices (ledger, participant_id, invoice_id)
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
