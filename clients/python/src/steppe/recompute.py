"""Computing a formula's result again, from the rulebook's text alone.

It shares no code with the venue: another reader, and integers instead of fractions. Whoever has
the rules of a day (`Client.rules`) and the inputs comes to the same result, the same steps and the
same hash as the venue's trace, or finds that they differ.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from steppe.formula_text import (
    DECIMAL,
    FormulaText,
    NotComputable,
    Number,
    less,
    number,
    reduced,
)
from steppe.models.reference import Rule

Rules = Mapping[str, Rule]

MAGNITUDE_MAX = 10**60
RESULT_MAX = 2**62
NINE = 10**9
NUMERIC = {"integer", "decimal", "ratio", "fraction"}
_FIGURE = re.compile(rf"{DECIMAL}|(?:0|[1-9][0-9]{{0,17}})/[1-9][0-9]{{0,17}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A result with its trace: `text` is the canonical JSON that `trace_hash` is the SHA-256 of."""

    result: str
    unit: str
    trace: dict[str, Any]
    text: str
    trace_hash: str


def recompute(
    formula: str, inputs: Mapping[str, str], rules: Iterable[Rule], as_of: date
) -> Recomputed:
    """Compute a formula's result from the rules in force on a day.

    Args:
        formula: the id of the rule, such as `energy.obligation.formula.henan`
        inputs: the values by name, as decimal text or a word
        rules: those in force on the day: `venue.rules(ledger=..., as_of=...).items`
        as_of: the day

    Raises: NotComputable.
    """
    known = {rule.id: rule for rule in rules}
    if formula not in known:
        raise NotComputable("rule_missing", formula)
    rule = known[formula]
    if rule.kind != "formula":
        raise NotComputable("rule_invalid", formula)
    work = _Work(FormulaText(rule.value), formula.partition(".")[0], known)
    work.take(inputs)
    work.look_up()
    work.limit()
    raw = work.calculate()
    trace = {
        "formula": {"id": rule.id, "version": rule.version},
        "as_of": as_of.isoformat(),
        "inputs": work.inputs,
        "parameters": work.parameters,
        "steps": work.steps,
        "rounding": work.text.rounding,
        "scale": work.text.scale,
        "result": _rounded(raw, work.text.rounding, work.text.scale),
        "unit": rule.unit,
    }
    text = canonical(trace)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Recomputed(str(trace["result"]), rule.unit, trace, text, digest)


def canonical(trace: Mapping[str, Any]) -> str:
    """Write a trace as the JSON that is hashed: keys in the order given, no spaces."""
    return json.dumps(trace, ensure_ascii=False, separators=(",", ":"))


class _Work:
    """One computation and the parts of its trace."""

    def __init__(self, text: FormulaText, ledger: str, rules: Rules) -> None:
        self.text = text
        self._ledger = ledger
        self._rules = rules
        self._values: dict[str, Number] = {}
        self._words: dict[str, str] = {}
        self.inputs: list[list[str]] = []
        self.parameters: list[list[str]] = []
        self.steps: list[list[str]] = []

    def take(self, inputs: Mapping[str, str]) -> None:
        wanted = [*self.text.inputs, *self.text.words]
        for name in inputs:
            if name not in wanted:
                raise NotComputable("input_unknown", name)
        for name in wanted:
            if name not in inputs:
                raise NotComputable("input_missing", name)
        for name, (unit, scale) in self.text.inputs.items():
            self._values[name] = _given(name, inputs[name], scale)
            self.inputs.append([name, unit, _written(self._values[name])])
        for name, words in self.text.words.items():
            if inputs[name] not in words:
                raise NotComputable("input_invalid", name)
            self._words[name] = inputs[name]
            self.inputs.append([name, "", inputs[name]])

    def look_up(self) -> None:
        for name, (rule, by) in self.text.parameters.items():
            self._values[name] = self._figure(name, rule, self._words.get(by, ""))

    def limit(self) -> None:
        for name, bounds in self.text.limits.items():
            for word, bound in zip(("minimum", "maximum"), bounds, strict=True):
                plain = bound[0].isdigit()
                limit = number(bound) if plain else self._figure(f"{name}.{word}", bound, "")
                value = self._values[name]
                if less(value, limit) if word == "minimum" else less(limit, value):
                    raise NotComputable("parameter_out_of_range", name)

    def calculate(self) -> Number:
        for name, tree in self.text.steps.items():
            self._values[name] = self._evaluate(tree)
            self.steps.append([name, _written(self._values[name])])
        return self._values["result"]

    def _figure(self, name: str, rule_name: str, word: str) -> Number:
        general = f"{self._ledger}.{rule_name}"
        rule = self._rules.get(f"{general}.{word}") if word else None
        rule = rule or self._rules.get(general)
        if rule is None:
            raise NotComputable("rule_missing", f"{general}.{word}" if word else general)
        if rule.kind not in NUMERIC or _FIGURE.fullmatch(rule.value[0]) is None:
            raise NotComputable("rule_invalid", rule.id)
        self.parameters.append([name, rule.id, str(rule.version), rule.value[0]])
        return number(rule.value[0])

    def _evaluate(self, tree: Any) -> Number:
        match tree:
            case str(name):
                return self._values[name]
            case (int(), int()):
                return (tree[0], tree[1])
            case ("if", sign, left, right, then, otherwise):
                one, other = self._evaluate(left), self._evaluate(right)
                if sign in {"<", "<="}:
                    one, other = other, one
                holds = less(other, one) or (sign in {">=", "<="} and one == other)
                return self._evaluate(then if holds else otherwise)
            case ("min" | "max" as word, *parts):
                best, *others = map(self._evaluate, parts)
                for value in others:
                    if less(value, best) == (word == "min"):
                        best = value
                return best
            case (sign, left, right):
                return _calculated(sign, self._evaluate(left), self._evaluate(right))
        raise AssertionError(tree)


def _given(name: str, text: str, scale: int) -> Number:
    plain = text.removeprefix("-")
    decimals = plain.partition(".")[2].rstrip("0")
    if re.fullmatch(DECIMAL, plain, re.ASCII) is None or len(decimals) > scale:
        raise NotComputable("input_invalid", name)
    if plain != text:
        raise NotComputable("input_negative", name)
    return number(plain)


def _calculated(sign: str, left: Number, right: Number) -> Number:
    (a, b), (c, d) = left, right
    if sign == "/":
        if c == 0:
            raise NotComputable("division_by_zero")
        c, d = (d, c) if c > 0 else (-d, -c)
    over, under = {
        "+": (a * d + c * b, b * d),
        "-": (a * d - c * b, b * d),
        "*": (a * c, b * d),
        "/": (a * c, b * d),
    }[sign]
    value = reduced(over, under)
    if abs(value[0]) > MAGNITUDE_MAX or value[1] > MAGNITUDE_MAX:
        raise NotComputable("number_too_large")
    return value


def _written(value: Number) -> str:
    over, under = value
    if NINE % under:
        return f"{over}/{under}"
    whole, rest = divmod(abs(over) * (NINE // under), NINE)
    decimals = f"{rest:09}".rstrip("0")
    return f"{'-' if over < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def _rounded(value: Number, rounding: str, scale: int) -> str:
    over, under = value[0] * 10**scale, value[1]
    if over < 0:
        raise NotComputable("result_negative")
    down, rest = divmod(over, under)
    up = {"floor": False, "ceiling": rest > 0, "half_up": 2 * rest >= under}[rounding]
    result = down + up
    if result > RESULT_MAX:
        raise NotComputable("number_too_large")
    whole, decimals = divmod(result, 10**scale)
    return f"{whole}.{decimals:0{scale}}" if scale else str(whole)
