"""What projections keep of fee schedules, contracts for paid use and their invoices."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
)

from exchange.storage.columns import day, key, ledger, number, text
from exchange.storage.metadata import metadata

fee_schedules = Table(
    "fee_schedules",
    metadata,
    ledger(),
    key("schedule_id"),
    text("kind"),
    text("place"),
    number("price"),
    day("valid_from"),
    day("valid_to"),
    text("document"),
    number("set_seq"),
    Column("ended_document", Text),
    Column("ended_seq", BigInteger),
    CheckConstraint("price > 0", name="a_schedule_has_a_price"),
    CheckConstraint(
        "valid_to = 0 OR valid_to >= valid_from", name="a_schedule_ends_after_it_began"
    ),
)

paid_use_contracts = Table(
    "paid_use_contracts",
    metadata,
    ledger(),
    key("contract_id"),
    number("participant_id"),
    number("asset_id"),
    number("quantity"),
    Column("years", Integer, nullable=False),
    text("place"),
    text("pot"),
    number("price"),
    number("schedule_id"),
    text("standard_rule"),
    Column("standard_version", Integer, nullable=False),
    text("duties_rule"),
    Column("duties_version", Integer, nullable=False),
    number("standard_fen"),
    number("fee_fen"),
    day("accept_until"),
    text("document"),
    number("offered_seq"),
    text("status"),
    number("lot_id"),
    day("valid_from"),
    day("valid_to"),
    number("suspended"),
    number("returned"),
    number("missing"),
    number("claim_fen"),
    number("refunded_fen"),
    number("updated_seq"),
    CheckConstraint(
        "status IN ('offered', 'accepted', 'active', 'suspended', 'lapsed', 'recalled',"
        " 'returned')",
        name="a_contract_has_a_status",
    ),
    CheckConstraint(
        "quantity > 0 AND years > 0 AND fee_fen >= 0", name="a_contract_is_for_something"
    ),
    CheckConstraint(
        "suspended BETWEEN 0 AND quantity AND returned >= 0 AND missing >= 0"
        " AND returned + missing <= quantity",
        name="no_more_comes_back_than_was_given",
    ),
    CheckConstraint("refunded_fen BETWEEN 0 AND fee_fen", name="no_refund_exceeds_its_fee"),
    Index("paid_use_contracts_by_participant", "ledger", "participant_id", "contract_id"),
)

paid_use_invoices = Table(
    "paid_use_invoices",
    metadata,
    ledger(),
    key("invoice_id"),
    number("contract_id"),
    number("participant_id"),
    number("amount_fen"),
    day("due"),
    text("status"),
    number("interest_ppm"),
    number("cap_ppm"),
    number("interest_fen"),
    Column("paid_on", Integer),
    number("updated_seq"),
    CheckConstraint("amount_fen > 0", name="an_invoice_asks_for_something"),
    CheckConstraint(
        "status IN ('open', 'paid', 'overdue', 'cancelled')", name="an_invoice_has_a_status"
    ),
    CheckConstraint(
        "(status = 'paid') = (paid_on IS NOT NULL) AND interest_fen >= 0",
        name="what_is_paid_was_paid_on_a_day",
    ),
    Index("paid_use_invoices_by_participant", "ledger", "participant_id", "invoice_id"),
)
