"""Wire forms of assets, accounts, balances, lots, transfers, freezes and cash."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from exchange.api.amounts import (
    Code,
    DayText,
    DecimalText,
    LedgerCode,
    Prose,
    Reference,
    SignedDecimalText,
    Word,
)
from exchange.api.schemas import STRICT, ParticipantRef, ReceiptView


class LedgerView(BaseModel):
    ledger: str = Field(examples=["carbon"])
    title_zh: str
    title_en: str
    right_zh: str
    right_en: str
    notice_zh: str
    notice_en: str


class DefineAssetRequest(BaseModel):
    model_config = STRICT
    ledger: LedgerCode
    code: Code
    kind: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,15}$", examples=["CEA"])]
    unit: Annotated[str, Field(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9/·]+$")]
    scale: Annotated[int, Field(strict=True, ge=0, le=9, description="Decimals of the unit")]
    title_zh: Prose
    title_en: Prose
    vintage: Word = ""
    region: Word = ""
    basin: Word = ""


class AssetView(BaseModel):
    code: str
    ledger: str
    kind: str
    unit: str
    scale: int
    title_zh: str
    title_en: str
    vintage: str
    region: str
    basin: str


class AuthoriseRequest(BaseModel):
    """Raise the cap by a quantity, or lower it by a negative one."""

    model_config = STRICT
    quantity: SignedDecimalText
    document: Prose


class IssueRequest(BaseModel):
    model_config = STRICT
    participant_id: ParticipantRef
    quantity: DecimalText
    vintage: Word = ""
    region: Word = ""
    basin: Word = ""
    valid_from: DayText | None = None
    valid_to: DayText | None = None
    tradable_from: DayText | None = None
    source: Prose


class IssueReceipt(ReceiptView):
    transfer_id: str = Field(examples=["carbon.x9"])
    lot_id: str = Field(examples=["carbon.l2"])
    account_id: str = Field(examples=["carbon.a3"])


class BalanceView(BaseModel):
    """`available` = total - held - not yet tradable."""

    account_id: str
    participant_id: str
    ledger: str
    asset: str
    unit: str
    purpose: str
    place: str = Field(description="GB/T 2260 code; empty but for control totals")
    total: str
    held: str
    not_yet_tradable: str
    available: str


class LotLockView(BaseModel):
    """What locks of a kind keep of the lot on this account, whatever day it is tradable from."""

    kind: str
    quantity: str


class LotView(BaseModel):
    lot_id: str
    account_id: str
    ledger: str
    asset: str
    quantity: str
    vintage: str
    region: str
    basin: str
    valid_from: str | None
    valid_to: str | None
    days_left: int | None = Field(description="To the last day; null when there is no end")
    tradable_from: str | None
    locks: list[LotLockView]
    source: str


class LegRequest(BaseModel):
    model_config = STRICT
    debit_account_id: Reference
    credit_account_id: Reference
    quantity: DecimalText
    lot_id: Reference | None = None


class TransferRequest(BaseModel):
    """Legs happen together or not at all; `pending` reserves them until posted or voided."""

    model_config = STRICT
    ledger: LedgerCode
    legs: Annotated[list[LegRequest], Field(min_length=1, max_length=100)]
    mode: Literal["posted", "pending"] = "posted"
    reference: Prose


class TransferView(BaseModel):
    transfer_id: str
    chain_id: str
    ledger: str
    debit_account_id: str
    credit_account_id: str
    asset: str
    unit: str
    quantity: str
    code: str
    state: Literal["pending", "posted", "voided"]
    lot_id: str | None
    lots: str | None = Field(description="`lot:quantity` of each, when there are several")
    reference: str
    sequence: int
    created_at: str


class ChainReceipt(ReceiptView):
    chain_id: str
    transfers: list[TransferView]


class FreezeRequest(BaseModel):
    model_config = STRICT
    quantity: DecimalText
    lot_id: Reference | None = None
    document: Prose


class FreezeReceipt(ReceiptView):
    freeze_id: str = Field(examples=["carbon.f1"])


class FreezeView(BaseModel):
    freeze_id: str
    ledger: str
    account_id: str
    quantity: str
    document: str
    status: Literal["frozen", "released"]
    released_document: str | None
    sequence: int


class DepositRequest(BaseModel):
    model_config = STRICT
    ledger: LedgerCode
    participant_id: ParticipantRef
    amount: Annotated[DecimalText, Field(description="Yuan", examples=["1000000.00"])]
    reference: Prose


class DepositReceipt(ReceiptView):
    transfer_id: str
    account_id: str
    amount: str
