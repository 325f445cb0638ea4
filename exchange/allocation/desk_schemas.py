"""Wire forms of imports, calculations and certificates."""

from typing import Literal

from pydantic import BaseModel, Field

from exchange.api.problems import RuleView


class RowFaultView(BaseModel):
    """Why a row gives nothing: where it shows, a stable code, the rule and the figures."""

    row: int | None = Field(description="Line of the file, as a spreadsheet counts", examples=[3])
    entity: str | None = Field(examples=["BT-001"])
    column: str | None = Field(examples=["supply"])
    code: str = Field(examples=["input_negative"])
    detail: str
    rule: RuleView | None
    figures: dict[str, str]


class ImportView(BaseModel):
    """A file that is read in as the rows of a plan. `error_count` counts all faults.

    Of the faults the first 1,000 are told. A file with any changes nothing.
    """

    import_id: str = Field(examples=["i3"])
    plan_id: str = Field(examples=["n17"])
    media_type: str = Field(examples=["text/csv"])
    file_hash: str = Field(description="SHA-256 of the file, in hexadecimal")
    file_bytes: int
    dry_run: bool
    status: Literal["running", "failed", "dry_run_done", "imported", "interrupted"]
    plan_version: int = Field(description="The version of the plan that it is for")
    result_version: int | None = Field(description="The version that it made")
    rows_read: int
    rows_total: int | None
    error_count: int
    errors: list[RowFaultView]
    started_at: str
    ended_at: str | None


class CalculationReceipt(BaseModel):
    """What a plan's rows come to. With `faulty` rows it cannot be published."""

    plan_id: str = Field(examples=["n17"])
    version: int = Field(description="The version of the plan that the calculation made")
    rows: int
    faulty: int
    quantity: str
    faults: list[RowFaultView] = Field(description="The first 100; all: `rows?faulty=true`")


class TraceView(BaseModel):
    """How a quantity came about, as `/v1/formulas:evaluate` tells it: same form, same hash."""

    formula: RuleView
    as_of: str
    inputs: list[tuple[str, str, str]] = Field(description="Name, unit, value")
    parameters: list[tuple[str, str, str, str]] = Field(
        description="Name, rule, its version, its value"
    )
    steps: list[tuple[str, str]]
    rounding: str
    scale: int
    result: str
    unit: str


class FormulaText(BaseModel):
    """The formula as the rulebook has it."""

    id: str
    version: int
    title_zh: str
    title_en: str
    unit: str
    lines: list[str]
    source: str


class CalculationView(BaseModel):
    """What a published plan gives an entity, and how that came about.

    `trace_hash` is the SHA-256 of `trace` as JSON: keys in this order, without spaces, in UTF-8; it
    is part of what `content_hash` covers. Without a trace the plan named the quantity itself.
    """

    plan_id: str
    version: int
    content_hash: str
    entity: str
    participant_id: str
    asset: str
    unit: str
    quantity: str
    activity_year: int | None
    formula: FormulaText
    trace: TraceView | None
    trace_hash: str | None


class CertifiedLot(BaseModel):
    lot_id: str = Field(examples=["carbon.l7"])
    vintage: str
    region: str
    basin: str
    valid_from: str | None
    valid_to: str | None
    source: str


class Certificate(BaseModel):
    """What an entity was given: by which plan, as which lot, where the journal has it.

    `entry_hash` is the SHA-256 of the journal's entry: ledger, sequence, time, command id,
    operator, participant, kind, command and events as one msgpack list.
    """

    ledger: str
    plan_id: str
    version: int
    content_hash: str
    method: RuleView
    plan_document: str
    publication_document: str
    entity: str
    participant_id: str
    name_zh: str
    name_en: str
    unified_social_credit_code: str | None
    account_id: str
    asset: str
    unit: str
    gross: str
    deducted: str
    quantity: str
    place: str
    use: str = Field(description="What the lot may be put to: anything, or `own_use` alone")
    lot: CertifiedLot | None = Field(description="None when the entity was given nothing")
    activity_year: int | None
    trace_hash: str | None
    issued_at: str
    sequence: int
    entry_hash: str


class CertificateView(BaseModel):
    """`certificate_hash` is the SHA-256 of `certificate` as JSON.

    Keys in this order, without spaces, in UTF-8.
    """

    certificate: Certificate
    certificate_hash: str


class CertificateStanding(BaseModel):
    """A certificate of this hash was made out."""

    certificate_hash: str
    genuine: bool
    ledger: str
    plan_id: str
    made_at: str
