"""What the desk of plans keeps: files that were read in, and certificates that were made out.

Back-office tables: nothing here moves a quantity.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
)

from exchange.storage.metadata import metadata

imports = Table(
    "imports",
    metadata,
    Column("import_id", BigInteger, Identity(), primary_key=True),
    Column(
        "plan_id",
        BigInteger,
        ForeignKey("allocation_drafts.plan_id", name="an_import_has_a_plan"),
        nullable=False,
    ),
    Column("operator_id", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("file_hash", LargeBinary, nullable=False),
    Column("file_bytes", BigInteger, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("result_version", Integer),
    Column("rows_read", Integer, nullable=False),
    Column("rows_total", Integer),
    Column("error_count", Integer, nullable=False),
    Column("errors", Text, nullable=False),
    Column("started_at_ns", BigInteger, nullable=False),
    Column("ended_at_ns", BigInteger),
    CheckConstraint(
        "status IN ('running', 'failed', 'dry_run_done', 'imported', 'interrupted')",
        name="an_import_has_a_status",
    ),
    CheckConstraint(
        "(status = 'running') = (ended_at_ns IS NULL)", name="an_import_runs_until_it_ends"
    ),
    CheckConstraint(
        "(status = 'imported') = (result_version IS NOT NULL)",
        name="only_an_import_changes_a_plan",
    ),
    Index("imports_by_plan", "plan_id", "import_id"),
)

certificates = Table(
    "certificates",
    metadata,
    Column("certificate_hash", LargeBinary, primary_key=True),
    Column("body", Text, nullable=False),
    Column("ledger_number", SmallInteger, nullable=False),
    Column("plan_id", BigInteger, nullable=False),
    Column("entity", Text, nullable=False),
    Column("made_at_ns", BigInteger, nullable=False),
    CheckConstraint(
        "certificate_hash = sha256(convert_to(body, 'UTF8'))",
        name="a_certificate_matches_its_hash",
    ),
)
