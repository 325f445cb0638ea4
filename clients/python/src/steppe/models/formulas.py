"""Answers about methods of calculation."""

from datetime import date
from typing import Any

import msgspec

from steppe.models.answer import Model


class FormulaInput(Model, frozen=True, kw_only=True):
    """A number that the caller gives; a limit is a decimal or the id of the rule that has it."""

    name: str
    unit: str
    scale: int
    minimum: str | None = None
    maximum: str | None = None


class FormulaChoice(Model, frozen=True, kw_only=True):
    """A word that the caller chooses."""

    name: str
    words: tuple[str, ...]


class FormulaParameter(Model, frozen=True, kw_only=True):
    """A figure of the rulebook; with `by`, of the rule whose last word is the one chosen."""

    name: str
    rule: str
    by: str | None = None


class Formula(Model, frozen=True, kw_only=True):
    """A method of calculation in force: what it needs, how it rounds, and its `lines`."""

    id: str
    ledger: str
    version: int
    title_zh: str
    title_en: str
    inputs: tuple[FormulaInput, ...]
    choices: tuple[FormulaChoice, ...] = ()
    parameters: tuple[FormulaParameter, ...] = ()
    rounding: str
    scale: int
    unit: str
    lines: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    source: str
    evidence: str


class Evaluation(Model, frozen=True, kw_only=True):
    """What a formula came to. `steppe.recompute` comes to the same `trace_hash`, or it is wrong."""

    result: str
    unit: str
    trace: dict[str, Any] = msgspec.field(default_factory=dict)
    trace_hash: str
