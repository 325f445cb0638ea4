"""What projections keep of true-ups, claims, deductions, closures and borrowing."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
)

from exchange.storage.columns import key, ledger, number, text
from exchange.storage.metadata import metadata

true_up_entries = Table(
    "true_up_entries",
    metadata,
    ledger(),
    key("plan_id"),
    Column("entity", Text, primary_key=True),
    number("participant_id"),
    text("place"),
    number("before"),
    number("final"),
    number("issued"),
    number("lot_id"),
    number("taken"),
    number("claimed"),
    number("seq"),
    CheckConstraint(
        "before >= 0 AND final >= 0 AND issued >= 0 AND taken >= 0 AND claimed >= 0",
        name="a_true_up_is_never_negative",
    ),
    CheckConstraint("issued = 0 OR taken + claimed = 0", name="a_true_up_goes_one_way"),
)

claims = Table(
    "claims",
    metadata,
    ledger(),
    key("claim_id"),
    number("participant_id"),
    number("asset_id"),
    number("account_id"),
    number("plan_id"),
    text("entity"),
    number("quantity"),
    number("remaining"),
    text("pot"),
    Column("due_on", Integer, nullable=False),
    Column("deduction_id", BigInteger),
    number("opened_seq"),
    number("updated_seq"),
    CheckConstraint("remaining BETWEEN 0 AND quantity", name="a_claim_is_never_overpaid"),
    CheckConstraint(
        "deduction_id IS NULL OR remaining > 0", name="only_what_remains_of_a_claim_is_deducted"
    ),
    Index("claims_by_participant", "ledger", "participant_id", "claim_id"),
)

deductions = Table(
    "deductions",
    metadata,
    ledger(),
    key("deduction_id"),
    number("participant_id"),
    text("entity"),
    number("asset_id"),
    Column("any_of_kind", Boolean, nullable=False),
    number("quantity"),
    number("ratio_ppm"),
    text("ground"),
    number("remaining"),
    number("series"),
    text("document"),
    number("registered_seq"),
    number("updated_seq"),
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
    ledger(),
    key("seq"),
    key("deduction_id"),
    Column("entity", Text, primary_key=True),
    number("plan_id"),
    number("quantity"),
    CheckConstraint("quantity <> 0", name="a_use_of_a_deduction_changes_something"),
    Index("deduction_uses_by_deduction", "ledger", "deduction_id", "seq"),
)

borrowings = Table(
    "borrowings",
    metadata,
    ledger(),
    key("deduction_id"),
    number("participant_id"),
    text("entity"),
    number("asset_id"),
    number("account_id"),
    number("lot_id"),
    number("quantity"),
    number("most"),
    number("due"),
    number("allocated"),
    text("rule_id"),
    Column("rule_version", Integer, nullable=False),
    text("document"),
    number("seq"),
    CheckConstraint("quantity BETWEEN 1 AND most", name="nobody_borrows_more_than_the_gap_allows"),
)

closures = Table(
    "closures",
    metadata,
    ledger(),
    key("plan_id"),
    Column("entity", Text, primary_key=True),
    number("participant_id"),
    number("asset_id"),
    Column("closed_on", Integer, nullable=False),
    Column("months_run", Integer, nullable=False),
    number("before"),
    number("kept"),
    number("taken"),
    number("claimed"),
    text("pot"),
    text("rule_id"),
    Column("rule_version", Integer, nullable=False),
    text("document"),
    number("seq"),
    CheckConstraint("kept BETWEEN 0 AND before", name="a_closure_leaves_no_more_than_was_given"),
    CheckConstraint("taken >= 0 AND claimed >= 0", name="a_closure_only_takes"),
)
