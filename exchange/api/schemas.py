"""Wire forms that several features share."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from exchange.api.amounts import DayText, Prose

STRICT: Final = ConfigDict(extra="forbid")
"""A request says nothing beyond its form."""

ParticipantRef = Annotated[str, Field(pattern=r"^p[1-9][0-9]{0,17}$", examples=["p12"])]
LedgerFilter = Annotated[str | None, Query(max_length=32, examples=["carbon"])]
LastDay = Annotated[DayText | None, Field(description="Last day to approve it")]
Place = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^([1-9][0-9]{5})?$"),
    Field(description="GB/T 2260 code; empty for the whole country", examples=["150200"]),
]


class DocumentRequest(BaseModel):
    """The document on whose ground something is done."""

    model_config = STRICT
    document: Prose


class ReceiptView(BaseModel):
    """Where a command that was carried out stands in its ledger's journal."""

    ledger: str
    sequence: int
    accepted_at: str


class ApprovalReceipt(ReceiptView):
    """A request that now waits for a second person."""

    approval_id: str = Field(examples=["carbon.q7"])
    kind: str = Field(examples=["SetControlTotal"])
    command_hash: str = Field(description="SHA-256 of what was asked for, in hexadecimal")
    subject: str
    figures: dict[str, str]
    expires_on: str = Field(description="Last local day on which it may be approved")


Statement = Annotated[
    str,
    StringConstraints(
        strict=True, min_length=1, max_length=4000, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]+$"
    ),
    Field(
        description="Kept as it is; the journal has its SHA-256 (UTF-8)",
        examples=["2025年发电量应为1234567兆瓦时"],
    ),
]
