"""Formulas for tests: rules made of lines, and both evaluators behind one form."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import steppe
from exchange.core import evaluation
from exchange.core.rules import EPOCH, Rule, RuleBook, RuleKind
from exchange.core.types import Day
from exchange.rulebook.loader import load_rules
from steppe.recompute import Recomputed, recompute

ON = date(2026, 3, 2)
NAME = "noise.f"
Vector = Mapping[str, Any]
PROSE = {"title_zh": "规", "title_en": "Rule", "source": "A decree", "evidence": "design"}


def day(on: date) -> Day:
    return Day(on.toordinal() - EPOCH)


def rule(rule_id: str, version: int, kind: str, value: Iterable[str], unit: str = "1") -> Rule:
    return Rule(rule_id, version, RuleKind(kind), tuple(value), unit, Day(0), None, **PROSE)


def book(rules: Iterable[Rule], on: date = ON, ledger: str = "noise") -> RuleBook:
    made = RuleBook(ledger)
    made.activate(tuple(rules))
    made.set_today(day(on))
    return made


def rules_of(vector: Vector) -> list[Rule]:
    figures = [rule(one, version, kind, (value,)) for one, version, kind, value in vector["rules"]]
    return [rule(NAME, 1, "formula", vector["lines"], vector["unit"]), *figures]


def evaluated(vector: Vector) -> evaluation.Evaluation:
    """By the core. Raises: NoResult."""
    rules = book(rules_of(vector))
    return evaluation.evaluate(evaluation.method(rules, "f"), rules, vector["inputs"])


def recomputed(vector: Vector) -> Recomputed:
    """By the client. Raises: NotComputable."""
    return recompute(NAME, vector["inputs"], map(told, rules_of(vector)), ON)


def told(one: Rule) -> steppe.Rule:
    """A rule as the client reads it."""
    return steppe.Rule(
        id=one.rule_id,
        version=one.version,
        kind=one.kind.value,
        value=one.value,
        unit=one.unit,
        valid_from=date(2020, 1, 1),
        **PROSE,
    )


def shipped(rule_id: str, on: date, inputs: Mapping[str, str]) -> evaluation.Evaluation:
    """Evaluate a shipped formula by the core and by the client, which must agree.

    Raises: NoResult.
    """
    ledger, _, name = rule_id.partition(".")
    rules = book(load_rules(ledger), on, ledger)
    found = evaluation.evaluate(evaluation.method(rules, name), rules, inputs)
    again = recompute(rule_id, inputs, map(told, effective(rules, ledger)), on)
    assert again.text.encode() == found.trace.canonical()
    assert again.trace_hash == found.trace.digest().hex()
    return found


def effective(rules: RuleBook, ledger: str) -> list[Rule]:
    """The rules in force on the book's day."""
    names = dict.fromkeys(one.rule_id.removeprefix(f"{ledger}.") for one in rules.versions())
    return [found for name in names if (found := rules.find(name)) is not None]
