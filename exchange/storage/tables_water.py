"""What projections keep of water years, savings and approvals of transfers between leagues."""

from sqlalchemy import CheckConstraint, Column, Integer, Table, Text

from exchange.storage.columns import key, ledger, number, text
from exchange.storage.metadata import metadata

water_shares = Table(
    "water_shares",
    metadata,
    ledger(),
    key("asset_id"),
    key("revision"),
    Column("place", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    number("ratio_ppm"),
    Column("first_day", Integer, nullable=False),
    Column("last_day", Integer, nullable=False),
    number("quantity"),
    number("withheld"),
    text("formula"),
    Column("formula_version", Integer, nullable=False),
    text("document"),
    number("seq"),
    CheckConstraint("quantity >= 0 AND withheld >= 0", name="a_share_is_never_negative"),
)

water_overuse = Table(
    "water_overuse",
    metadata,
    ledger(),
    Column("place", Text, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    number("quantity"),
    text("document"),
    number("updated_seq"),
    CheckConstraint("quantity > 0", name="overuse_is_of_something"),
)

water_savings = Table(
    "water_savings",
    metadata,
    ledger(),
    key("saving_id"),
    number("asset_id"),
    text("place"),
    text("district"),
    number("potential"),
    number("tradable"),
    text("coefficient"),
    Column("coefficient_version", Integer, nullable=False),
    text("document"),
    number("seq"),
    CheckConstraint(
        "tradable BETWEEN 1 AND potential", name="no_more_is_tradable_than_can_be_saved"
    ),
)

cross_region_approvals = Table(
    "cross_region_approvals",
    metadata,
    ledger(),
    key("asset_id"),
    key("giver_id"),
    key("taker_id"),
    number("approved"),
    number("remaining"),
    text("document"),
    number("updated_seq"),
    CheckConstraint("giver_id <> taker_id", name="an_approval_has_two_sides"),
    CheckConstraint("remaining BETWEEN 0 AND approved", name="an_approval_is_never_overdrawn"),
)
