"""Answers about voluntary cancellations."""

from datetime import date, datetime
from decimal import Decimal

from steppe.models.answer import Model


class Cancellation(Model, frozen=True, kw_only=True):
    """An entry of the public register: these units were claimed and have ended for good."""

    cancellation_id: str
    ledger: str
    participant_id: str
    asset: str
    unit: str
    lot_id: str
    quantity: Decimal
    vintage: str
    region: str
    basin: str
    source: str
    valid_from: date | None
    valid_to: date | None
    beneficiary: str
    purpose: str
    cancelled_at: datetime
    sequence: int
