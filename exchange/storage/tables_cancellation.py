"""What projections keep of voluntary cancellations."""

from sqlalchemy import CheckConstraint, Index, Table

from exchange.storage.columns import key, ledger, number, text
from exchange.storage.metadata import metadata

cancellations = Table(
    "cancellations",
    metadata,
    ledger(),
    key("cancellation_id"),
    number("participant_id"),
    number("asset_id"),
    number("lot_id"),
    number("quantity"),
    text("beneficiary"),
    text("purpose"),
    number("seq"),
    number("at_ns"),
    CheckConstraint("quantity > 0", name="a_cancellation_is_of_something"),
    Index("cancellations_of_an_asset", "ledger", "asset_id", "cancellation_id"),
)
