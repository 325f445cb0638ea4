"""The rulebook inside the core: effective-dated figures of law, each with its source.

A rule is named by a dotted id whose first word is the ledger (`carbon.trading.band`). A more
specific rule adds the asset's kind as last word (`emission.trading.quantity_step.NH3N`) and wins
over the general one. Activation replaces whole versions; what applies on a day is the newest
version valid on it.
"""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

import msgspec

from exchange.core import formulas
from exchange.core.types import Day
from exchange.core.units import NUMBER_MAX, decimals, parse_decimal


class RuleKind(StrEnum):
    """How `Rule.value` is read. Values are text: integers and decimals in ASCII, never floats."""

    INTEGER = "integer"  # ("10",)
    DECIMAL = "decimal"  # ("0.01",) in `unit`
    RATIO = "ratio"  # ("0.10",) a pure number
    FLAG = "flag"  # ("true",) or ("false",)
    NAMES = "names"  # a tuple of words
    HOURS = "hours"  # ("09:30-11:30", "13:00-15:00") local time
    DATES = "dates"  # ("2026-01-01", ...) local dates
    TEXT = "text"  # one sentence that binds people, not the engine
    FRACTION = "fraction"  # ("2/3",) a pure number
    FORMULA = "formula"  # lines of a method of calculation: `exchange.core.formulas`


class Rule(msgspec.Struct, frozen=True, array_like=True):
    """One version of one figure of law.

    `valid_from` and `valid_to` are inclusive local days (`valid_to` None: until replaced).
    `evidence` is how sure the figure is: law, published, computed, known, uncertain or design.
    """

    rule_id: str
    version: int
    kind: RuleKind
    value: tuple[str, ...]
    unit: str
    valid_from: Day
    valid_to: Day | None
    title_zh: str
    title_en: str
    source: str
    evidence: str


class RuleRef(msgspec.Struct, frozen=True, array_like=True):
    """The rule and version that decided something."""

    rule_id: str
    version: int


class RuleBook:
    """The rules activated on one ledger, and which of them apply today."""

    __slots__ = ("_effective", "_ledger", "_today", "_versions", "rule_set")

    def __init__(self, ledger: str) -> None:
        self._ledger = ledger
        self._versions: dict[tuple[str, int], Rule] = {}
        self._effective: dict[str, Rule] = {}
        self._today = Day(0)
        self.rule_set = 0

    def fault(self, rule: Rule) -> str:
        """Tell what is wrong with a rule to be activated, or return an empty text."""
        if not rule.rule_id.startswith(f"{self._ledger}."):
            return "the id does not start with the ledger"
        if rule.version < 1 or not rule.source:
            return "a version from 1 and a source are needed"
        if rule.valid_to is not None and rule.valid_to < rule.valid_from:
            return "it ends before it starts"
        known = self._versions.get((rule.rule_id, rule.version))
        if known is not None and known != rule:
            return "this version is in force with other content"
        return value_fault(rule.kind, rule.value) or self._figure_fault(rule)

    def _figure_fault(self, rule: Rule) -> str:
        """Tell why the venue could not act on a figure that it reads."""
        name = rule.rule_id.removeprefix(f"{self._ledger}.")
        for figure, kind in FIGURES.items():
            if name != figure and not name.startswith(f"{figure}."):
                continue
            if rule.kind is not kind:
                return f"the venue reads this figure as kind {kind}"
            if not all(_in_range(figure, text) for text in rule.value):
                return "the figure is out of range"
        return ""

    def activate(self, rules: tuple[Rule, ...]) -> None:
        for rule in rules:
            self._versions[rule.rule_id, rule.version] = rule
        self.rule_set += 1
        self._select()

    def set_today(self, today: Day) -> None:
        self._today = today
        self._select()

    @property
    def today(self) -> Day:
        return self._today

    def rule_id(self, name: str) -> str:
        """Return the id under which this ledger has a rule."""
        return f"{self._ledger}.{name}"

    def find(self, name: str, kind: str = "") -> Rule | None:
        """Return the rule in force: the one for this kind of asset, else the general one."""
        specific = self._effective.get(f"{self._ledger}.{name}.{kind}") if kind else None
        return specific or self._effective.get(f"{self._ledger}.{name}")

    def families(self, name: str) -> list[Rule]:
        """Return every rule in force whose id extends `name`, and those of every year."""
        prefix = f"{self._ledger}.{name}."
        return [rule for rule_id, rule in self._effective.items() if rule_id.startswith(prefix)]

    def reference(self, name: str, kind: str = "") -> RuleRef | None:
        rule = self.find(name, kind)
        return None if rule is None else RuleRef(rule.rule_id, rule.version)

    def version(self, reference: RuleRef) -> Rule | None:
        """Return a version that was activated, whether or not it is in force."""
        return self._versions.get((reference.rule_id, reference.version))

    def find_on(self, name: str, day: Day) -> Rule | None:
        """Return the general rule of a name as it applies on another day than today."""
        rule_id, found = self.rule_id(name), None
        for rule in self._versions.values():
            if rule.rule_id != rule_id or rule.valid_from > day:
                continue
            if rule.valid_to is not None and rule.valid_to < day:
                continue
            if found is None or found.version < rule.version:
                found = rule
        return found

    def names(self, name: str, kind: str = "") -> tuple[str, ...]:
        rule = self.find(name, kind)
        return () if rule is None else rule.value

    def integer(self, name: str, default: int, kind: str = "") -> int:
        rule = self.find(name, kind)
        return default if rule is None else int(rule.value[0])

    def flag(self, name: str, kind: str = "") -> bool:
        """Tell whether a rule says yes; no when there is no such rule."""
        return self.names(name, kind) == ("true",)

    def ratio_ppm(self, name: str, kind: str = "") -> int:
        """Return a ratio in millionths; 0 when there is no such rule."""
        rule = self.find(name, kind)
        return 0 if rule is None else parse_decimal(rule.value[0], 6)

    def in_force(self) -> list[Rule]:
        """Return what applies today, in the order of activation."""
        return list(self._effective.values())

    def versions(self) -> list[Rule]:
        """Return all that was activated, in the order of activation."""
        return list(self._versions.values())

    def _select(self) -> None:
        chosen: dict[str, Rule] = {}
        for rule in self._versions.values():
            if rule.valid_from > self._today:
                continue
            if rule.valid_to is not None and rule.valid_to < self._today:
                continue
            other = chosen.get(rule.rule_id)
            if other is None or other.version < rule.version:
                chosen[rule.rule_id] = rule
        self._effective = chosen


def value_fault(kind: RuleKind, value: tuple[str, ...]) -> str:
    """Tell why a value cannot be read as its kind, or return an empty text."""
    if not value:
        return "it has no value"
    if kind in SINGLE and len(value) != 1:
        return f"a value of kind {kind} is one"
    if kind is RuleKind.FORMULA:
        return _formula_fault(value)
    try:
        for text in value:
            _READERS[kind](text)
    except ValueError:
        return f"a value is not of kind {kind}"
    return "" if _in_order(kind, value) else f"the {kind} are repeated, overlap or are out of order"


def _formula_fault(lines: tuple[str, ...]) -> str:
    try:
        formulas.read(lines)
    except formulas.BadFormula as fault:
        return str(fault)
    return ""


def _in_order(kind: RuleKind, value: tuple[str, ...]) -> bool:
    if kind is RuleKind.NAMES:
        return len(set(value)) == len(value)
    if kind is RuleKind.HOURS:
        value = tuple([time for session in value for time in session.split("-")])
    return all(before < after for before, after in pairwise(value))


def _in_range(figure: str, text: str) -> bool:
    if figure == "trading.weekdays":
        return text in WEEKDAYS
    if figure in RATIOS:
        return parse_decimal(text, 6) <= 1_000_000
    if figure == "saving.coefficient":
        return 0 < Fraction(text) <= 1
    if figure in DECIMALS:
        places = DECIMALS[figure]
        return decimals(text) <= places and parse_decimal(text, places) <= NUMBER_MAX
    least, most = BOUNDS.get(figure, (0, NUMBER_MAX))
    return FIGURES[figure] is not RuleKind.INTEGER or least <= int(text) <= most


def read_hours(text: str) -> tuple[int, int]:
    """Read `09:30-11:30` as two counts of nanoseconds since local midnight.

    Midnight belongs to neither end: it is when the day itself changes.
    """
    if _HOURS.fullmatch(text) is None:
        raise ValueError("not hours of a day")
    start, _, end = text.partition("-")
    opens, closes = _clock_ns(start), _clock_ns(end)
    if not 0 < opens < closes:
        raise ValueError("hours run backwards or touch midnight")
    return opens, closes


def read_day(text: str) -> Day:
    """Read `2026-03-02` as a day."""
    if _DATE.fullmatch(text) is None:
        raise ValueError("not a date")
    return Day(date.fromisoformat(text).toordinal() - EPOCH)


def _clock_ns(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return (int(hours) * 60 + int(minutes)) * 60_000_000_000


def _matching(pattern: str) -> Callable[[str], None]:
    form = re.compile(pattern)

    def read(text: str) -> None:
        if form.fullmatch(text) is None:
            raise ValueError("of another form")

    return read


_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EPOCH = date(1970, 1, 1).toordinal()


def day_text(day: int) -> str:
    """Write a day as figures and traces have it: 2026-03-02."""
    return date.fromordinal(day + EPOCH).isoformat()


WEEKDAYS = ("1", "2", "3", "4", "5", "6", "7")
BOUNDS = {
    "settlement.sell_back_days": (0, 366),
    "allocation.clawback_days": (0, 3660),
    "compliance.objection_days": (0, 366),
    "permits.renewal_days": (0, 3660),
    "water_year.first_month": (1, 12),
    "water_year.deficit_factor": (0, 100),
    "paid_use.years": (1, 100),
    "paid_use.first_due_days": (0, 3_660),
    "paid_use.instalment_months": (0, 1_200),
    "paid_use.suspension_days": (0, 3_660),
    "paid_use.recall_days": (0, 3_660),
}
"""Least and most of whole numbers; those not named have no bounds."""

RATIOS = (
    "trading.band",
    "fees.buyer",
    "fees.seller",
    "compliance.offset_max",
    "allocation.false_data_ratio_min",
    "paid_use.first_instalment",
    "paid_use.at_once_reduction",
    "paid_use.overdue_interest",
    "paid_use.overdue_interest_cap",
)
DECIMALS = {
    "compliance.fine_min": 2,
    "compliance.fine_max": 2,
    "paid_use.fee_standard": 4,
    "paid_use.exempt_up_to": 2,
    "paid_use.instalments_above": 2,
}
FIGURES = {
    "trading.price_tick": RuleKind.DECIMAL,
    "trading.quantity_step": RuleKind.DECIMAL,
    "trading.quantity_min": RuleKind.DECIMAL,
    "trading.quantity_max": RuleKind.DECIMAL,
    "trading.band": RuleKind.RATIO,
    "trading.hours": RuleKind.HOURS,
    "trading.closures": RuleKind.DATES,
    "trading.weekdays": RuleKind.NAMES,
    "fees.buyer": RuleKind.RATIO,
    "fees.seller": RuleKind.RATIO,
    "settlement.sell_back_days": RuleKind.INTEGER,
    "approvals.valid_days": RuleKind.INTEGER,
    "approvals.pending_bytes_max": RuleKind.INTEGER,
    "allocation.objection_days_min": RuleKind.INTEGER,
    "budgets.excluded": RuleKind.NAMES,
    "budgets.obligation_method": RuleKind.NAMES,
    "budgets.priority_first": RuleKind.FLAG,
    "indicators.red_blocks": RuleKind.FLAG,
    "indicators.yellow_from": RuleKind.RATIO,
    "allocation.clawback_days": RuleKind.INTEGER,
    "allocation.false_data_ratio_min": RuleKind.RATIO,
    "validity.lots_end": RuleKind.FLAG,
    "compliance.objection_days": RuleKind.INTEGER,
    "compliance.late_surrender": RuleKind.FLAG,
    "compliance.vintages": RuleKind.NAMES,
    "compliance.offset_kinds": RuleKind.NAMES,
    "compliance.offset_max": RuleKind.RATIO,
    "compliance.fine_multiple_min": RuleKind.INTEGER,
    "compliance.fine_multiple_max": RuleKind.INTEGER,
    "compliance.fine_min": RuleKind.DECIMAL,
    "compliance.fine_max": RuleKind.DECIMAL,
    "permits.required": RuleKind.FLAG,
    "permits.holders": RuleKind.NAMES,
    "permits.years": RuleKind.INTEGER,
    "permits.years_max": RuleKind.INTEGER,
    "permits.renewal_days": RuleKind.INTEGER,
    "permits.substitution_ratio": RuleKind.RATIO,
    "paid_use.fee_standard": RuleKind.DECIMAL,
    "paid_use.years": RuleKind.INTEGER,
    "paid_use.exempt_up_to": RuleKind.DECIMAL,
    "paid_use.instalments_above": RuleKind.DECIMAL,
    "paid_use.first_instalment": RuleKind.RATIO,
    "paid_use.at_once_reduction": RuleKind.RATIO,
    "paid_use.first_due_days": RuleKind.INTEGER,
    "paid_use.instalment_months": RuleKind.INTEGER,
    "paid_use.overdue_interest": RuleKind.RATIO,
    "paid_use.overdue_interest_cap": RuleKind.RATIO,
    "paid_use.suspension_days": RuleKind.INTEGER,
    "paid_use.recall_days": RuleKind.INTEGER,
    "eligibility.account_types": RuleKind.NAMES,
    "eligibility.geography": RuleKind.NAMES,
    "eligibility.sector_separation": RuleKind.NAMES,
    "eligibility.counterparties": RuleKind.NAMES,
    "totals.pots_by_act": RuleKind.NAMES,
    "saving.coefficient": RuleKind.FRACTION,
    "reserves.simplified_max": RuleKind.DECIMAL,
    "water_year.first_month": RuleKind.INTEGER,
    "water_year.deficit_factor": RuleKind.INTEGER,
}
"""What the venue itself reads, and as what: a rule of another kind would stop it."""

SINGLE = (
    *(RuleKind.INTEGER, RuleKind.DECIMAL, RuleKind.RATIO, RuleKind.FRACTION),
    *(RuleKind.FLAG, RuleKind.TEXT),
)
_READERS: dict[RuleKind, Callable[[str], object]] = {
    RuleKind.INTEGER: _matching(r"0|[1-9][0-9]{0,17}"),
    RuleKind.DECIMAL: lambda text: parse_decimal(text, 9),
    RuleKind.RATIO: lambda text: parse_decimal(text, 6),
    RuleKind.FRACTION: _matching(r"(0|[1-9][0-9]{0,17})/[1-9][0-9]{0,17}"),
    RuleKind.FLAG: _matching("true|false"),
    RuleKind.NAMES: _matching("[A-Za-z0-9_]+"),
    RuleKind.HOURS: read_hours,
    RuleKind.DATES: read_day,
    RuleKind.TEXT: _matching(r"(?s).*\S.*"),
}
