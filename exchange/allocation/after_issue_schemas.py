"""Wire forms of true-ups, claims, deductions, borrowing and closures."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from exchange.allocation.schemas import Entity, MethodView, PlanRef
from exchange.api.amounts import Code, DayText, DecimalText, Prose, Word
from exchange.api.schemas import STRICT, LastDay, ParticipantRef, ReceiptView

AnyEntity = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z0-9._-]{0,32}$"),
    Field(description="One entity of the participant; empty for any", examples=["BT-001"]),
]


class ActRequest(BaseModel):
    """What every act after an issue says: on which ground, and until when it may be approved."""

    model_config = STRICT
    document: Prose
    expires_on: LastDay = None


class RegisterDeductionRequest(ActRequest):
    """Whose next allocation is cut: by a quantity, or by a ratio of it; one of both."""

    participant_id: ParticipantRef
    entity: AnyEntity = ""
    asset: Annotated[Code, Field(description="What the quantity is measured in")]
    reach: Literal["kind", "asset"] = Field(
        "kind", description="Cut every asset of its kind, or that asset alone"
    )
    quantity: DecimalText | None = None
    ratio: DecimalText | None = Field(None, examples=["0.5"])
    ground: Literal["shortfall", "false_data", "correction"]


class BorrowRequest(ActRequest):
    """Units of a coming allocation; `due` and `allocated` are what makes the gap."""

    participant_id: ParticipantRef
    entity: Entity
    asset: Annotated[Code, Field(description="The coming asset, from which is borrowed")]
    due: DecimalText
    allocated: DecimalText
    quantity: DecimalText
    vintage: Word


class CloseEntityRequest(ActRequest):
    """An entity of an issued plan that was closed, and for how many months it ran."""

    plan_id: PlanRef
    entity: Entity
    closed_on: DayText
    months_run: int = Field(strict=True, ge=0, le=12, examples=[7])
    pot: Annotated[
        str,
        StringConstraints(strict=True, pattern=r"^[a-z_]{0,32}$"),
        Field(description="Where to it comes back; empty: what the place has left"),
    ] = "adjustment"


class TrueUpEntryView(BaseModel):
    """An entity from what it had been given (`before`) to its final quantity, deductions apart."""

    plan_id: str = Field(examples=["n18"])
    entity: str
    participant_id: str
    place: str
    before: str
    final: str
    issued: str
    lot_id: str | None
    taken: str
    claimed: str
    deducted: str = Field(description="Cut from it by deductions at this true-up; below zero: less")
    sequence: int


class ClaimView(BaseModel):
    """What a participant owes back; `remaining` is what has still to come, or was deducted."""

    claim_id: str = Field(examples=["carbon.d3"])
    ledger: str
    participant_id: str
    account_id: str
    asset: str
    unit: str
    plan_id: str
    entity: str
    quantity: str
    remaining: str
    pot: str
    due_on: str
    status: Literal["open", "settled", "deducted"]
    deduction_id: str | None
    sequence: int
    updated_sequence: int


class SettleReceipt(ReceiptView):
    claim_id: str
    collected: str
    remaining: str


class DeductionView(BaseModel):
    """What is cut from allocations. A ratio holds for the series of plans that it first met."""

    deduction_id: str = Field(examples=["carbon.e3"])
    ledger: str
    participant_id: str
    entity: str
    asset: str
    unit: str
    reach: Literal["kind", "asset"]
    quantity: str | None
    ratio: str | None
    ground: str
    remaining: str | None
    series: str | None
    status: Literal["waiting", "used"]
    document: str
    sequence: int
    updated_sequence: int


class BorrowingView(BaseModel):
    """What an entity was given of a coming allocation, and the deduction that takes it from it."""

    deduction_id: str
    ledger: str
    participant_id: str
    entity: str
    asset: str
    unit: str
    account_id: str
    lot_id: str
    quantity: str
    most: str
    due: str
    allocated: str
    rule: MethodView
    document: str
    sequence: int


class ClosureView(BaseModel):
    """A closed entity: what it had been given, may keep, gave back and owes."""

    plan_id: str
    ledger: str
    entity: str
    participant_id: str
    asset: str
    unit: str
    closed_on: str
    months_run: int
    before: str
    kept: str
    taken: str
    claimed: str
    pot: str
    rule: MethodView
    document: str
    sequence: int
