"""Wire forms of participants and their admissions."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from exchange.api.amounts import LedgerCode, Prose, Word
from exchange.api.schemas import STRICT, ParticipantRef, ReceiptView
from exchange.core.types import AccountType, Role

CreditCode = Annotated[str, Field(pattern=r"^[0-9A-HJ-NP-RTUW-Y]{18}$")]
Region = Annotated[str, Field(pattern=r"^[0-9]{6}$", examples=["150200"])]


class CreateParticipantRequest(BaseModel):
    model_config = STRICT
    name_zh: Prose
    name_en: Prose | None = None
    unified_social_credit_code: CreditCode | None = None
    role: Role
    region: Region
    contact: Prose | None = None


class ChangeParticipantRequest(BaseModel):
    model_config = STRICT
    name_zh: Prose | None = None
    name_en: Prose | None = None
    region: Region | None = None
    contact: Prose | None = None


class ParticipantView(BaseModel):
    participant_id: str = Field(examples=["p12"])
    name_zh: str
    name_en: str
    unified_social_credit_code: str | None
    role: Role
    region: str = Field(description="GB/T 2260 code", examples=["150200"])
    contact: str
    version: int
    created_at: str


class AdmitRequest(BaseModel):
    """The facts on which eligibility in one ledger hangs; a later admission replaces them."""

    model_config = STRICT
    ledger: LedgerCode
    account_type: AccountType
    region: Region
    basin: Word = ""
    sector: Word = ""
    group: ParticipantRef | None = Field(None, description="The head of the participant's group")
    document: Prose


class AdmissionView(BaseModel):
    ledger: str
    participant_id: str
    account_type: AccountType
    region: str
    basin: str
    sector: str
    group: str | None
    frozen: bool
    document: str


class FreezeRequest(BaseModel):
    model_config = STRICT
    ledger: LedgerCode
    document: Prose


class DoneReceipt(ReceiptView):
    status: Literal["done"] = "done"
