"""Wire forms of periods, obligations, surrenders, fines and the public register."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from exchange.api.amounts import DayText, DecimalText, LedgerCode, Prose, Reference, Word
from exchange.api.schemas import STRICT, LastDay, ParticipantRef, ReceiptView, Statement

ENTITIES_MAX = 1000
ITEMS_MAX = 1000
PeriodCode = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z0-9-]{1,16}$"),
    Field(description="What the period is called, mostly its year", examples=["2025"]),
]
Entity = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z0-9._-]{1,32}$"),
    Field(description="What the list calls the entity", examples=["BT-001"]),
]
Status = Literal["listed", "submitted", "returned", "verified", "objected", "estimated"]


class OpenPeriodRequest(BaseModel):
    """A period of a kind of asset. Its figures of law are those in force when it is opened."""

    model_config = STRICT
    ledger: LedgerCode
    code: PeriodCode
    kind: Annotated[Word, Field(examples=["CEA"])]
    first_day: DayText
    last_day: DayText
    report_by: DayText
    surrender_by: DayText
    document: Prose
    expires_on: LastDay = None


class EntityForm(BaseModel):
    """An entity that owes in the period or, `listed` false, does no longer."""

    model_config = STRICT
    entity: Entity
    participant_id: ParticipantRef
    threshold: DecimalText
    listed: bool = True
    ground: Prose


class EntitiesRequest(BaseModel):
    model_config = STRICT
    entries: Annotated[list[EntityForm], Field(min_length=1, max_length=ENTITIES_MAX)]
    document: Prose


class DetermineRequest(BaseModel):
    """Until `correct_by` what is short may still be surrendered."""

    model_config = STRICT
    correct_by: DayText
    document: Prose
    expires_on: LastDay = None


class EstimateRequest(BaseModel):
    """What an entity owes that reported nothing by the deadline."""

    model_config = STRICT
    quantity: DecimalText
    text: Statement
    document: Prose
    expires_on: LastDay = None


class SurrenderForm(BaseModel):
    """So much of one lot."""

    model_config = STRICT
    lot_id: Annotated[Reference, Field(examples=["carbon.l7"])]
    quantity: DecimalText


class SurrenderRequest(BaseModel):
    model_config = STRICT
    obligation_id: Annotated[Reference, Field(examples=["carbon.g3"])]
    items: Annotated[list[SurrenderForm], Field(min_length=1, max_length=ITEMS_MAX)]
    expires_on: LastDay = None


class SimulateRequest(BaseModel):
    model_config = STRICT
    obligation_id: Annotated[Reference, Field(examples=["carbon.g3"])]


class FineRequest(BaseModel):
    """A multiple of what is short at the month's average price, or an amount, as the rules say."""

    model_config = STRICT
    obligation_id: Annotated[Reference, Field(examples=["carbon.g3"])]
    multiple: Annotated[int, Field(strict=True, ge=0, le=1000)] = 0
    average_price: Annotated[DecimalText, Field(description="Yuan a unit")] = "0"
    amount: Annotated[DecimalText, Field(description="Yuan")] = "0"
    document: Prose
    expires_on: LastDay = None


class EntitiesReceipt(ReceiptView):
    period_id: str = Field(examples=["carbon.2025"])
    obligation_ids: list[str] = Field(description="In the order of the entries")


class PeriodView(BaseModel):
    """A period, the figures of law it was opened with, and whether it was determined."""

    period_id: str = Field(examples=["carbon.2025"])
    ledger: str
    code: str
    kind: str
    asset: str = Field(description="The asset in which obligations are kept")
    unit: str
    first_day: str
    last_day: str
    report_by: str
    surrender_by: str
    vintages: list[str] = Field(description="Empty: any")
    offset_kinds: list[str]
    offset_max: str = Field(description="Share of what is owed that offsets may meet")
    document: str
    sequence: int
    determination: str | None
    correct_by: str | None
    determined_sequence: int | None


class ObligationView(BaseModel):
    """What an entity owes as it is now; `shortfall` is set when the period was determined."""

    obligation_id: str = Field(examples=["carbon.g3"])
    period_id: str
    entity: str
    participant_id: str
    account_id: str
    threshold: str
    listed: bool
    ground: str
    status: Status
    report_id: str | None
    due: str
    surrendered: str
    offset: str
    missing: str
    shortfall: str | None
    sequence: int


class SurrenderView(BaseModel):
    """Units given up for good. `accepted_at` is the time of filing."""

    surrender_id: str = Field(examples=["carbon.z5"])
    obligation_id: str
    participant_id: str
    quantity: str
    offset: str
    late: bool
    sequence: int
    accepted_at: str


class ProposedItem(BaseModel):
    lot_id: str
    asset: str
    vintage: str
    quantity: str
    price: str | None = Field(description="Yuan a unit; none when it was never traded or listed")


class PortfolioView(BaseModel):
    """The cheapest lots that meet what is owed, and what is missing after them."""

    obligation_id: str
    due: str
    surrendered: str
    offset_max: str
    items: list[ProposedItem]
    quantity: str
    offset: str
    value: str = Field(description="Yuan at the prices of the day")
    missing: str
    missing_price: str | None
    missing_value: str | None


class FineView(BaseModel):
    obligation_id: str
    period_id: str
    entity: str
    participant_id: str
    shortfall: str
    multiple: int
    average_price: str
    amount: str
    rule_id: str
    rule_version: int
    document: str
    sequence: int
    imposed_at: str


class DisclosureView(BaseModel):
    """What is public of an entity in a period; figures appear once they are verified."""

    entity: str
    participant_id: str
    listed: bool
    allocated: str
    due: str | None
    surrendered: str
    status: Literal["open", "met", "short"]
    shortfall: str | None
    fine: str | None
