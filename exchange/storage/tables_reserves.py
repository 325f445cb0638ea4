"""What projections keep of the government's reserves: their offers and every movement."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
)

from exchange.storage.columns import key, ledger, number, text
from exchange.storage.metadata import metadata

reserve_offers = Table(
    "reserve_offers",
    metadata,
    ledger(),
    key("offer_id"),
    text("ground"),
    number("reserve_id"),
    number("party_id"),
    number("asset_id"),
    number("quantity"),
    number("remaining"),
    number("price"),
    number("floor"),
    Column("opens_on", Integer, nullable=False),
    Column("closes_on", Integer, nullable=False),
    text("document"),
    number("offered_seq"),
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
    ledger(),
    key("movement_id"),
    text("ground"),
    number("reserve_id"),
    number("party_id"),
    number("asset_id"),
    number("quantity"),
    number("consideration_fen"),
    number("offer_id"),
    number("chain_id"),
    text("document"),
    number("seq"),
    number("at_ns"),
    CheckConstraint(
        "CASE WHEN ground IN ('agreement', 'public_sale', 'simplified_sale')"
        " THEN quantity < 0 ELSE quantity > 0 END",
        name="a_movement_goes_the_way_of_its_ground",
    ),
    Index("reserve_movements_by_party", "ledger", "party_id", "movement_id"),
)
