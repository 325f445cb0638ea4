"""Answers about the government's reserves: what they hold, offer and moved."""

from datetime import date
from decimal import Decimal

from steppe.models.answer import Instant, Model, Receipt


class Reserve(Model, frozen=True, kw_only=True):
    """What a reserve holds of an asset."""

    ledger: str
    reserve_id: str
    asset: str
    unit: str
    account_id: str
    quantity: Decimal
    held: Decimal


class ReserveOffer(Model, frozen=True, kw_only=True):
    """An offer of a reserve: to sell units or (`repurchased`) to buy some."""

    offer_id: str
    ledger: str
    asset: str
    unit: str
    ground: str
    reserve_id: str
    party_id: str | None = None
    quantity: Decimal
    remaining: Decimal
    price: Decimal
    floor: Decimal | None = None
    opens_on: date
    closes_on: date
    status: str
    document: str
    withdrawn_document: str | None = None
    sequence: int


class ReserveMovement(Model, frozen=True, kw_only=True):
    """Units that entered a reserve or (below zero) left it, and on which ground."""

    movement: int
    ledger: str
    asset: str
    unit: str
    ground: str
    reserve_id: str
    party_id: str | None = None
    quantity: Decimal
    value: Decimal
    offer_id: str | None = None
    chain_id: str
    document: str
    moved_at: Instant
    sequence: int


class OfferReceipt(Receipt, frozen=True, kw_only=True):
    """An offer that was made or ended."""

    offer_id: str


class TakenReceipt(OfferReceipt, frozen=True, kw_only=True):
    """What was taken of an offer and paid, and what is left of it."""

    quantity: Decimal
    value: Decimal
    remaining: Decimal
    chain_id: str
