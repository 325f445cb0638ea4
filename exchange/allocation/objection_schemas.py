"""Wire forms of objections."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from exchange.allocation.schemas import Entity
from exchange.api.amounts import Prose
from exchange.api.schemas import STRICT, ReceiptView

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


class FileObjectionRequest(BaseModel):
    """What a party objects to, and why."""

    model_config = STRICT
    entity: Entity
    text: Statement


class DecideObjectionRequest(BaseModel):
    """For or against an objection, and why."""

    model_config = STRICT
    outcome: Literal["upheld", "dismissed"]
    text: Statement
    document: Prose


class ObjectionReceipt(ReceiptView):
    objection_id: str = Field(examples=["carbon.b3"])
    status: Literal["filed", "upheld", "dismissed"]
    text_hash: str = Field(description="SHA-256 of the text that was given")


class ObjectionView(BaseModel):
    """An objection and what was decided; `version` is the one it was filed against."""

    objection_id: str = Field(examples=["carbon.b3"])
    ledger: str
    plan_id: str = Field(examples=["n17"])
    version: int
    participant_id: str
    entity: str
    text: str | None
    text_hash: str
    filed_on: str
    sequence: int
    status: Literal["filed", "upheld", "dismissed"]
    decision: str | None
    decision_hash: str | None
    document: str | None
    decided_sequence: int | None
