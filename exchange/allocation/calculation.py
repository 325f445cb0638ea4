"""Calculating what entities get: a formula of the rulebook, an entity's inputs, a trace.

Pure: the same terms and inputs give the same bytes anywhere. The figures are those in force on the
plan's day, the formula the version that the plan pinned.
"""

from collections.abc import Mapping

import msgspec

from exchange.core.evaluation import Evaluation, Method, NoResult, evaluate
from exchange.core.formulas import read
from exchange.core.rules import Rule, RuleBook, RuleKind, RuleRef
from exchange.core.types import Day
from exchange.core.units import NUMBER_MAX

FIXED = "allocation.formula.fixed"
"""The method whose one input is the quantity itself."""


class Terms(msgspec.Struct, frozen=True, array_like=True):
    """What a plan calculates by. `activity_year` 0: data of any year. `scale` is the asset's."""

    ledger: str
    method: RuleRef
    rules: tuple[Rule, ...]
    rules_on: Day
    activity_year: int
    scale: int


class Fault(msgspec.Struct, frozen=True):
    """Why a row gives nothing: where it shows, a stable code, a sentence, the rule, the figures.

    `row` is the line of the file, 0 for a row that came otherwise.
    """

    row: int
    column: str
    code: str
    detail: str
    entity: str = ""
    rule: RuleRef | None = None
    figures: dict[str, str] = {}


class Calculator:
    """One plan's method and figures, read once for any number of rows."""

    def __init__(self, terms: Terms) -> None:
        """Raises: NoResult when the rulebook has no such formula."""
        self._terms = terms
        self._book = RuleBook(terms.ledger)
        self._book.activate(terms.rules)
        self._book.set_today(terms.rules_on)
        self.method = _method(self._book, terms.method)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Return the names of the inputs, numbers first."""
        formula = self.method.formula
        numbers = [one.name for one in formula.inputs]
        return (*numbers, *(one.name for one in formula.choices))

    def calculate(self, year: int, inputs: Mapping[str, str]) -> tuple[int, Evaluation]:
        """Return a quantity in the asset's scale, and how it came about. Raises: NoResult."""
        due = self._terms.activity_year
        if due and year != due:
            figures = (("year", str(year or "")), ("activity_year", str(due)))
            raise NoResult("year_mismatch", self.method.reference, figures, given="year")
        found = evaluate(self.method, self._book, inputs)
        return self._scaled(found), found

    def _scaled(self, found: Evaluation) -> int:
        scale, reference = self._terms.scale, self.method.reference
        units: int = 10**scale
        parts: int = 10**found.trace.scale
        value, over = divmod(found.value * units, parts)
        if over:
            figures = (("result", found.trace.result), ("decimals", str(scale)))
            raise NoResult("result_too_fine", reference, figures)
        if value > NUMBER_MAX:
            raise NoResult("number_too_large", reference, (("step", "result"),))
        return value


def _method(book: RuleBook, reference: RuleRef) -> Method:
    rule = book.version(reference)
    if rule is None:
        raise NoResult("rule_missing", None, (("rule", reference.rule_id),))
    if rule.kind is not RuleKind.FORMULA:
        raise NoResult("rule_invalid", reference)
    return Method(rule, read(rule.value))


def fault_of(fault: NoResult, row: int, entity: str) -> Fault:
    """Say of one row why it has no result."""
    figures = dict(fault.figures)
    return Fault(row, fault.given, fault.code, "", entity, fault.rule, figures)
