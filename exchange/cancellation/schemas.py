"""Wire forms of voluntary cancellations."""

from pydantic import BaseModel, Field

from exchange.api.amounts import DecimalText, Prose, Reference
from exchange.api.schemas import STRICT, LastDay


class CancelUnitsRequest(BaseModel):
    """Units of one's own lot, in whose name they are claimed and for what. Both are public."""

    model_config = STRICT
    lot_id: Reference
    quantity: DecimalText
    beneficiary: Prose
    purpose: Prose
    expires_on: LastDay = None


class CancellationView(BaseModel):
    """An entry of the public register: these units were claimed and have ended for good."""

    cancellation_id: str = Field(examples=["carbon.w1"])
    ledger: str
    participant_id: str
    asset: str
    unit: str
    lot_id: str
    quantity: str
    vintage: str
    region: str
    basin: str
    source: str = Field(description="The document by which the lot was issued")
    valid_from: str | None
    valid_to: str | None
    beneficiary: str
    purpose: str
    cancelled_at: str
    sequence: int
