"""What projections keep of approvals, control totals and allocation plans."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
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


approvals = Table(
    "approvals",
    metadata,
    _ledger(),
    _key("approval_id"),
    _text("kind"),
    _number("participant_id"),
    Column("command_hash", LargeBinary, nullable=False),
    _number("command_bytes"),
    _number("operator_id"),
    _number("requester_id"),
    Column("expires_on", Integer, nullable=False),
    _text("subject"),
    _text("figures"),
    _text("status"),
    _number("requested_seq"),
    _number("requested_at_ns"),
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
    _ledger(),
    _key("asset_id"),
    Column("place", Text, primary_key=True),
    Column("parent", Text),
    _number("quantity"),
    _number("headroom_id"),
    _number("allocated_id"),
    _text("document"),
    _number("updated_seq"),
    CheckConstraint("quantity >= 0", name="a_total_is_never_negative"),
)

total_moves = Table(
    "total_moves",
    metadata,
    _ledger(),
    _key("account_id"),
    _number("moved_in"),
    _number("moved_out"),
)

plans = Table(
    "plans",
    metadata,
    _ledger(),
    _key("plan_id"),
    Column("version", Integer, nullable=False),
    _number("asset_id"),
    Column("content_hash", LargeBinary, nullable=False),
    Column("entities", Integer, nullable=False),
    _number("quantity"),
    Column("objections_until", Integer, nullable=False),
    _text("document"),
    _number("published_seq"),
    Column("issued_seq", BigInteger),
)

allocation_entries = Table(
    "allocation_entries",
    metadata,
    _ledger(),
    _key("plan_id"),
    Column("entity", Text, primary_key=True),
    _number("participant_id"),
    _number("account_id"),
    _number("lot_id"),
    _number("quantity"),
    _text("place"),
    _number("seq"),
    CheckConstraint("quantity >= 0", name="an_entry_is_never_negative"),
)

objections = Table(
    "objections",
    metadata,
    _ledger(),
    _key("objection_id"),
    _number("plan_id"),
    Column("version", Integer, nullable=False),
    _number("participant_id"),
    _text("entity"),
    Column("text_hash", LargeBinary, nullable=False),
    Column("filed_on", Integer, nullable=False),
    _number("filed_seq"),
    Column("upheld", Boolean),
    Column("decision_hash", LargeBinary),
    Column("document", Text),
    Column("decided_seq", BigInteger),
    CheckConstraint(
        "(decided_seq IS NULL) = (upheld IS NULL)", name="a_decision_is_for_or_against"
    ),
)
