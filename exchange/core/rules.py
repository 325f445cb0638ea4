"""The rulebook inside the core: effective-dated figures of law, each with its source.

A rule is named by a dotted id whose first word is the ledger (`carbon.trading.band`). A more specific
rule adds the asset's kind as last word (`emission.trading.quantity_step.NH3N`) and wins over the general
one. Activation replaces whole versions; what applies on a day is the newest version valid on it.
"""

from enum import StrEnum

import msgspec

from exchange.core.types import Day


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


class Rule(msgspec.Struct, frozen=True, array_like=True):
    """One version of one figure of law.

    `valid_from` and `valid_to` are inclusive local days (`valid_to` None: until replaced). `evidence` is
    how sure the figure is: law, published, computed, known, uncertain or design.
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
