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

from exchange.storage.metadata import metadata


def _ledger() -> Column[int]:
    return Column("ledger", SmallInteger, primary_key=True, autoincrement=False)


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


leases = Table(
    "leases",
    metadata,
    _ledger(),
    _number("epoch"),
    _number("last_seq"),
    _text("holder"),
    CheckConstraint("epoch > 0 AND last_seq >= 0", name="a_lease_has_an_epoch"),
)

journal = Table(
    "journal",
    metadata,
    _ledger(),
    _key("seq"),
    _number("epoch"),
    _number("at_ns"),
    _text("command_id"),
    _number("operator_id"),
    _number("participant_id"),
    _text("kind"),
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
    _ledger(),
    _key("seq"),
    Column("state_hash", LargeBinary, nullable=False),
    Column("state", LargeBinary, nullable=False),
    CheckConstraint("state_hash = sha256(state)", name="a_snapshot_matches_its_hash"),
)

id_filters = Table(
    "id_filters",
    metadata,
    _ledger(),
    Column("chunk", Integer, primary_key=True, autoincrement=False),
    _number("ids"),
    Column("bits", LargeBinary, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    _ledger(),
    Column("state", SmallInteger, nullable=False),
    _number("at_ns"),
    _number("next_change_ns"),
    CheckConstraint("state IN (1, 2)", name="a_session_is_closed_or_open"),
)

rules = Table(
    "rules",
    metadata,
    _ledger(),
    Column("rule_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    Column("value", ARRAY(Text), nullable=False),
    _text("unit"),
    Column("valid_from", Integer, nullable=False),
    Column("valid_to", Integer),
    _text("title_zh"),
    _text("title_en"),
    _text("source"),
    _text("evidence"),
    Column("rule_set", Integer, nullable=False),
    _number("activated_seq"),
)

admissions = Table(
    "admissions",
    metadata,
    _ledger(),
    _key("participant_id"),
    _text("account_type"),
    _text("region"),
    _text("basin"),
    _text("sector"),
    _number("group_id"),
    Column("frozen", Boolean),
    _text("document"),
    _number("updated_seq"),
)

assets = Table(
    "assets",
    metadata,
    _ledger(),
    _key("asset_id"),
    _text("code"),
    _text("kind"),
    _text("unit"),
    Column("scale", SmallInteger, nullable=False),
    _text("title_zh"),
    _text("title_en"),
    _text("vintage"),
    _text("region"),
    _text("basin"),
    UniqueConstraint("ledger", "code", name="an_asset_code_is_unique"),
)

accounts = Table(
    "accounts",
    metadata,
    _ledger(),
    _key("account_id"),
    _number("participant_id"),
    _number("asset_id"),
    _text("purpose"),
    Column("place", Text, nullable=False, server_default=""),
    _number("posted"),
    _number("held"),
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
    _ledger(),
    _key("lot_id"),
    _number("asset_id"),
    _number("quantity"),
    _text("vintage"),
    _text("region"),
    _text("basin"),
    Column("valid_from", Integer, nullable=False),
    Column("valid_to", Integer, nullable=False),
    _text("source"),
    _number("seq"),
    CheckConstraint("quantity > 0", name="a_lot_has_a_quantity"),
)

holdings = Table(
    "holdings",
    metadata,
    _ledger(),
    _key("account_id"),
    _key("lot_id"),
    Column("tradable_from", Integer, primary_key=True, autoincrement=False),
    _number("quantity"),
    CheckConstraint("quantity >= 0", name="a_lot_is_never_overdrawn"),
)

transfers = Table(
    "transfers",
    metadata,
    _ledger(),
    _key("transfer_id"),
    _key("seq"),
    _number("at_ns"),
    _number("chain_id"),
    _number("debit_account_id"),
    _number("credit_account_id"),
    _number("quantity"),
    _text("code"),
    _text("state"),
    _number("lot_id"),
    Column("lots", Text),
    _text("reference"),
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
    _ledger(),
    _key("freeze_id"),
    _number("account_id"),
    _number("quantity"),
    _text("document"),
    _number("seq"),
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
    _ledger(),
    _key("instrument_id"),
    _text("code"),
    _number("asset_id"),
    _text("title_zh"),
    _text("title_en"),
    Column("price_scale", SmallInteger, nullable=False),
    _number("price_tick"),
    _number("price_min"),
    _number("quantity_step"),
    _number("quantity_min"),
    _number("quantity_max"),
    _number("reference_price"),
    _text("region"),
    _text("basin"),
    _text("sector"),
    Column("halted", Boolean, nullable=False),
    Column("rule_set", Integer, nullable=False),
    Column("band_day", Integer, nullable=False),
    _number("band_reference"),
    _number("band_low"),
    _number("band_high"),
    CheckConstraint("price_tick > 0 AND quantity_step > 0", name="an_instrument_has_steps"),
    CheckConstraint("band_low BETWEEN 0 AND band_high", name="a_band_has_a_low_and_a_high"),
    UniqueConstraint("ledger", "code", name="an_instrument_code_is_unique"),
)

orders = Table(
    "orders",
    metadata,
    _ledger(),
    _key("order_id"),
    _number("participant_id"),
    _text("client_order_id"),
    _number("instrument_id"),
    Column("side", SmallInteger, nullable=False),
    Column("order_type", SmallInteger, nullable=False),
    Column("time_in_force", SmallInteger, nullable=False),
    Column("post_only", Boolean, nullable=False),
    Column("self_trade_prevention", SmallInteger, nullable=False),
    Column("expires_on", Integer, nullable=False),
    _number("price"),
    _number("quantity"),
    _number("leaves"),
    _number("executed"),
    _number("executed_fen"),
    _number("fee_fen"),
    Column("cancel_reason", SmallInteger, nullable=False),
    Column("rule_set", Integer, nullable=False),
    _number("accepted_seq"),
    _number("accepted_at_ns"),
    _number("updated_seq"),
    _number("updated_at_ns"),
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
    _ledger(),
    _key("trade_id"),
    _number("seq"),
    _number("at_ns"),
    _number("instrument_id"),
    _number("price"),
    _number("quantity"),
    _number("consideration_fen"),
    _number("buyer_fee_fen"),
    _number("seller_fee_fen"),
    _number("buy_order_id"),
    _number("sell_order_id"),
    _number("buyer_id"),
    _number("seller_id"),
    Column("taker_side", SmallInteger, nullable=False),
    _number("first_transfer_id"),
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
    _ledger(),
    _key("instrument_id"),
    Column("side", SmallInteger, primary_key=True, autoincrement=False),
    _key("price"),
    _number("quantity"),
    _number("orders"),
    CheckConstraint("quantity >= 0 AND orders >= 0", name="a_level_is_never_negative"),
)

instrument_days = Table(
    "instrument_days",
    metadata,
    _ledger(),
    _key("instrument_id"),
    Column("day", Integer, primary_key=True, autoincrement=False),
    _number("open"),
    _number("high"),
    _number("low"),
    _number("last"),
    _number("close"),
    _number("quantity"),
    _number("turnover_fen"),
    _number("trades"),
    CheckConstraint("low BETWEEN 0 AND high AND trades >= 0", name="a_day_has_a_low_and_a_high"),
)
