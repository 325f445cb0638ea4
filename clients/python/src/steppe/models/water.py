"""Answers about water years, savings and approvals of transfers between leagues."""

from datetime import date
from decimal import Decimal

from steppe.models.answer import Model


class WaterShare(Model, frozen=True, kw_only=True):
    """What a place was given of a year's water by one ratio; the newest revision applies."""

    ledger: str
    asset: str
    unit: str
    year: int
    first_day: date
    last_day: date
    revision: int
    ratio: Decimal
    place: str
    quantity: Decimal
    withheld: Decimal
    formula: str
    formula_version: int
    document: str
    sequence: int


class WaterOveruse(Model, frozen=True, kw_only=True):
    """What a place took of a year above its share, in cubic metres."""

    ledger: str
    place: str
    year: int
    quantity: Decimal
    document: str
    sequence: int


class WaterSaving(Model, frozen=True, kw_only=True):
    """What a district can save, and what of it may be traded."""

    saving_id: str
    ledger: str
    asset: str
    unit: str
    place: str
    district: str
    potential: Decimal
    tradable: Decimal
    coefficient: str
    coefficient_version: int
    document: str
    sequence: int


class CrossRegionApproval(Model, frozen=True, kw_only=True):
    """How much one member may transfer to another of another league, and what is left of it."""

    ledger: str
    asset: str
    unit: str
    giver_id: str
    taker_id: str
    approved: Decimal
    remaining: Decimal
    document: str
    sequence: int
