"""What projections keep of the government's reserves: their offers and every movement."""

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


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


reserve_offers = Table(
    "reserve_offers",
    metadata,
    _ledger(),
    _key("offer_id"),
    _text("ground"),
    _number("reserve_id"),
    _number("party_id"),
    _number("asset_id"),
    _number("quantity"),
    _number("remaining"),
    _number("price"),
    _number("floor"),
    Column("opens_on", Integer, nullable=False),
    Column("closes_on", Integer, nullable=False),
    _text("document"),
    _number("offered_seq"),
    Column("withdrawn_document", Text),
    Column("withdrawn_seq", BigInteger),
    CheckConstraint(
        "ground IN ('repurchased', 'agreement', 'public_sale', 'simplified_sale')",
        name="an_offer_has_a_ground",
    ),
    CheckConstraint("remaining BETWEEN 0 AND quantity", name="an_offer_is_never_overdrawn"),
    CheckConstraint("price >= floor", name="no_sale_is_below_its_floor"),
)

reserve_movements = Table(
    "reserve_movements",
    metadata,
    _ledger(),
    _key("movement_id"),
    _text("ground"),
    _number("reserve_id"),
    _number("party_id"),
    _number("asset_id"),
    _number("quantity"),
    _number("consideration_fen"),
    _number("offer_id"),
    _number("chain_id"),
    _text("document"),
    _number("seq"),
    _number("at_ns"),
    CheckConstraint(
        "CASE WHEN ground IN ('agreement', 'public_sale', 'simplified_sale')"
        " THEN quantity < 0 ELSE quantity > 0 END",
        name="a_movement_goes_the_way_of_its_ground",
    ),
    Index("reserve_movements_by_party", "ledger", "party_id", "movement_id"),
)
