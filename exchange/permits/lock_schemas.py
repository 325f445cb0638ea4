"""Wire forms of locks."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from exchange.api.amounts import DecimalText, Prose, Reference
from exchange.api.schemas import STRICT, LastDay

Kind = Annotated[
    Literal["own_use", "permit", "suspended"],
    Field(
        description="`own_use`: may be used by its holder, never sold, moved or pledged; `permit`:"
        " not usable until the permit is updated; `suspended`: not usable"
    ),
]


class LockRequest(BaseModel):
    """Which units of a lot are set apart, for what, and why."""

    model_config = STRICT
    account_id: Reference
    lot_id: Reference
    quantity: DecimalText
    kind: Kind
    ground: Prose
    document: Prose
    expires_on: LastDay = None


class LiftRequest(BaseModel):
    """Why a lock is lifted."""

    model_config = STRICT
    ground: Prose
    document: Prose
    expires_on: LastDay = None


class LockView(BaseModel):
    """Units of a lot that are set apart.

    `remaining` is what the lock still keeps; the lock is `drawn` when all was used or has ended.
    """

    lock_id: str = Field(examples=["emission.h3"])
    ledger: str
    participant_id: str
    account_id: str
    lot_id: str
    asset: str
    unit: str
    kind: str
    quantity: str
    remaining: str
    ground: str
    document: str
    status: Literal["locked", "lifted", "drawn"]
    lifted_ground: str | None
    lifted_document: str | None
    sequence: int
