"""Answers about projects under budgets and targets of places."""

from datetime import date
from decimal import Decimal

from steppe.models.answer import Instant, Model, Receipt


class Obligation(Model, frozen=True, kw_only=True):
    """What a new project must cover before it starts; `unit` is CNY where it is to be paid.

    `evaluate_formula(method, inputs=..., as_of=...)` gives the same trace hash.
    """

    method: str
    method_version: int
    as_of: date
    inputs: dict[str, str]
    quantity: Decimal
    covered: Decimal
    outstanding: Decimal
    unit: str
    trace_hash: str


class Project(Model, frozen=True, kw_only=True):
    """A project: `counted` of its `energy` is its budget, of which `left` may still be used."""

    project_id: str
    ledger: str
    asset: str
    unit: str
    participant_id: str
    place: str
    code: str
    new: bool
    priority: bool
    stage: str
    energy: Decimal
    renewable: Decimal
    feedstock: Decimal
    intensity: Decimal
    counted: Decimal
    used: Decimal
    left: Decimal
    obligation: Obligation | None = None
    document: str
    sequence: int


class ProjectEntry(Model, frozen=True, kw_only=True):
    """Something that happened to a project."""

    sequence: int
    at: Instant
    kind: str
    quantity: Decimal
    energy: Decimal
    pot: str
    document: str


class PriorityProject(Model, frozen=True, kw_only=True):
    """A project that a place has put on its list."""

    project_id: str
    ledger: str
    asset: str
    place: str
    code: str


class CoverReceipt(Receipt, frozen=True, kw_only=True):
    """What was delivered or paid, and what is still to be."""

    project_id: str
    quantity: Decimal
    covered: Decimal
    outstanding: Decimal


class StartReceipt(Receipt, frozen=True, kw_only=True):
    """That a project has started."""

    project_id: str
    stage: str


class Indicator(Model, frozen=True, kw_only=True):
    """How a place stands against a target; red is beyond it."""

    ledger: str
    kind: str
    place: str
    name: str
    period: str
    binding: bool
    target: Decimal
    value: Decimal
    unit: str
    light: str
    data_source: str
    document: str
    sequence: int
