"""Answers about true-ups, claims, deductions, borrowing and closures."""

from datetime import date
from decimal import Decimal

from steppe.models.answer import Model, Receipt
from steppe.models.reference import RuleRef


class TrueUpEntry(Model, frozen=True, kw_only=True):
    """An entity from what it had been given (`before`) to its final quantity."""

    plan_id: str
    entity: str
    participant_id: str
    place: str
    before: Decimal
    final: Decimal
    issued: Decimal
    lot_id: str | None = None
    taken: Decimal
    claimed: Decimal
    deducted: Decimal
    sequence: int


class Claim(Model, frozen=True, kw_only=True):
    """What a participant owes back; `remaining` is what has still to come, or was deducted."""

    claim_id: str
    ledger: str
    participant_id: str
    account_id: str
    asset: str
    unit: str
    plan_id: str
    entity: str
    quantity: Decimal
    remaining: Decimal
    pot: str
    due_on: date
    status: str
    deduction_id: str | None = None
    sequence: int
    updated_sequence: int


class SettleReceipt(Receipt, frozen=True, kw_only=True):
    """What a claim took at once, and what it has still to take."""

    claim_id: str
    collected: Decimal
    remaining: Decimal


class Deduction(Model, frozen=True, kw_only=True):
    """What is cut from a participant's allocations: a quantity, or a ratio of one series."""

    deduction_id: str
    ledger: str
    participant_id: str
    entity: str
    asset: str
    unit: str
    reach: str
    quantity: Decimal | None = None
    ratio: Decimal | None = None
    ground: str
    remaining: Decimal | None = None
    series: str | None = None
    status: str
    document: str
    sequence: int
    updated_sequence: int


class Borrowing(Model, frozen=True, kw_only=True):
    """What an entity was given of a coming allocation; `most` is what the formula allowed."""

    deduction_id: str
    ledger: str
    participant_id: str
    entity: str
    asset: str
    unit: str
    account_id: str
    lot_id: str
    quantity: Decimal
    most: Decimal
    due: Decimal
    allocated: Decimal
    rule: RuleRef
    document: str
    sequence: int


class Closure(Model, frozen=True, kw_only=True):
    """A closed entity: what it had been given, keeps, gave back and owes."""

    plan_id: str
    ledger: str
    entity: str
    participant_id: str
    asset: str
    unit: str
    closed_on: date
    months_run: int
    before: Decimal
    kept: Decimal
    taken: Decimal
    claimed: Decimal
    pot: str
    rule: RuleRef
    document: str
    sequence: int
