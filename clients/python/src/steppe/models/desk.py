"""Files for plans, and answers about imports, calculations and certificates."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from steppe.models.answer import Instant, Model, Receipt
from steppe.models.reference import RuleRef

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class PlanFile(msgspec.Struct, frozen=True):
    """The rows of a plan as a CSV or XLSX file, as it is on disk."""

    data: bytes
    media_type: str = "text/csv"

    @classmethod
    def load(cls, path: str | Path) -> "PlanFile":
        """Read a file. Raises: OSError; ValueError when its name says that it is another kind."""
        kind = MEDIA_TYPES.get(Path(path).suffix.lower())
        if kind is None:
            raise ValueError(f"a plan's file is {' or '.join(MEDIA_TYPES)}")
        return cls(Path(path).read_bytes(), kind)


class RowFault(Model, frozen=True, kw_only=True):
    """Why a row gives nothing: where it shows, a stable code, the rule and the figures."""

    row: int | None = None
    entity: str | None = None
    column: str | None = None
    code: str
    detail: str = ""
    rule: RuleRef | None = None
    figures: dict[str, str] = msgspec.field(default_factory=dict)


class PlanImport(Model, frozen=True, kw_only=True):
    """A file on its way into a plan; with any fault (`error_count`) it changes nothing."""

    import_id: str
    plan_id: str
    media_type: str
    file_hash: str
    file_bytes: int
    dry_run: bool
    status: str
    plan_version: int
    result_version: int | None = None
    rows_read: int
    rows_total: int | None = None
    error_count: int
    errors: tuple[RowFault, ...] = ()
    started_at: Instant
    ended_at: Instant | None = None


class PlanCalculation(Receipt, frozen=True, kw_only=True):
    """What a plan's rows come to; with `faulty` rows it cannot be published."""

    plan_id: str
    version: int
    rows: int
    faulty: int
    quantity: Decimal
    faults: tuple[RowFault, ...] = ()


class FormulaText(Model, frozen=True, kw_only=True):
    """A formula as the rulebook has it."""

    id: str
    version: int
    title_zh: str
    title_en: str
    unit: str
    lines: tuple[str, ...]
    source: str


class EntityCalculation(Model, frozen=True, kw_only=True):
    """What a published plan gives an entity and how that came about (`recompute_allocation`)."""

    plan_id: str
    version: int
    content_hash: str
    entity: str
    participant_id: str
    asset: str
    unit: str
    quantity: Decimal
    activity_year: int | None = None
    formula: FormulaText
    trace: dict[str, Any] | None = None
    trace_hash: str | None = None


class CertificateOfAllocation(Model, frozen=True, kw_only=True):
    """What an entity was given: a document and its hash."""

    certificate: dict[str, Any]
    certificate_hash: str

    def own_hash(self) -> str:
        """Return the SHA-256 of the document as received."""
        text = json.dumps(self.certificate, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class CertificateStanding(Model, frozen=True, kw_only=True):
    """That a certificate of this hash was made out."""

    certificate_hash: str
    genuine: bool
    ledger: str
    plan_id: str
    made_at: Instant
