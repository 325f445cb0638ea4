"""Wire forms of projects under budgets and of targets of places."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from exchange.api.amounts import (
    Code,
    DecimalText,
    LedgerCode,
    Prose,
    SignedDecimalText,
    Word,
)
from exchange.api.schemas import (
    STRICT,
    DocumentRequest,
    LastDay,
    ParticipantRef,
    Place,
    ReceiptView,
)
from exchange.core.budgets.state import Light, Stage, Target
from exchange.core.types import Pot

INPUTS_MAX = 40
InputName = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,31}$")]
InputText = Annotated[
    str,
    StringConstraints(strict=True, max_length=64, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$"),
    Field(description="A plain decimal, or a word of a choice", examples=["0.3"]),
]
Inputs = Annotated[
    dict[InputName, InputText],
    Field(
        max_length=INPUTS_MAX,
        description="What the method of the place asks for beyond the project's own facts"
        " (`new_energy`, `renewable`, `feedstock`, `intensity`)",
        examples=[{"coal": "0", "B": "0.3", "C": "1.2", "average": "0.8"}],
    ),
]
PotName = Annotated[
    Pot | None, Field(description="What was set aside; none: what the place has left")
]
Flag = Annotated[bool, Field(strict=True)]
Period = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[0-9]{4}(-[0-9]{2})?$"),
    Field(description="A year or a month", examples=["2026"]),
]


class _ActRequest(DocumentRequest):
    """What a second regulator approves."""

    expires_on: LastDay = None


class RegisterProjectRequest(_ActRequest):
    """A project to be put under a budget of its place."""

    participant_id: ParticipantRef
    asset: Code
    place: Place
    code: Code
    energy: DecimalText = Field(description="All that it may use")
    renewable: DecimalText = Field("0", description="Of it renewable")
    feedstock: DecimalText = Field("0", description="Of it as feedstock")
    intensity: DecimalText = Field(
        "0", description="Units for each 10,000 yuan of value added, four decimals"
    )
    new: Flag
    inputs: Inputs = Field(default_factory=dict)
    pot: PotName = None


class AdjustBudgetRequest(_ActRequest):
    """More for a project, or (below zero) a recall."""

    change: SignedDecimalText
    pot: PotName = None


class RecordUseRequest(_ActRequest):
    """What a project used."""

    energy: DecimalText
    renewable: DecimalText = "0"
    feedstock: DecimalText = "0"


class PriorityRequest(_ActRequest):
    """On the list of priority projects, or off it."""

    listed: Flag


class CloseProjectRequest(_ActRequest):
    """The end of a project."""


class CoverRequest(BaseModel):
    """Units to be delivered, or yuan to be paid where the obligation is money."""

    model_config = STRICT
    quantity: DecimalText


class CoverReceipt(ReceiptView):
    """What was delivered or paid, and what is still to be."""

    project_id: str = Field(examples=["energy.j3"])
    quantity: str
    covered: str
    outstanding: str


class StartReceipt(ReceiptView):
    project_id: str = Field(examples=["energy.j3"])
    stage: Stage


class ObligationView(BaseModel):
    """What a new project must cover before it starts.

    `POST /v1/formulas:evaluate` with `method.id`, `inputs` and `as_of` gives the same hash.
    """

    method: str = Field(examples=["energy.obligation.formula.henan"])
    method_version: int
    as_of: str
    inputs: dict[str, str]
    quantity: str
    covered: str
    outstanding: str
    unit: str = Field(description="CNY where it is to be paid")
    trace_hash: str


class ProjectView(BaseModel):
    """A project: `counted` of its `energy` is its budget, of which `used` is gone."""

    project_id: str = Field(examples=["energy.j3"])
    ledger: str
    asset: str
    unit: str
    participant_id: str
    place: Place
    code: str
    new: bool
    priority: bool
    stage: Stage
    energy: str
    renewable: str
    feedstock: str
    intensity: str
    counted: str
    used: str
    left: str = Field(description="What it may still use; nothing once it is closed")
    obligation: ObligationView | None
    document: str
    sequence: int


class ProjectEntryView(BaseModel):
    """Something that happened to a project."""

    sequence: int
    at: str
    kind: Literal[
        "registered", "adjusted", "listed", "unlisted", "covered", "started", "used", "closed"
    ]
    quantity: str = Field(description="What counts of it; yuan for what was paid")
    energy: str
    pot: str
    document: str


class PriorityProjectView(BaseModel):
    """A project that a place has put on its list."""

    project_id: str = Field(examples=["energy.j3"])
    ledger: str
    asset: str
    place: Place
    code: str


class SetIndicatorRequest(_ActRequest):
    """How a place stands against the most there may be of something in a period."""

    ledger: LedgerCode
    kind: Annotated[Code, Field(description="Kind of the assets concerned", examples=["ENERGY"])]
    place: Place
    name: Target
    period: Period
    binding: Flag
    target: DecimalText
    value: DecimalText
    unit: Annotated[Word, Field(examples=["tce"])]
    data_source: Prose


class IndicatorView(BaseModel):
    """How a place stands: red is beyond the target."""

    ledger: str
    kind: str
    place: Place
    name: Target
    period: str
    binding: bool
    target: str
    value: str
    unit: str
    light: Light
    data_source: str
    document: str
    sequence: int
