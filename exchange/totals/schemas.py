"""Wire forms of control totals."""

from typing import Annotated

from pydantic import BaseModel, Field

from exchange.api.amounts import Code, DecimalText, Prose, SignedDecimalText
from exchange.api.schemas import STRICT, LastDay, Place
from exchange.core.budgets.state import Light, Target
from exchange.core.types import Pot

PotName = Annotated[Pot, Field(description="What a part of a total is set aside for")]


class _TotalRequest(BaseModel):
    """What is asked for at the total of a place."""

    model_config = STRICT
    asset: Code
    place: Place
    document: Prose
    expires_on: LastDay = None


class SetTotalRequest(_TotalRequest):
    """A total for a place.

    The first place of an asset is the root, for which its total is made; any other takes its own
    out of what its parent has left.
    """

    quantity: DecimalText


class AdjustTotalRequest(_TotalRequest):
    """A change of a place's total: out of, or (below zero) back to, what its parent has left."""

    change: SignedDecimalText


class SetAsideRequest(_TotalRequest):
    """Part of what a place has left to be put into a pot, or (below zero) out of it again."""

    pot: PotName
    quantity: SignedDecimalText


class CancelTotalRequest(_TotalRequest):
    """Part of what a place has left to be cancelled: its total and all above it shrink."""

    quantity: DecimalText


class PotView(BaseModel):
    pot: PotName
    quantity: str


class TargetView(BaseModel):
    """A target of the place for this kind of asset; a binding one in red lets no more in."""

    name: Target
    period: str
    binding: bool
    light: Light


class ControlTotalView(BaseModel):
    """What a place was given of an asset, and where it is.

    `quantity` + `moved_in` - `moved_out` is the sum of `headroom`, `set_aside`, `budgets`,
    `allocated`, `used` and `distributed`.
    """

    ledger: str
    asset: str
    unit: str
    place: Place
    parent: str | None = Field(description="None for the root")
    quantity: str = Field(description="The total as set and adjusted")
    distributed: str = Field(description="Given on to the places directly below")
    headroom: str = Field(
        description="Left to be given out, with what open offers for paid use set aside of it"
    )
    set_aside: str = Field(description="Of what is left, kept for a purpose: the sum of `pots`")
    pots: list[PotView]
    budgets: str = Field(description="What projects may still use of it")
    allocated: str = Field(description="Held by those who belong to the place and to none below")
    used: str = Field(description="Held by them until it ended, or used by projects")
    moved_in: str = Field(description="Came with units from members of other places")
    moved_out: str = Field(description="Went with units to members of other places")
    targets: list[TargetView] = Field(description="How the place stands, as last reported")
    sequence: int
