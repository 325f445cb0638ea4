"""What projections keep of voluntary cancellations."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, SmallInteger, Table, Text

from exchange.storage.columns import number
from exchange.storage.metadata import metadata

cancellations = Table(
    "cancellations",
    metadata,
    Column("ledger", SmallInteger, primary_key=True, autoincrement=False),
    Column("cancellation_id", BigInteger, primary_key=True, autoincrement=False),
    number("participant_id"),
    number("asset_id"),
    number("lot_id"),
    number("quantity"),
    Column("beneficiary", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    number("seq"),
    number("at_ns"),
    CheckConstraint("quantity > 0", name="a_cancellation_is_of_something"),
    Index("cancellations_of_an_asset", "ledger", "asset_id", "cancellation_id"),
)
