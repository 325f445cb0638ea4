"""Wire forms of allocation plans."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from exchange.allocation.desk_schemas import RowFaultView
from exchange.api.amounts import Code, DayText, DecimalText, InputName, InputText, Prose, Word
from exchange.api.schemas import STRICT, LastDay, ParticipantRef, ReceiptView

ROWS_MAX = 1000
Entity = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z0-9._-]{1,32}$"),
    Field(description="What the plan calls the entity (installation, unit)", examples=["BT-001"]),
]
Method = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]{0,31}$"),
    Field(
        description="The rule `allocation.formula.<method>` that the quantities follow; `fixed`:"
        " the rows name them",
        examples=["fixed"],
    ),
]
Year = Annotated[
    int,
    Field(strict=True, ge=2000, le=2100, description="Year of activity data", examples=[2025]),
]

PlanRef = Annotated[
    str, StringConstraints(strict=True, pattern=r"^n[1-9][0-9]{0,17}$"), Field(examples=["n17"])
]
PotText = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^(([1-9][0-9]{5})?:)?[a-z_]{1,32}$|^$"),
    Field(
        description="What the units are taken from: empty, what each place has left; a pot of each"
        " entity's place; or one of a certain place",
        examples=["150800:saved"],
    ),
]


Use = Annotated[
    Literal["", "own_use"],
    Field(description="What the lots may be put to: empty, anything; or their holders' own use"),
]


class CreatePlanRequest(BaseModel):
    """What a plan allocates, by which rule, and what its lots will say."""

    model_config = STRICT
    asset: Code
    method: Method
    vintage: Word
    region: Word = ""
    basin: Word = ""
    valid_from: DayText | None = None
    valid_to: DayText | None = None
    pot: PotText = ""
    activity_year: Year | None = Field(
        None,
        description="Of which all activity data must be; a formula other than `fixed` needs it",
    )
    rules_on: DayText | None = Field(
        None, description="The day whose rules apply, today when left out"
    )
    use: Use = ""
    series: PlanRef | None = Field(
        None,
        description="The issued plan whose quantities this one makes final: then it is a true-up,"
        " and its rows say what each entity shall have been given in the end",
    )
    phase: Annotated[int, Field(strict=True, ge=2, le=1000)] | None = Field(
        None, description="Of a true-up: 2 for the first of its series", examples=[2]
    )
    document: Prose

    @model_validator(mode="after")
    def _has_a_series_with_a_phase(self) -> Self:
        if (self.series is None) != (self.phase is None):
            raise ValueError("a true-up has a series and a phase")
        return self


class RowForm(BaseModel):
    """What one entity gets, or the inputs of the plan's formula. A participant may run several."""

    model_config = STRICT
    entity: Entity
    participant_id: ParticipantRef
    quantity: DecimalText | None = Field(None, description="For fixed quantities alone")
    year: Year | None = None
    inputs: Annotated[dict[InputName, InputText], Field(max_length=40)] | None = None

    @model_validator(mode="after")
    def _gives_one_of_both(self) -> Self:
        if (self.quantity is None) == (self.inputs is None):
            raise ValueError("a row has a quantity or inputs")
        return self


class RowsRequest(BaseModel):
    model_config = STRICT
    rows: Annotated[
        list[RowForm],
        Field(
            min_length=1,
            max_length=ROWS_MAX,
            examples=[[{"entity": "BT-001", "participant_id": "p12", "quantity": "100"}]],
        ),
    ]


class PublishRequest(BaseModel):
    model_config = STRICT
    objections_until: DayText
    document: Prose


class IssueRequest(BaseModel):
    model_config = STRICT
    document: Prose
    expires_on: LastDay = None


class MethodView(BaseModel):
    id: str = Field(examples=["carbon.allocation.formula.fixed"])
    version: int


class PublicationView(BaseModel):
    """The plan as it was last published."""

    version: int
    content_hash: str = Field(description="SHA-256 of the plan's content, in hexadecimal")
    entities: int
    quantity: str
    objections_until: str
    document: str
    sequence: int
    issued_sequence: int | None


class PlanView(BaseModel):
    """A plan. `version` counts the changes of its rows and of what they come to."""

    plan_id: str = Field(examples=["n17"])
    ledger: str
    asset: str
    unit: str
    method: MethodView
    vintage: str
    region: str
    basin: str
    valid_from: str | None
    valid_to: str | None
    pot: str
    series: str | None = Field(description="The plan that began the series of a true-up")
    phase: int | None
    activity_year: int | None
    rules_on: str
    use: str
    document: str
    status: Literal["draft", "published", "issued"]
    version: int
    publication: PublicationView | None


class RowView(BaseModel):
    """A row as it stands: no quantity before it is calculated, or when it cannot be."""

    entity: str
    participant_id: str
    quantity: str | None
    year: int | None
    inputs: dict[str, str] | None
    trace_hash: str | None
    fault: RowFaultView | None


class EntryView(BaseModel):
    """What an entity got; no lot when that is nothing.

    `gross` is what the plan says, `deducted` what deductions cut from it, `quantity` the rest.
    """

    entity: str
    participant_id: str
    gross: str
    deducted: str
    quantity: str
    plan_id: str
    account_id: str
    lot_id: str | None
    place: str
    sequence: int


class PublishReceipt(ReceiptView):
    plan_id: str
    version: int
    content_hash: str
    entities: int
    quantity: str
    objections_until: str
