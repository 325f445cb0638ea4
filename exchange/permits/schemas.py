"""Wire forms of permits, renewals, permit tasks and what may be used."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from exchange.api.amounts import DayText, DecimalText, LedgerCode, Prose, Reference
from exchange.api.schemas import STRICT, LastDay, ParticipantRef, ReceiptView

KINDS_MAX = 32
RightKind = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Z][A-Z0-9_]{0,15}$"),
    Field(description="A kind of asset", examples=["SO2"]),
]
PermitNumber = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"),
    Field(examples=["91150200701234567A001P"]),
]
Yes = Annotated[bool, Field(strict=True)]


class QuantityForm(BaseModel):
    """How much of a kind a permit allows; at most four decimals."""

    model_config = STRICT
    kind: RightKind
    quantity: DecimalText


class SubstitutionForm(QuantityForm):
    """A reduction elsewhere that a new project takes its quantity from."""

    source: Prose


Quantities = Annotated[
    list[QuantityForm],
    Field(min_length=1, max_length=KINDS_MAX, examples=[[{"kind": "SO2", "quantity": "80"}]]),
]


class TermsForm(BaseModel):
    """What a version of a permit says. Without `valid_to` it has the usual term."""

    model_config = STRICT
    quantities: Quantities
    valid_from: DayText
    valid_to: DayText | None = None
    new_project: Yes = False
    non_attainment: Annotated[
        Yes, Field(description="The place misses its targets of environmental quality")
    ] = False
    substitution: Annotated[list[SubstitutionForm], Field(max_length=KINDS_MAX)] = []
    document: Prose
    expires_on: LastDay = None


class RecordPermitRequest(TermsForm):
    ledger: LedgerCode
    number: PermitNumber
    participant_id: ParticipantRef


class UpdatePermitRequest(TermsForm):
    """The next version of a permit, in force at once."""


class RenewalRequest(BaseModel):
    """What a permit shall allow after its renewal."""

    model_config = STRICT
    quantities: Quantities


class DecideRenewalRequest(BaseModel):
    """Granted with the quantities that were verified again, or refused without any."""

    model_config = STRICT
    outcome: Literal["granted", "refused"]
    quantities: Annotated[list[QuantityForm], Field(max_length=KINDS_MAX)] = []
    valid_to: DayText | None = None
    document: Prose
    expires_on: LastDay = None


class RenewRightRequest(BaseModel):
    """How much of a lot is issued anew; the rest of it goes back."""

    model_config = STRICT
    account_id: Reference
    quantity: DecimalText
    valid_to: DayText | None = None
    document: Prose
    expires_on: LastDay = None


class QuantityView(BaseModel):
    kind: str
    quantity: str


class SubstitutionView(QuantityView):
    source: str


class RenewalView(BaseModel):
    """A renewal that was asked for, and what was decided."""

    renewal: int
    quantities: list[QuantityView]
    requested_on: str
    status: Literal["requested", "granted", "refused"]
    document: str | None
    sequence: int
    decided_sequence: int | None


class PermitView(BaseModel):
    """A permit as it stands; `days_left` counts to its last day, below zero when that is over."""

    permit_id: str = Field(examples=["emission.m3"])
    ledger: str
    number: str
    participant_id: str
    version: int
    status: Literal["valid", "expired"]
    valid_from: str
    valid_to: str
    days_left: int
    quantities: list[QuantityView]
    new_project: bool
    non_attainment: bool
    substitution: list[SubstitutionView]
    renewals: list[RenewalView]
    document: str
    sequence: int


class RenewalReceipt(ReceiptView):
    permit_id: str
    renewal: int
    requested_on: str


class UsableView(BaseModel):
    """What may be used today of what is held.

    `withheld` is frozen, or locked for no use. `permitted` is null where no permit is needed.
    """

    ledger: str
    participant_id: str
    account_id: str
    asset: str
    unit: str
    held: str
    withheld: str
    permitted: str | None
    usable: str


class PermitTaskView(BaseModel):
    """A permit that has to be changed, with the figures of the day on which that was found."""

    task: int
    ledger: str
    participant_id: str
    asset: str
    unit: str
    held: str
    permitted: str
    usable: str
    opened_on: str
    status: Literal["open", "closed"]
    closed_on: str | None
    sequence: int
