"""Evaluating a formula: inputs and figures in force to one number, with the trace of how.

The trace is canonical JSON (keys in the order of `Trace`, no spaces, UTF-8) and its SHA-256 names
it, so that anybody who has the formula, the figures and the inputs comes to the same hash. A value
in it is a plain decimal if nine decimals hold it, else a reduced `n/d`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import msgspec

from exchange.core import expressions
from exchange.core.expressions import NoValue
from exchange.core.formulas import RESULT, SCALE_MAX, Formula, Input, Limits, is_number, read
from exchange.core.rounding import rounded
from exchange.core.rules import Rule, RuleBook, RuleKind, RuleRef, day_text
from exchange.core.units import NUMBER_MAX, format_decimal, parse_decimal

NUMERIC = (RuleKind.INTEGER, RuleKind.DECIMAL, RuleKind.RATIO, RuleKind.FRACTION)
"""Kinds of rules that a formula can take as a figure."""

Figures = tuple[tuple[str, str], ...]


class NoResult(Exception):
    """A formula gives no result: a code, the rule that says so, figures, and the input concerned.

    Codes: `input_missing`, `input_unknown`, `input_invalid`, `input_negative`,
    `parameter_out_of_range`, `rule_missing`, `rule_invalid`, `division_by_zero`,
    `number_too_large`, `result_negative`.
    """

    def __init__(
        self, code: str, rule: RuleRef | None, figures: Figures = (), *, given: str = ""
    ) -> None:
        super().__init__(code)
        self.code = code
        self.rule = rule
        self.figures = figures
        self.given = given


class Version(msgspec.Struct, frozen=True):
    id: str
    version: int


class Trace(msgspec.Struct, frozen=True):
    """How a result came about.

    `inputs` are name, unit, value; `parameters` name, rule, version, value as the rule has it;
    `steps` name and exact value, the last being the result before rounding.
    """

    formula: Version
    as_of: str
    inputs: tuple[tuple[str, str, str], ...]
    parameters: tuple[tuple[str, str, str, str], ...]
    steps: tuple[tuple[str, str], ...]
    rounding: str
    scale: int
    result: str
    unit: str

    def canonical(self) -> bytes:
        return msgspec.json.encode(self)

    def digest(self) -> bytes:
        """Return the SHA-256 of the canonical bytes."""
        return hashlib.sha256(self.canonical()).digest()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Units: `value` is the result in 10**-`trace.scale` of `trace.unit`."""

    value: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Method:
    """A rule of kind `formula`, read once for any number of evaluations."""

    rule: Rule
    formula: Formula

    @property
    def reference(self) -> RuleRef:
        return RuleRef(self.rule.rule_id, self.rule.version)


def method(book: RuleBook, name: str) -> Method:
    """Return the formula in force under a name, without the ledger.

    Raises: NoResult `rule_missing` when there is none, `rule_invalid` for another kind of rule.
    """
    rule = book.find(name)
    if rule is None:
        raise NoResult("rule_missing", None, (("rule", book.rule_id(name)),))
    reference = RuleRef(rule.rule_id, rule.version)
    if rule.kind is not RuleKind.FORMULA:
        raise NoResult("rule_invalid", reference)
    return Method(rule, read(rule.value))


def evaluate(method: Method, book: RuleBook, inputs: Mapping[str, str]) -> Evaluation:
    """Evaluate a formula with the figures in force on the book's day.

    Raises: NoResult. Cost: bounded by the size of the formula.
    """
    run = _Run(method, book)
    run.take(inputs)
    run.look_up()
    for limits in method.formula.limits:
        run.keep(limits)
    value = run.calculate()
    return Evaluation(value, run.trace(value))


def text_of(value: Fraction) -> str:
    """Write an exact value: a plain decimal if nine decimals hold it, else `n/d`."""
    if 10**SCALE_MAX % value.denominator:
        return f"{value.numerator}/{value.denominator}"
    scaled = value.numerator * (10**SCALE_MAX // value.denominator)
    return format_decimal(scaled, SCALE_MAX).rstrip("0").rstrip(".")


class _Run:
    """One evaluation: values by name, and what the trace will say."""

    __slots__ = (
        "_book",
        "_inputs",
        "_method",
        "_parameters",
        "_steps",
        "_values",
        "_words",
    )

    def __init__(self, method: Method, book: RuleBook) -> None:
        self._method = method
        self._book = book
        self._values: dict[str, Fraction] = {}
        self._words: dict[str, str] = {}
        self._inputs: list[tuple[str, str, str]] = []
        self._parameters: list[tuple[str, str, str, str]] = []
        self._steps: list[tuple[str, str]] = []

    def take(self, inputs: Mapping[str, str]) -> None:
        formula = self._method.formula
        known = [one.name for one in formula.inputs] + [one.name for one in formula.choices]
        for name in inputs:
            if name not in known:
                raise self._no("input_unknown", given=name)
        for name in known:
            if name not in inputs:
                raise self._no("input_missing", (("input", name),), given=name)
        for one in formula.inputs:
            value = self._number(one, inputs[one.name])
            self._values[one.name] = value
            self._inputs.append((one.name, one.unit, text_of(value)))
        for choice in formula.choices:
            word = inputs[choice.name]
            if word not in choice.words:
                raise self._no("input_invalid", given=choice.name)
            self._words[choice.name] = word
            self._inputs.append((choice.name, "", word))

    def look_up(self) -> None:
        for one in self._method.formula.parameters:
            word = self._words[one.by] if one.by else ""
            self._values[one.name], _ = self._figure(one.name, one.rule, word)

    def keep(self, limits: Limits) -> None:
        """Refuse an input outside its limits, by the rule that sets them."""
        value = self._values[limits.name]
        for word, bound in (("minimum", limits.minimum), ("maximum", limits.maximum)):
            rule = self._method.reference
            if is_number(bound):
                limit = Fraction(bound)
            else:
                limit, rule = self._figure(f"{limits.name}.{word}", bound, "")
            if value < limit if word == "minimum" else value > limit:
                compared = (("value", text_of(value)), (word, text_of(limit)))
                figures = (("input", limits.name), *compared)
                raise NoResult("parameter_out_of_range", rule, figures, given=limits.name)

    def calculate(self) -> int:
        formula = self._method.formula
        for step in formula.steps:
            try:
                value = expressions.evaluate(step.expression, self._values)
            except NoValue as fault:
                raise self._no(fault.code, (("step", step.name),)) from fault
            self._values[step.name] = value
            self._steps.append((step.name, text_of(value)))
        exact = self._values[RESULT]
        if exact < 0:
            raise self._no("result_negative", ((RESULT, text_of(exact)),))
        result = rounded(exact, formula.rounding, formula.scale)
        if result > NUMBER_MAX:
            raise self._no("number_too_large", (("step", RESULT),))
        return result

    def trace(self, value: int) -> Trace:
        rule, formula = self._method.rule, self._method.formula
        return Trace(
            Version(rule.rule_id, rule.version),
            day_text(self._book.today),
            tuple(self._inputs),
            tuple(self._parameters),
            tuple(self._steps),
            formula.rounding,
            formula.scale,
            format_decimal(value, formula.scale),
            rule.unit,
        )

    def _number(self, one: Input, text: str) -> Fraction:
        try:
            value = parse_decimal(text.removeprefix("-"), one.scale)
        except ValueError as fault:
            figures = (("input", one.name), ("decimals", str(one.scale)))
            raise self._no("input_invalid", figures, given=one.name) from fault
        if text.startswith("-"):
            raise self._no("input_negative", (("input", one.name),), given=one.name)
        return Fraction(value, 10**one.scale)

    def _figure(self, name: str, rule_name: str, word: str) -> tuple[Fraction, RuleRef]:
        rule = self._book.find(rule_name, word)
        if rule is None:
            missing = self._book.rule_id(f"{rule_name}.{word}" if word else rule_name)
            raise self._no("rule_missing", (("rule", missing),))
        reference = RuleRef(rule.rule_id, rule.version)
        if rule.kind not in NUMERIC:
            raise NoResult("rule_invalid", reference)
        self._parameters.append((name, rule.rule_id, str(rule.version), rule.value[0]))
        return Fraction(rule.value[0]), reference

    def _no(self, code: str, figures: Figures = (), *, given: str = "") -> NoResult:
        return NoResult(code, self._method.reference, figures, given=given)
