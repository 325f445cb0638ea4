"""Journal, leases, snapshots and the projections that queries read."""

from alembic import op

revision: str = "journal_and_projections"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

TABLES = (
    "accounts",
    "admissions",
    "assets",
    "book_levels",
    "freezes",
    "holdings",
    "instrument_days",
    "instruments",
    "journal",
    "leases",
    "lots",
    "orders",
    "rules",
    "sessions",
    "snapshots",
    "trades",
    "transfers",
)

STATEMENTS = (
    """
    CREATE TABLE accounts (
        ledger SMALLINT NOT NULL,
        account_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        purpose TEXT NOT NULL,
        posted BIGINT NOT NULL,
        held BIGINT NOT NULL,
        CONSTRAINT accounts_pkey PRIMARY KEY (ledger, account_id),
        CONSTRAINT a_hold_is_never_negative CHECK (held >= 0),
        CONSTRAINT nothing_is_spent_twice CHECK (posted >= held OR purpose IN ('source',
            'bank')),
        CONSTRAINT one_account_for_each_purpose UNIQUE (ledger, participant_id, asset_id,
            purpose)
    )
    """,
    """
    CREATE TABLE admissions (
        ledger SMALLINT NOT NULL,
        participant_id BIGINT NOT NULL,
        account_type TEXT NOT NULL,
        region TEXT NOT NULL,
        basin TEXT NOT NULL,
        sector TEXT NOT NULL,
        group_id BIGINT NOT NULL,
        frozen BOOLEAN,
        document TEXT NOT NULL,
        updated_seq BIGINT NOT NULL,
        CONSTRAINT admissions_pkey PRIMARY KEY (ledger, participant_id)
    )
    """,
    """
    CREATE TABLE assets (
        ledger SMALLINT NOT NULL,
        asset_id BIGINT NOT NULL,
        code TEXT NOT NULL,
        kind TEXT NOT NULL,
        unit TEXT NOT NULL,
        scale SMALLINT NOT NULL,
        title_zh TEXT NOT NULL,
        title_en TEXT NOT NULL,
        vintage TEXT NOT NULL,
        region TEXT NOT NULL,
        basin TEXT NOT NULL,
        CONSTRAINT assets_pkey PRIMARY KEY (ledger, asset_id),
        CONSTRAINT an_asset_code_is_unique UNIQUE (ledger, code)
    )
    """,
    """
    CREATE TABLE book_levels (
        ledger SMALLINT NOT NULL,
        instrument_id BIGINT NOT NULL,
        side SMALLINT NOT NULL,
        price BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        orders BIGINT NOT NULL,
        CONSTRAINT book_levels_pkey PRIMARY KEY (ledger, instrument_id, side, price),
        CONSTRAINT a_level_is_never_negative CHECK (quantity >= 0 AND orders >= 0)
    )
    """,
    """
    CREATE TABLE freezes (
        ledger SMALLINT NOT NULL,
        freeze_id BIGINT NOT NULL,
        account_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        document TEXT NOT NULL,
        seq BIGINT NOT NULL,
        released_document TEXT,
        released_seq BIGINT,
        CONSTRAINT freezes_pkey PRIMARY KEY (ledger, freeze_id)
    )
    """,
    """
    CREATE TABLE holdings (
        ledger SMALLINT NOT NULL,
        account_id BIGINT NOT NULL,
        lot_id BIGINT NOT NULL,
        tradable_from INTEGER NOT NULL,
        quantity BIGINT NOT NULL,
        CONSTRAINT holdings_pkey PRIMARY KEY (ledger, account_id, lot_id, tradable_from),
        CONSTRAINT a_lot_is_never_overdrawn CHECK (quantity >= 0)
    )
    """,
    """
    CREATE TABLE instrument_days (
        ledger SMALLINT NOT NULL,
        instrument_id BIGINT NOT NULL,
        day INTEGER NOT NULL,
        open BIGINT NOT NULL,
        high BIGINT NOT NULL,
        low BIGINT NOT NULL,
        last BIGINT NOT NULL,
        close BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        turnover_fen BIGINT NOT NULL,
        trades BIGINT NOT NULL,
        CONSTRAINT instrument_days_pkey PRIMARY KEY (ledger, instrument_id, day)
    )
    """,
    """
    CREATE TABLE instruments (
        ledger SMALLINT NOT NULL,
        instrument_id BIGINT NOT NULL,
        code TEXT NOT NULL,
        asset_id BIGINT NOT NULL,
        title_zh TEXT NOT NULL,
        title_en TEXT NOT NULL,
        price_scale SMALLINT NOT NULL,
        price_tick BIGINT NOT NULL,
        price_min BIGINT NOT NULL,
        quantity_step BIGINT NOT NULL,
        quantity_min BIGINT NOT NULL,
        quantity_max BIGINT NOT NULL,
        reference_price BIGINT NOT NULL,
        region TEXT NOT NULL,
        basin TEXT NOT NULL,
        sector TEXT NOT NULL,
        halted BOOLEAN NOT NULL,
        rule_set INTEGER NOT NULL,
        band_day INTEGER NOT NULL,
        band_reference BIGINT NOT NULL,
        band_low BIGINT NOT NULL,
        band_high BIGINT NOT NULL,
        CONSTRAINT instruments_pkey PRIMARY KEY (ledger, instrument_id),
        CONSTRAINT an_instrument_code_is_unique UNIQUE (ledger, code)
    )
    """,
    """
    CREATE TABLE journal (
        ledger SMALLINT NOT NULL,
        seq BIGINT NOT NULL,
        epoch BIGINT NOT NULL,
        at_ns BIGINT NOT NULL,
        command_id TEXT NOT NULL,
        operator_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        kind TEXT NOT NULL,
        command BYTEA NOT NULL,
        refusal BYTEA,
        events BYTEA NOT NULL,
        CONSTRAINT journal_pkey PRIMARY KEY (ledger, seq),
        CONSTRAINT a_command_happens_once UNIQUE (ledger, command_id)
    )
    """,
    """
    CREATE TABLE leases (
        ledger SMALLINT NOT NULL,
        epoch BIGINT NOT NULL,
        last_seq BIGINT NOT NULL,
        holder TEXT NOT NULL,
        CONSTRAINT leases_pkey PRIMARY KEY (ledger)
    )
    """,
    """
    CREATE TABLE lots (
        ledger SMALLINT NOT NULL,
        lot_id BIGINT NOT NULL,
        asset_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        vintage TEXT NOT NULL,
        region TEXT NOT NULL,
        basin TEXT NOT NULL,
        valid_from INTEGER NOT NULL,
        valid_to INTEGER NOT NULL,
        source TEXT NOT NULL,
        seq BIGINT NOT NULL,
        CONSTRAINT lots_pkey PRIMARY KEY (ledger, lot_id)
    )
    """,
    """
    CREATE TABLE orders (
        ledger SMALLINT NOT NULL,
        order_id BIGINT NOT NULL,
        participant_id BIGINT NOT NULL,
        client_order_id TEXT NOT NULL,
        instrument_id BIGINT NOT NULL,
        side SMALLINT NOT NULL,
        order_type SMALLINT NOT NULL,
        time_in_force SMALLINT NOT NULL,
        post_only BOOLEAN NOT NULL,
        self_trade_prevention SMALLINT NOT NULL,
        expires_on INTEGER NOT NULL,
        price BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        leaves BIGINT NOT NULL,
        executed BIGINT NOT NULL,
        executed_fen BIGINT NOT NULL,
        fee_fen BIGINT NOT NULL,
        cancel_reason SMALLINT NOT NULL,
        rule_set INTEGER NOT NULL,
        accepted_seq BIGINT NOT NULL,
        accepted_at_ns BIGINT NOT NULL,
        updated_seq BIGINT NOT NULL,
        updated_at_ns BIGINT NOT NULL,
        CONSTRAINT orders_pkey PRIMARY KEY (ledger, order_id),
        CONSTRAINT an_order_never_overfills CHECK (leaves >= 0 AND executed >= 0 AND leaves + executed <= quantity),
        CONSTRAINT a_client_order_id_is_used_once UNIQUE (ledger, participant_id,
            client_order_id)
    )
    """,
    """
    CREATE INDEX orders_by_participant ON orders (ledger, participant_id, order_id)
    """,
    """
    CREATE INDEX orders_open_by_participant ON orders (ledger, participant_id,
            order_id) WHERE leaves > 0
    """,
    """
    CREATE TABLE rules (
        ledger SMALLINT NOT NULL,
        rule_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        kind TEXT NOT NULL,
        value TEXT[] NOT NULL,
        unit TEXT NOT NULL,
        valid_from INTEGER NOT NULL,
        valid_to INTEGER,
        title_zh TEXT NOT NULL,
        title_en TEXT NOT NULL,
        source TEXT NOT NULL,
        evidence TEXT NOT NULL,
        rule_set INTEGER NOT NULL,
        activated_seq BIGINT NOT NULL,
        CONSTRAINT rules_pkey PRIMARY KEY (ledger, rule_id, version)
    )
    """,
    """
    CREATE TABLE sessions (
        ledger SMALLINT NOT NULL,
        state SMALLINT NOT NULL,
        at_ns BIGINT NOT NULL,
        next_change_ns BIGINT NOT NULL,
        CONSTRAINT sessions_pkey PRIMARY KEY (ledger)
    )
    """,
    """
    CREATE TABLE snapshots (
        ledger SMALLINT NOT NULL,
        seq BIGINT NOT NULL,
        state_hash BYTEA NOT NULL,
        state BYTEA NOT NULL,
        CONSTRAINT snapshots_pkey PRIMARY KEY (ledger, seq)
    )
    """,
    """
    CREATE TABLE trades (
        ledger SMALLINT NOT NULL,
        trade_id BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        at_ns BIGINT NOT NULL,
        instrument_id BIGINT NOT NULL,
        price BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        consideration_fen BIGINT NOT NULL,
        buyer_fee_fen BIGINT NOT NULL,
        seller_fee_fen BIGINT NOT NULL,
        buy_order_id BIGINT NOT NULL,
        sell_order_id BIGINT NOT NULL,
        buyer_id BIGINT NOT NULL,
        seller_id BIGINT NOT NULL,
        taker_side SMALLINT NOT NULL,
        first_transfer_id BIGINT NOT NULL,
        rule_set INTEGER NOT NULL,
        CONSTRAINT trades_pkey PRIMARY KEY (ledger, trade_id),
        CONSTRAINT a_trade_has_price_and_quantity CHECK (price > 0 AND quantity > 0)
    )
    """,
    """
    CREATE INDEX trades_by_buyer ON trades (ledger, buyer_id, trade_id)
    """,
    """
    CREATE INDEX trades_by_instrument ON trades (ledger, instrument_id, trade_id)
    """,
    """
    CREATE INDEX trades_by_seller ON trades (ledger, seller_id, trade_id)
    """,
    """
    CREATE TABLE transfers (
        ledger SMALLINT NOT NULL,
        transfer_id BIGINT NOT NULL,
        seq BIGINT NOT NULL,
        at_ns BIGINT NOT NULL,
        chain_id BIGINT NOT NULL,
        debit_account_id BIGINT NOT NULL,
        credit_account_id BIGINT NOT NULL,
        quantity BIGINT NOT NULL,
        code TEXT NOT NULL,
        state TEXT NOT NULL,
        lot_id BIGINT NOT NULL,
        lots TEXT,
        reference TEXT NOT NULL,
        CONSTRAINT transfers_pkey PRIMARY KEY (ledger, transfer_id, seq),
        CONSTRAINT a_transfer_moves_something CHECK (quantity > 0),
        CONSTRAINT a_transfer_has_a_state CHECK (state IN ('pending', 'posted', 'voided'))
    )
    """,
    """
    CREATE INDEX transfers_by_chain ON transfers (ledger, chain_id)
    """,
    """
    CREATE INDEX transfers_by_credit_account ON transfers (ledger, credit_account_id,
            transfer_id)
    """,
    """
    CREATE INDEX transfers_by_debit_account ON transfers (ledger, debit_account_id, transfer_id)
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
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
