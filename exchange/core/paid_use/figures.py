"""What the rulebook says of paid use, for a place where it says something of its own.

A rule whose last word is the code of a place holds there and in what belongs to it, and wins over
the general one.
"""

from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import Rule, RuleRef
from exchange.core.state import State
from exchange.core.totals import places
from exchange.core.types import CASH_SCALE
from exchange.core.units import parse_decimal

YEARS_MAX = 5
"""For a ledger whose rulebook does not say."""


def longest(state: State, kind: str) -> int:
    """Return the most years a contract may last."""
    return state.rules.integer("paid_use.years", YEARS_MAX, kind)


def local(state: State, name: str, region: str) -> Rule | None:
    """Return the rule in force for the narrowest place that a region lies in, or None."""
    for place in places.chain(region):
        rule = state.rules.find(name, place)
        if rule is not None and rule.rule_id.endswith(f".{place}"):
            return rule
    return state.rules.find(name)


def fen_of(rule: Rule) -> int:
    """Read a rule in yuan."""
    return parse_decimal(rule.value[0], CASH_SCALE)


def ppm_of(rule: Rule | None) -> int:
    """Read a ratio in millionths; 0 when there is no such rule."""
    return 0 if rule is None else parse_decimal(rule.value[0], 6)


def cited(reason: RejectReason, rule: Rule | None, **figures: str) -> Refusal:
    """Say no by the very rule that was looked up."""
    reference = None if rule is None else RuleRef(rule.rule_id, rule.version)
    return Refusal(reason, reference, tuple(figures.items()))
