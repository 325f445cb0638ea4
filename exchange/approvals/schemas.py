"""Wire forms of the inbox."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from exchange.api.amounts import Prose
from exchange.api.schemas import STRICT, ReceiptView

Status = Literal["pending", "approved", "rejected", "withdrawn", "expired"]
HashText = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$"),
    Field(description="SHA-256 in hexadecimal", examples=["0" * 64]),
]


class ApproveBody(BaseModel):
    """What is approved: the hash of the bytes that the approver has read."""

    model_config = STRICT
    command_hash: HashText


class RejectBody(BaseModel):
    model_config = STRICT
    grounds: Prose


class ApprovalView(BaseModel):
    """An act that takes two people: what is asked for, by whom, and what became of it."""

    approval_id: str = Field(examples=["carbon.q7"])
    ledger: str
    kind: str = Field(examples=["SetControlTotal"])
    subject: str = Field(examples=["CEA26"])
    figures: dict[str, str] = Field(examples=[{"place": "150200", "quantity": "600"}])
    participant_id: str | None = Field(description="Whom the act is about, if anybody")
    requester_id: str
    requested_by: str
    command_hash: str
    command_bytes: int
    expires_on: str
    status: Status
    decided_by: str | None
    grounds: str | None
    requested_at: str
    sequence: int
    decided_sequence: int | None


class ApprovalContentView(BaseModel):
    """The exact bytes that an approval carries out, and what they say."""

    approval_id: str
    kind: str
    command_hash: str
    content: str = Field(description="The canonical bytes in Base64: hash them yourself")
    command: dict[str, Any] = Field(description="The fields of the command, as the journal has it")


class DecisionReceipt(ReceiptView):
    approval_id: str
    status: Status
