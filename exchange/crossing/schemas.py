"""Wire forms of approvals of transfers between leagues."""

from pydantic import BaseModel, Field

from exchange.api.amounts import Code, DecimalText, Prose
from exchange.api.schemas import STRICT, LastDay, ParticipantRef


class ApproveCrossRegionRequest(BaseModel):
    """How much of an asset one member may transfer to another, of another league.

    Further approvals of the same two add to it; each transfer counts off.
    """

    model_config = STRICT
    asset: Code
    giver_id: ParticipantRef
    taker_id: ParticipantRef
    quantity: DecimalText
    document: Prose
    expires_on: LastDay = None


class CrossRegionApprovalView(BaseModel):
    ledger: str
    asset: str
    unit: str
    giver_id: str
    taker_id: str
    approved: str = Field(description="All that was ever approved")
    remaining: str = Field(description="What may still be transferred")
    document: str
    sequence: int
