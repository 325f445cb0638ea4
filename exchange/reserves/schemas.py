"""Wire forms of the government's reserves."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from exchange.api.amounts import Code, DayText, DecimalText, Prose
from exchange.api.schemas import STRICT, LastDay, ParticipantRef, Place, ReceiptView
from exchange.core.reserves.grounds import Ground, Recovery

OfferGround = Literal["repurchased", "agreement", "public_sale", "simplified_sale"]
Status = Literal["waiting", "open", "taken", "closed", "withdrawn"]


class _ReserveRequest(BaseModel):
    """What is asked for about units of a reserve."""

    model_config = STRICT
    asset: Code
    reserve_id: ParticipantRef
    quantity: DecimalText
    document: Prose


class RetainRequest(_ReserveRequest):
    """Units that a place set aside for the government (pot `government`) go to a reserve."""

    place: Place
    valid_to: DayText | None = None
    expires_on: LastDay = None


class TakeInRequest(_ReserveRequest):
    """Units of a member that is gone go to a reserve without payment."""

    holder_id: ParticipantRef
    ground: Annotated[Recovery, Field(description="Why nothing is paid")]
    expires_on: LastDay = None


class _OfferRequest(_ReserveRequest):
    """An offer. It opens at once without `opens_on`; `closes_on` is its last day."""

    price: Annotated[DecimalText, Field(description="Yuan for one unit, at most four decimals")]
    opens_on: DayText | None = None
    closes_on: DayText


class BuyBackRequest(_OfferRequest):
    """A price that a reserve offers to one member for its units."""

    party_id: ParticipantRef
    expires_on: LastDay = None


class ReleaseRequest(_OfferRequest):
    """Units of a reserve for one member, or (without `party_id`) for whoever comes first."""

    party_id: ParticipantRef | None = None
    expires_on: LastDay = None


class ReleaseSmallRequest(_OfferRequest):
    """A small quantity for whoever comes first, decided by one regulator."""


class AcceptRequest(BaseModel):
    """How much of an offer is taken."""

    model_config = STRICT
    quantity: DecimalText


class OfferReceipt(ReceiptView):
    offer_id: str = Field(examples=["emission.r3"])


class TakenReceipt(OfferReceipt):
    quantity: str
    value: str = Field(description="What was paid, in yuan")
    remaining: str = Field(description="What is left of the offer")
    chain_id: str = Field(examples=["emission.x9"])


class OfferView(BaseModel):
    """An offer of a reserve: to sell units or (`repurchased`) to buy some."""

    offer_id: str = Field(examples=["emission.r3"])
    ledger: str
    asset: str
    unit: str
    ground: OfferGround
    reserve_id: str
    party_id: str | None
    quantity: str
    remaining: str
    price: str
    floor: str | None = Field(description="The least price by rule")
    opens_on: str
    closes_on: str
    status: Status
    document: str
    withdrawn_document: str | None
    sequence: int


class MovementView(BaseModel):
    """Units that entered a reserve or (below zero) left it, and on which ground."""

    movement: int = Field(description="Counts a ledger's movements of reserves without a gap")
    ledger: str
    asset: str
    unit: str
    ground: Ground
    reserve_id: str
    party_id: str | None
    quantity: str
    value: str = Field(description="What was paid, in yuan")
    offer_id: str | None
    chain_id: str
    document: str
    moved_at: str
    sequence: int


class ReserveView(BaseModel):
    """What a reserve holds of an asset."""

    ledger: str
    reserve_id: str
    asset: str
    unit: str
    account_id: str
    quantity: str
    held: str = Field(description="Set aside by orders, pending transfers and freezes")
