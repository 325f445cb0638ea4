"""Wire forms that several features share."""

from typing import Annotated, Final

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from exchange.api.amounts import Prose

STRICT: Final = ConfigDict(extra="forbid")
"""A request says nothing beyond its form."""

ParticipantRef = Annotated[str, Field(pattern=r"^p[1-9][0-9]{0,17}$", examples=["p12"])]
LedgerFilter = Annotated[str | None, Query(max_length=32, examples=["carbon"])]


class DocumentRequest(BaseModel):
    """The document on whose ground something is done."""

    model_config = STRICT
    document: Prose


class ReceiptView(BaseModel):
    """Where a command that was carried out stands in its ledger's journal."""

    ledger: str
    sequence: int
    accepted_at: str
