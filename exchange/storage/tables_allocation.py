"""What projections keep of approvals, control totals and allocation plans."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from exchange.storage.columns import key, ledger, number, text
from exchange.storage.metadata import metadata

approvals = Table(
    "approvals",
    metadata,
    ledger(),
    key("approval_id"),
    text("kind"),
    number("participant_id"),
    Column("command_hash", LargeBinary, nullable=False),
    number("command_bytes"),
    number("operator_id"),
    number("requester_id"),
    Column("expires_on", Integer, nullable=False),
    text("subject"),
    text("figures"),
    text("status"),
    number("requested_seq"),
    number("requested_at_ns"),
    Column("decided_seq", BigInteger),
    Column("decided_by", BigInteger),
    Column("grounds", Text),
    CheckConstraint(
        "status IN ('pending', 'approved', 'rejected', 'withdrawn', 'expired')",
        name="a_request_has_a_status",
    ),
    CheckConstraint(
        "status <> 'approved' OR decided_by <> operator_id", name="nobody_approves_alone"
    ),
    Index("approvals_by_status", "ledger", "status", "approval_id"),
)

control_totals = Table(
    "control_totals",
    metadata,
    ledger(),
    key("asset_id"),
    Column("place", Text, primary_key=True),
    Column("parent", Text),
    number("quantity"),
    number("headroom_id"),
    number("allocated_id"),
    text("document"),
    number("updated_seq"),
    CheckConstraint("quantity >= 0", name="a_total_is_never_negative"),
)

total_moves = Table(
    "total_moves",
    metadata,
    ledger(),
    key("account_id"),
    number("moved_in"),
    number("moved_out"),
)

plans = Table(
    "plans",
    metadata,
    ledger(),
    key("plan_id"),
    Column("version", Integer, nullable=False),
    number("asset_id"),
    Column("content_hash", LargeBinary, nullable=False),
    Column("entities", Integer, nullable=False),
    number("quantity"),
    Column("objections_until", Integer, nullable=False),
    text("document"),
    number("published_seq"),
    Column("issued_seq", BigInteger),
)

allocation_entries = Table(
    "allocation_entries",
    metadata,
    ledger(),
    key("plan_id"),
    Column("entity", Text, primary_key=True),
    number("participant_id"),
    number("account_id"),
    number("lot_id"),
    number("quantity"),
    text("place"),
    number("seq"),
    CheckConstraint("quantity >= 0", name="an_entry_is_never_negative"),
)

objections = Table(
    "objections",
    metadata,
    ledger(),
    key("objection_id"),
    number("plan_id"),
    Column("version", Integer, nullable=False),
    number("participant_id"),
    text("entity"),
    Column("text_hash", LargeBinary, nullable=False),
    Column("filed_on", Integer, nullable=False),
    number("filed_seq"),
    Column("upheld", Boolean),
    Column("decision_hash", LargeBinary),
    Column("document", Text),
    Column("decided_seq", BigInteger),
    CheckConstraint(
        "(decided_seq IS NULL) = (upheld IS NULL)", name="a_decision_is_for_or_against"
    ),
)
