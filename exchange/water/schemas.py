"""Wire forms of water years and savings."""

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from exchange.api.amounts import Code, DecimalText, LedgerCode, Prose
from exchange.api.schemas import STRICT, LastDay, Place

League = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[1-9][0-9]{5}$"),
    Field(description="GB/T 2260 code of a league or city", examples=["150800"]),
]


class SetRatioRequest(BaseModel):
    """What part of a normal year's water this year brings, for all leagues alike."""

    model_config = STRICT
    asset: Code
    ratio: Annotated[DecimalText, Field(examples=["0.683"])]
    document: Prose
    expires_on: LastDay = None


class RecordOveruseRequest(BaseModel):
    """What a league took above its share; the next year's share is less for it."""

    model_config = STRICT
    ledger: LedgerCode
    place: League
    quantity: Annotated[DecimalText, Field(description="Whole cubic metres")]
    document: Prose
    expires_on: LastDay = None


class VerifySavingRequest(BaseModel):
    """What a district can save; the tradable part of it goes to the pot `saved` of the place."""

    model_config = STRICT
    asset: Code
    place: Place
    district: Annotated[Prose, Field(examples=["河套灌区"])]
    potential: DecimalText
    document: Prose
    expires_on: LastDay = None


class ShareView(BaseModel):
    """What a place was given of a year's water by one ratio. The newest revision applies."""

    ledger: str
    asset: str
    unit: str
    year: int = Field(description="Calendar year in which the water year begins")
    first_day: str
    last_day: str
    revision: int
    ratio: str
    place: Place
    quantity: str
    withheld: str = Field(description="Taken off for what was overused the year before")
    formula: str
    formula_version: int
    document: str
    sequence: int


class OveruseView(BaseModel):
    """All that was recorded of a place and year. Units: cubic metres."""

    ledger: str
    place: str
    year: int
    quantity: str
    document: str
    sequence: int


class SavingView(BaseModel):
    saving_id: str = Field(examples=["water.s3"])
    ledger: str
    asset: str
    unit: str
    place: Place
    district: str
    potential: str
    tradable: str
    coefficient: str = Field(description="The rule that says which part may be traded")
    coefficient_version: int
    document: str
    sequence: int
