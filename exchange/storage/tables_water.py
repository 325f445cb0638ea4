"""What projections keep of water years, savings and approvals of transfers between leagues."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, SmallInteger, Table, Text

from exchange.storage.metadata import metadata


def _ledger() -> Column[int]:
    return Column("ledger", SmallInteger, primary_key=True, autoincrement=False)


def _key(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


water_shares = Table(
    "water_shares",
    metadata,
    _ledger(),
    _key("asset_id"),
    _key("revision"),
    Column("place", Text, primary_key=True),
    Column("year", Integer, nullable=False),
    _number("ratio_ppm"),
    Column("first_day", Integer, nullable=False),
    Column("last_day", Integer, nullable=False),
    _number("quantity"),
    _number("withheld"),
    _text("formula"),
    Column("formula_version", Integer, nullable=False),
    _text("document"),
    _number("seq"),
    CheckConstraint("quantity >= 0 AND withheld >= 0", name="a_share_is_never_negative"),
)

water_overuse = Table(
    "water_overuse",
    metadata,
    _ledger(),
    Column("place", Text, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    _number("quantity"),
    _text("document"),
    _number("updated_seq"),
    CheckConstraint("quantity > 0", name="overuse_is_of_something"),
)

water_savings = Table(
    "water_savings",
    metadata,
    _ledger(),
    _key("saving_id"),
    _number("asset_id"),
    _text("place"),
    _text("district"),
    _number("potential"),
    _number("tradable"),
    _text("coefficient"),
    Column("coefficient_version", Integer, nullable=False),
    _text("document"),
    _number("seq"),
    CheckConstraint(
        "tradable BETWEEN 1 AND potential", name="no_more_is_tradable_than_can_be_saved"
    ),
)

cross_region_approvals = Table(
    "cross_region_approvals",
    metadata,
    _ledger(),
    _key("asset_id"),
    _key("giver_id"),
    _key("taker_id"),
    _number("approved"),
    _number("remaining"),
    _text("document"),
    _number("updated_seq"),
    CheckConstraint("giver_id <> taker_id", name="an_approval_has_two_sides"),
    CheckConstraint("remaining BETWEEN 0 AND approved", name="an_approval_is_never_overdrawn"),
)
