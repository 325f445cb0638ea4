"""What projections keep of true-ups, claims, deductions, closures and borrowing."""

from sqlalchemy import (
    BigInteger,
    Boolean,
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


true_up_entries = Table(
    "true_up_entries",
    metadata,
    _ledger(),
    _key("plan_id"),
    Column("entity", Text, primary_key=True),
    _number("participant_id"),
    _text("place"),
    _number("before"),
    _number("final"),
    _number("issued"),
    _number("lot_id"),
    _number("taken"),
    _number("claimed"),
    _number("seq"),
    CheckConstraint(
        "before >= 0 AND final >= 0 AND issued >= 0 AND taken >= 0 AND claimed >= 0",
        name="a_true_up_is_never_negative",
    ),
    CheckConstraint("issued = 0 OR taken + claimed = 0", name="a_true_up_goes_one_way"),
)

claims = Table(
    "claims",
    metadata,
    _ledger(),
    _key("claim_id"),
    _number("participant_id"),
    _number("asset_id"),
    _number("account_id"),
    _number("plan_id"),
    _text("entity"),
    _number("quantity"),
    _number("remaining"),
    _text("pot"),
    Column("due_on", Integer, nullable=False),
    Column("deduction_id", BigInteger),
    _number("opened_seq"),
    _number("updated_seq"),
    CheckConstraint("remaining BETWEEN 0 AND quantity", name="a_claim_is_never_overpaid"),
    CheckConstraint(
        "deduction_id IS NULL OR remaining > 0", name="only_what_remains_of_a_claim_is_deducted"
    ),
    Index("claims_by_participant", "ledger", "participant_id", "claim_id"),
)

deductions = Table(
    "deductions",
    metadata,
    _ledger(),
    _key("deduction_id"),
    _number("participant_id"),
    _text("entity"),
    _number("asset_id"),
    Column("any_of_kind", Boolean, nullable=False),
    _number("quantity"),
    _number("ratio_ppm"),
    _text("ground"),
    _number("remaining"),
    _number("series"),
    _text("document"),
    _number("registered_seq"),
    _number("updated_seq"),
    CheckConstraint(
        "ratio_ppm BETWEEN 0 AND 1000000 AND (quantity > 0) <> (ratio_ppm > 0)",
        name="a_deduction_is_a_quantity_or_a_ratio",
    ),
    CheckConstraint(
        "remaining BETWEEN 0 AND quantity", name="a_deduction_takes_no_more_than_itself"
    ),
    Index("deductions_by_participant", "ledger", "participant_id", "deduction_id"),
)

deduction_uses = Table(
    "deduction_uses",
    metadata,
    _ledger(),
    _key("seq"),
    _key("deduction_id"),
    Column("entity", Text, primary_key=True),
    _number("plan_id"),
    _number("quantity"),
    CheckConstraint("quantity <> 0", name="a_use_of_a_deduction_changes_something"),
    Index("deduction_uses_by_deduction", "ledger", "deduction_id", "seq"),
)

borrowings = Table(
    "borrowings",
    metadata,
    _ledger(),
    _key("deduction_id"),
    _number("participant_id"),
    _text("entity"),
    _number("asset_id"),
    _number("account_id"),
    _number("lot_id"),
    _number("quantity"),
    _number("most"),
    _number("due"),
    _number("allocated"),
    _text("rule_id"),
    Column("rule_version", Integer, nullable=False),
    _text("document"),
    _number("seq"),
    CheckConstraint("quantity BETWEEN 1 AND most", name="nobody_borrows_more_than_the_gap_allows"),
)

closures = Table(
    "closures",
    metadata,
    _ledger(),
    _key("plan_id"),
    Column("entity", Text, primary_key=True),
    _number("participant_id"),
    _number("asset_id"),
    Column("closed_on", Integer, nullable=False),
    Column("months_run", Integer, nullable=False),
    _number("before"),
    _number("kept"),
    _number("taken"),
    _number("claimed"),
    _text("pot"),
    _text("rule_id"),
    Column("rule_version", Integer, nullable=False),
    _text("document"),
    _number("seq"),
    CheckConstraint("kept BETWEEN 0 AND before", name="a_closure_leaves_no_more_than_was_given"),
    CheckConstraint("taken >= 0 AND claimed >= 0", name="a_closure_only_takes"),
)
