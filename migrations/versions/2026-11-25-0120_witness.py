"""Further rules that the database keeps by itself, each by a constraint of the rule's name.

A constraint is added without a look at the rows that are there, which takes a lock for a moment
only, and then validated under a lock that lets writers go on. It may be run again after it failed.
"""

from alembic import op

revision: str = "witness"
down_revision: str | None = "id_filters"
branch_labels: str | None = None
depends_on: str | None = None

CHECKS: tuple[tuple[str, str, str], ...] = (
    ("journal", "an_entry_has_a_place", "seq > 0 AND epoch > 0 AND at_ns > 0"),
    ("journal", "a_refusal_has_no_events", "refusal IS NULL OR events = '\\x90'"),
    ("leases", "a_lease_has_an_epoch", "epoch > 0 AND last_seq >= 0"),
    ("snapshots", "a_snapshot_matches_its_hash", "state_hash = sha256(state)"),
    ("sessions", "a_session_is_closed_or_open", "state IN (1, 2)"),
    ("lots", "a_lot_has_a_quantity", "quantity > 0"),
    ("transfers", "a_transfer_has_two_sides", "debit_account_id <> credit_account_id"),
    ("transfers", "a_chain_begins_with_its_first_transfer", "chain_id BETWEEN 1 AND transfer_id"),
    ("freezes", "a_freeze_holds_something", "quantity > 0"),
    (
        "freezes",
        "a_release_has_a_document_and_a_place",
        "(released_document IS NULL) = (released_seq IS NULL) AND NOT released_seq < seq",
    ),
    ("instruments", "an_instrument_has_steps", "price_tick > 0 AND quantity_step > 0"),
    ("instruments", "a_band_has_a_low_and_a_high", "band_low BETWEEN 0 AND band_high"),
    (
        "orders",
        "an_order_has_a_side_and_a_quantity",
        "side IN (1, 2) AND quantity > 0 AND price >= 0",
    ),
    ("orders", "a_cancelled_order_leaves_nothing", "cancel_reason = 0 OR leaves = 0"),
    (
        "orders",
        "what_is_neither_executed_nor_cancelled_is_open",
        "cancel_reason <> 0 OR leaves + executed = quantity",
    ),
    (
        "orders",
        "an_order_pays_only_for_what_it_executed",
        "executed_fen >= 0 AND fee_fen >= 0 AND (executed > 0 OR executed_fen + fee_fen = 0)",
    ),
    (
        "trades",
        "nobody_trades_with_itself",
        "buyer_id <> seller_id AND buy_order_id <> sell_order_id",
    ),
    (
        "trades",
        "a_trade_is_paid",
        "consideration_fen > 0 AND buyer_fee_fen >= 0 AND seller_fee_fen >= 0",
    ),
    ("instrument_days", "a_day_has_a_low_and_a_high", "low BETWEEN 0 AND high AND trades >= 0"),
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table, name, rule in CHECKS:
        op.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name},"
            f" ADD CONSTRAINT {name} CHECK ({rule}) NOT VALID"
        )
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = '3s'")
        for table, name, _ in CHECKS:
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
        op.execute("RESET lock_timeout")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SET LOCAL statement_timeout = '60s'")
    for table, name, _ in CHECKS:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
