"""Wire forms of objections."""

from typing import Literal

from pydantic import BaseModel, Field

from exchange.allocation.schemas import Entity
from exchange.api.amounts import Prose
from exchange.api.schemas import STRICT, ReceiptView, Statement


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
