"""What projections keep of voluntary cancellations."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, SmallInteger, Table, Text

from exchange.storage.metadata import metadata


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


cancellations = Table(
    "cancellations",
    metadata,
    Column("ledger", SmallInteger, primary_key=True, autoincrement=False),
    Column("cancellation_id", BigInteger, primary_key=True, autoincrement=False),
    _number("participant_id"),
    _number("asset_id"),
    _number("lot_id"),
    _number("quantity"),
    Column("beneficiary", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    _number("seq"),
    _number("at_ns"),
    CheckConstraint("quantity > 0", name="a_cancellation_is_of_something"),
    Index("cancellations_of_an_asset", "ledger", "asset_id", "cancellation_id"),
)
