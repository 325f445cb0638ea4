"""What projections keep of fee schedules, contracts for paid use and their invoices."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
)

from exchange.storage.metadata import metadata


def _ledger() -> Column[int]:
    return Column("ledger", SmallInteger, primary_key=True, autoincrement=False)


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _day(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


fee_schedules = Table(
    "fee_schedules",
    metadata,
    _ledger(),
    _key("schedule_id"),
    _text("kind"),
    _text("place"),
    _number("price"),
    _day("valid_from"),
    _day("valid_to"),
    _text("document"),
    _number("set_seq"),
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
    _ledger(),
    _key("contract_id"),
    _number("participant_id"),
    _number("asset_id"),
    _number("quantity"),
    Column("years", Integer, nullable=False),
    _text("place"),
    _text("pot"),
    _number("price"),
    _number("schedule_id"),
    _text("standard_rule"),
    Column("standard_version", Integer, nullable=False),
    _text("duties_rule"),
    Column("duties_version", Integer, nullable=False),
    _number("standard_fen"),
    _number("fee_fen"),
    _day("accept_until"),
    _text("document"),
    _number("offered_seq"),
    _text("status"),
    _number("lot_id"),
    _day("valid_from"),
    _day("valid_to"),
    _number("suspended"),
    _number("returned"),
    _number("missing"),
    _number("claim_fen"),
    _number("refunded_fen"),
    _number("updated_seq"),
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
    _ledger(),
    _key("invoice_id"),
    _number("contract_id"),
    _number("participant_id"),
    _number("amount_fen"),
    _day("due"),
    _text("status"),
    _number("interest_ppm"),
    _number("cap_ppm"),
    _number("interest_fen"),
    Column("paid_on", Integer),
    _number("updated_seq"),
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
