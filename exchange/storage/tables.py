"""What the sequencers keep: the journal, which is the truth, and the projections that queries read.

Every row names its ledger, so a ledger can move to a database of its own; nothing refers across
ledgers. Quantities, prices and fen are BIGINT in smallest units, days are days since 1970-01-01,
times are nanoseconds UTC.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY

from exchange.storage.columns import key, ledger, number, text
from exchange.storage.metadata import metadata

leases = Table(
    "leases",
    metadata,
    ledger(),
    number("epoch"),
    number("last_seq"),
    text("holder"),
    CheckConstraint("epoch > 0 AND last_seq >= 0", name="a_lease_has_an_epoch"),
)

journal = Table(
    "journal",
    metadata,
    ledger(),
    key("seq"),
    number("epoch"),
    number("at_ns"),
    text("command_id"),
    number("operator_id"),
    number("participant_id"),
    text("kind"),
    Column("command", LargeBinary, nullable=False),
    Column("refusal", LargeBinary),
    Column("events", LargeBinary, nullable=False),
    CheckConstraint("seq > 0 AND epoch > 0 AND at_ns > 0", name="an_entry_has_a_place"),
    CheckConstraint("refusal IS NULL OR events = '\\x90'", name="a_refusal_has_no_events"),
    UniqueConstraint("ledger", "command_id", name="a_command_happens_once"),
)

snapshots = Table(
    "snapshots",
    metadata,
    ledger(),
    key("seq"),
    Column("state_hash", LargeBinary, nullable=False),
    Column("state", LargeBinary, nullable=False),
    CheckConstraint("state_hash = sha256(state)", name="a_snapshot_matches_its_hash"),
)

id_filters = Table(
    "id_filters",
    metadata,
    ledger(),
    Column("chunk", Integer, primary_key=True, autoincrement=False),
    number("ids"),
    Column("bits", LargeBinary, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    ledger(),
    Column("state", SmallInteger, nullable=False),
    number("at_ns"),
    number("next_change_ns"),
    CheckConstraint("state IN (1, 2)", name="a_session_is_closed_or_open"),
)

rules = Table(
    "rules",
    metadata,
    ledger(),
    Column("rule_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    text("kind"),
    Column("value", ARRAY(Text), nullable=False),
    text("unit"),
    Column("valid_from", Integer, nullable=False),
    Column("valid_to", Integer),
    text("title_zh"),
    text("title_en"),
    text("source"),
    text("evidence"),
    Column("rule_set", Integer, nullable=False),
    number("activated_seq"),
)

admissions = Table(
    "admissions",
    metadata,
    ledger(),
    key("participant_id"),
    text("account_type"),
    text("region"),
    text("basin"),
    text("sector"),
    number("group_id"),
    Column("frozen", Boolean),
    text("document"),
    number("updated_seq"),
)

assets = Table(
    "assets",
    metadata,
    ledger(),
    key("asset_id"),
    text("code"),
    text("kind"),
    text("unit"),
    Column("scale", SmallInteger, nullable=False),
    text("title_zh"),
    text("title_en"),
    text("vintage"),
    text("region"),
    text("basin"),
    UniqueConstraint("ledger", "code", name="an_asset_code_is_unique"),
)

accounts = Table(
    "accounts",
    metadata,
    ledger(),
    key("account_id"),
    number("participant_id"),
    number("asset_id"),
    text("purpose"),
    Column("place", Text, nullable=False, server_default=""),
    number("posted"),
    number("held"),
    CheckConstraint("held >= 0", name="a_hold_is_never_negative"),
    CheckConstraint(
        "posted >= held OR purpose IN ('source', 'bank', 'target', 'owed')",
        name="nothing_is_spent_twice",
    ),
    UniqueConstraint(
        "ledger",
        "participant_id",
        "asset_id",
        "purpose",
        "place",
        name="one_account_for_each_purpose_and_place",
    ),
)

lots = Table(
    "lots",
    metadata,
    ledger(),
    key("lot_id"),
    number("asset_id"),
    number("quantity"),
    text("vintage"),
    text("region"),
    text("basin"),
    Column("valid_from", Integer, nullable=False),
    Column("valid_to", Integer, nullable=False),
    text("source"),
    number("seq"),
    CheckConstraint("quantity > 0", name="a_lot_has_a_quantity"),
)

holdings = Table(
    "holdings",
    metadata,
    ledger(),
    key("account_id"),
    key("lot_id"),
    Column("tradable_from", Integer, primary_key=True, autoincrement=False),
    number("quantity"),
    CheckConstraint("quantity >= 0", name="a_lot_is_never_overdrawn"),
)

transfers = Table(
    "transfers",
    metadata,
    ledger(),
    key("transfer_id"),
    key("seq"),
    number("at_ns"),
    number("chain_id"),
    number("debit_account_id"),
    number("credit_account_id"),
    number("quantity"),
    text("code"),
    text("state"),
    number("lot_id"),
    Column("lots", Text),
    text("reference"),
    CheckConstraint("quantity > 0", name="a_transfer_moves_something"),
    CheckConstraint("state IN ('pending', 'posted', 'voided')", name="a_transfer_has_a_state"),
    CheckConstraint("debit_account_id <> credit_account_id", name="a_transfer_has_two_sides"),
    CheckConstraint(
        "chain_id BETWEEN 1 AND transfer_id", name="a_chain_begins_with_its_first_transfer"
    ),
    Index("transfers_by_debit_account", "ledger", "debit_account_id", "transfer_id"),
    Index("transfers_by_credit_account", "ledger", "credit_account_id", "transfer_id"),
    Index("transfers_by_chain", "ledger", "chain_id"),
)

freezes = Table(
    "freezes",
    metadata,
    ledger(),
    key("freeze_id"),
    number("account_id"),
    number("quantity"),
    text("document"),
    number("seq"),
    Column("released_document", Text),
    Column("released_seq", BigInteger),
    CheckConstraint("quantity > 0", name="a_freeze_holds_something"),
    CheckConstraint(
        "(released_document IS NULL) = (released_seq IS NULL) AND NOT released_seq < seq",
        name="a_release_has_a_document_and_a_place",
    ),
)

instruments = Table(
    "instruments",
    metadata,
    ledger(),
    key("instrument_id"),
    text("code"),
    number("asset_id"),
    text("title_zh"),
    text("title_en"),
    Column("price_scale", SmallInteger, nullable=False),
    number("price_tick"),
    number("price_min"),
    number("quantity_step"),
    number("quantity_min"),
    number("quantity_max"),
    number("reference_price"),
    text("region"),
    text("basin"),
    text("sector"),
    Column("halted", Boolean, nullable=False),
    Column("rule_set", Integer, nullable=False),
    Column("band_day", Integer, nullable=False),
    number("band_reference"),
    number("band_low"),
    number("band_high"),
    CheckConstraint("price_tick > 0 AND quantity_step > 0", name="an_instrument_has_steps"),
    CheckConstraint("band_low BETWEEN 0 AND band_high", name="a_band_has_a_low_and_a_high"),
    UniqueConstraint("ledger", "code", name="an_instrument_code_is_unique"),
)

orders = Table(
    "orders",
    metadata,
    ledger(),
    key("order_id"),
    number("participant_id"),
    text("client_order_id"),
    number("instrument_id"),
    Column("side", SmallInteger, nullable=False),
    Column("order_type", SmallInteger, nullable=False),
    Column("time_in_force", SmallInteger, nullable=False),
    Column("post_only", Boolean, nullable=False),
    Column("self_trade_prevention", SmallInteger, nullable=False),
    Column("expires_on", Integer, nullable=False),
    number("price"),
    number("quantity"),
    number("leaves"),
    number("executed"),
    number("executed_fen"),
    number("fee_fen"),
    Column("cancel_reason", SmallInteger, nullable=False),
    Column("rule_set", Integer, nullable=False),
    number("accepted_seq"),
    number("accepted_at_ns"),
    number("updated_seq"),
    number("updated_at_ns"),
    CheckConstraint(
        "leaves >= 0 AND executed >= 0 AND leaves + executed <= quantity",
        name="an_order_never_overfills",
    ),
    CheckConstraint(
        "side IN (1, 2) AND quantity > 0 AND price >= 0", name="an_order_has_a_side_and_a_quantity"
    ),
    CheckConstraint("cancel_reason = 0 OR leaves = 0", name="a_cancelled_order_leaves_nothing"),
    CheckConstraint(
        "cancel_reason <> 0 OR leaves + executed = quantity",
        name="what_is_neither_executed_nor_cancelled_is_open",
    ),
    CheckConstraint(
        "executed_fen >= 0 AND fee_fen >= 0 AND (executed > 0 OR executed_fen + fee_fen = 0)",
        name="an_order_pays_only_for_what_it_executed",
    ),
    UniqueConstraint(
        "ledger", "participant_id", "client_order_id", name="a_client_order_id_is_used_once"
    ),
    Index("orders_by_participant", "ledger", "participant_id", "order_id"),
)
Index(
    "orders_open_by_participant",
    orders.c.ledger,
    orders.c.participant_id,
    orders.c.order_id,
    postgresql_where=orders.c.leaves > 0,
)

trades = Table(
    "trades",
    metadata,
    ledger(),
    key("trade_id"),
    number("seq"),
    number("at_ns"),
    number("instrument_id"),
    number("price"),
    number("quantity"),
    number("consideration_fen"),
    number("buyer_fee_fen"),
    number("seller_fee_fen"),
    number("buy_order_id"),
    number("sell_order_id"),
    number("buyer_id"),
    number("seller_id"),
    Column("taker_side", SmallInteger, nullable=False),
    number("first_transfer_id"),
    Column("rule_set", Integer, nullable=False),
    CheckConstraint("price > 0 AND quantity > 0", name="a_trade_has_price_and_quantity"),
    CheckConstraint(
        "buyer_id <> seller_id AND buy_order_id <> sell_order_id", name="nobody_trades_with_itself"
    ),
    CheckConstraint(
        "consideration_fen > 0 AND buyer_fee_fen >= 0 AND seller_fee_fen >= 0",
        name="a_trade_is_paid",
    ),
    Index("trades_by_instrument", "ledger", "instrument_id", "trade_id"),
    Index("trades_by_buyer", "ledger", "buyer_id", "trade_id"),
    Index("trades_by_seller", "ledger", "seller_id", "trade_id"),
)

book_levels = Table(
    "book_levels",
    metadata,
    ledger(),
    key("instrument_id"),
    Column("side", SmallInteger, primary_key=True, autoincrement=False),
    key("price"),
    number("quantity"),
    number("orders"),
    CheckConstraint("quantity >= 0 AND orders >= 0", name="a_level_is_never_negative"),
)

instrument_days = Table(
    "instrument_days",
    metadata,
    ledger(),
    key("instrument_id"),
    Column("day", Integer, primary_key=True, autoincrement=False),
    number("open"),
    number("high"),
    number("low"),
    number("last"),
    number("close"),
    number("quantity"),
    number("turnover_fen"),
    number("trades"),
    CheckConstraint("low BETWEEN 0 AND high AND trades >= 0", name="a_day_has_a_low_and_a_high"),
)
