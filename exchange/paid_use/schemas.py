"""Wire forms of fee schedules, contracts for paid use and invoices."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from exchange.api.amounts import Code, DayText, DecimalText, LedgerCode, Prose
from exchange.api.schemas import STRICT, LastDay, ParticipantRef, Place, ReceiptView
from exchange.core.types import Pot

PotChoice = Annotated[
    Pot | None,
    Field(description="Pot of the member's place that gives the units; none: what it has left"),
]
ContractStatusName = Literal[
    "offered", "accepted", "active", "suspended", "ended", "lapsed", "recalled", "returned"
]
InvoiceStatusName = Literal["open", "paid", "overdue", "cancelled"]


class SetScheduleRequest(BaseModel):
    """What a kind of right shall cost in a place, for a whole unit and year."""

    model_config = STRICT
    ledger: LedgerCode
    kind: Code
    place: Place
    price: Annotated[DecimalText, Field(description="yuan for a unit and year", examples=["500"])]
    valid_from: DayText
    valid_to: DayText | None = Field(None, description="None: until further notice")
    document: Prose
    expires_on: LastDay = None


class EndScheduleRequest(BaseModel):
    """The last day on which a schedule shall be valid, today or later."""

    model_config = STRICT
    last_day: DayText
    document: Prose
    expires_on: LastDay = None


class FeeScheduleView(BaseModel):
    schedule_id: str = Field(examples=["emission.c1"])
    ledger: str
    kind: str
    place: Place
    price: str = Field(description="yuan for a whole unit and year")
    valid_from: str
    valid_to: str | None
    document: str
    ended_document: str | None = Field(description="What let it end")
    sequence: int


class OfferRequest(BaseModel):
    """Units to be offered to a member for some years, at the fee of the day it is approved."""

    model_config = STRICT
    participant_id: ParticipantRef
    asset: Code
    quantity: DecimalText
    years: Annotated[int, Field(strict=True, ge=1, le=100)]
    pot: PotChoice = None
    accept_until: DayText
    document: Prose
    expires_on: LastDay = None


class AcceptRequest(BaseModel):
    """How an offer will be paid: at once, or first so much and the rest in yearly parts."""

    model_config = STRICT
    first_instalment: DecimalText | None = Field(None, examples=["100000.00"])
    parts: Annotated[int, Field(strict=True, ge=0, le=1200)] = Field(
        0, description="Parts of the rest, one a year; 0: all at once"
    )


class ActRequest(BaseModel):
    """The document on whose ground something is asked for."""

    model_config = STRICT
    document: Prose
    expires_on: LastDay = None


class RefundRequest(ActRequest):
    quantity: DecimalText


class RuleView(BaseModel):
    id: str = Field(examples=["emission.paid_use.fee_standard.SO2"])
    version: int


class ContractView(BaseModel):
    """A contract for paid use. Its invoices are at `/v1/invoices`."""

    contract_id: str = Field(examples=["emission.k1"])
    ledger: str
    participant_id: str
    asset: str
    unit: str
    quantity: str
    years: int
    place: str
    pot: str
    price: str = Field(description="yuan for a whole unit and year")
    schedule_id: str | None = Field(description="The fee schedule it is priced by")
    standard: RuleView | None = Field(description="The rule it is priced by instead")
    standard_fee: str = Field(description="quantity x years x price")
    fee: str = Field(description="What is to be paid, the sum of the invoices")
    duties: RuleView | None = Field(description="The rule on what paying does not replace")
    accept_until: str
    document: str
    status: ContractStatusName
    lot_id: str | None
    valid_from: str | None
    valid_to: str | None
    suspended: str = Field(description="Units frozen because an instalment is overdue")
    returned: str
    missing: str = Field(description="Units that a recall could not take back")
    claim: str = Field(description="The unpaid fee of what is missing")
    refunded: str
    offered_sequence: int
    sequence: int


class DrawnView(BaseModel):
    invoice_id: str
    amount: str
    due: str


class AcceptReceipt(ReceiptView):
    contract_id: str
    status: Literal["accepted", "active"]
    fee: str
    invoices: list[DrawnView]
    lot_id: str | None


class InvoiceView(BaseModel):
    """An instalment of a contract. Interest is what was paid, or what has accrued until today."""

    invoice_id: str = Field(examples=["emission.v1"])
    ledger: str
    contract_id: str
    participant_id: str
    amount: str
    due: str = Field(description="Last local day to pay without interest")
    status: InvoiceStatusName
    interest: str
    payable: str = Field(description="What paying it takes today")
    paid_on: str | None
    sequence: int


class PayReceipt(ReceiptView):
    """What was paid, and the lot that the first payment brings."""

    invoice_id: str
    contract_id: str
    amount: str
    interest: str
    lot_id: str | None
