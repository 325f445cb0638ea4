"""Wire forms of reports, their sources and their findings."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from exchange.api.amounts import DayText, DecimalText, Prose, Reference
from exchange.api.schemas import STRICT, ParticipantRef, ReceiptView, Statement
from exchange.compliance.schemas import Status

SOURCES_MAX = 200
ATTACHMENTS_MAX = 50
CONTENT_MAX = 100_000
Label = Annotated[
    str,
    StringConstraints(
        strict=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$"
    ),
    Field(examples=["1号机组燃煤"]),
]
Unit = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z0-9/%]{1,24}$"),
    Field(examples=["t"]),
]
Content = Annotated[
    str,
    StringConstraints(
        strict=True, max_length=CONTENT_MAX, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
    ),
]
Sha256 = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]


class SourceForm(BaseModel):
    """One source: activity x factor. Measured quantities have the factor 1."""

    model_config = STRICT
    name: Label
    kind: Literal["fuel", "electricity", "heat", "process", "measured", "metered"]
    activity: DecimalText
    activity_unit: Unit
    factor: DecimalText
    factor_unit: Annotated[Unit, Field(examples=["tCO2e/t"])]


class AttachmentForm(BaseModel):
    """A document by its SHA-256; text may be sent along, and then has to match."""

    model_config = STRICT
    name: Label
    sha256: Sha256
    content: Content | None = None


class SubmitReportRequest(BaseModel):
    """What an entity emitted or used in the period, source by source."""

    model_config = STRICT
    obligation_id: Annotated[Reference, Field(examples=["carbon.g3"])]
    first_day: DayText
    last_day: DayText
    sources: Annotated[list[SourceForm], Field(min_length=1, max_length=SOURCES_MAX)]
    attachments: Annotated[list[AttachmentForm], Field(max_length=ATTACHMENTS_MAX)] = []
    prepared_by: ParticipantRef | None = None


class ReturnReportRequest(BaseModel):
    model_config = STRICT
    text: Statement
    document: Prose


class VerifyReportRequest(BaseModel):
    """The verified figure and the findings it rests on."""

    model_config = STRICT
    quantity: DecimalText
    text: Statement
    document: Prose


class ObjectReportRequest(BaseModel):
    model_config = STRICT
    text: Statement


class ReportReceipt(ReceiptView):
    report_id: str = Field(examples=["carbon.y4"])
    obligation_id: str
    version: int
    quantity: str
    report_hash: str = Field(description="SHA-256 of the report's content as it is shown")
    trace_hash: str = Field(description="SHA-256 of the traces of its sources, one a line")


class FindingReceipt(ReceiptView):
    report_id: str
    kind: Literal["returned", "verified", "objected"]
    text_hash: str
    quantity: str | None
    objections_until: str | None


class FindingView(BaseModel):
    """What somebody found of a report, with its text."""

    kind: Literal["returned", "verified", "objected"]
    participant_id: str
    quantity: str | None
    text: str | None
    text_hash: str
    objections_until: str | None
    document: str
    sequence: int
    at: str


class ReportView(BaseModel):
    """A version of a report. `status` is that of its entity while this version counts."""

    report_id: str
    obligation_id: str
    period_id: str
    entity: str
    participant_id: str
    version: int
    status: Status | Literal["superseded"]
    quantity: str
    report_hash: str
    trace_hash: str
    method_id: str
    method_version: int
    prepared_by: str | None
    sequence: int
    submitted_at: str


class ReportContentView(ReportView):
    content: str | None = Field(description="The report as JSON text: `report_hash` is its SHA-256")
    findings: list[FindingView]
