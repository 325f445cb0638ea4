"""What the value of a rule may look like, by kind: ASCII digits, no exponent, no sign."""

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise

from exchange.core.rules import RuleKind

_INTEGER = re.compile(r"0|[1-9][0-9]{0,17}")
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?")
_RATIO = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,6})?")
_WORD = re.compile(r"[A-Za-z0-9_]+")
_HOURS = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_SINGLE = frozenset(
    {RuleKind.INTEGER, RuleKind.DECIMAL, RuleKind.RATIO, RuleKind.FLAG, RuleKind.TEXT}
)
_MEASURED = frozenset({RuleKind.INTEGER, RuleKind.DECIMAL})


def problem(kind: RuleKind, value: tuple[str, ...]) -> str | None:
    """Say what is wrong with a value of this kind, or None."""
    if not value:
        return "no value is given"
    if kind in _SINGLE and len(value) > 1:
        return f"kind {kind} takes one value, not {len(value)}"
    for part in value:
        if not _READERS[kind](part):
            return f"{part!r} is not of kind {kind}"
    if kind not in _SINGLE and not _ordered(kind, value):
        return f"the {kind} are repeated, overlap or are out of order"
    return None


def needs_unit(kind: RuleKind) -> bool:
    """Whether a value of this kind means nothing without its unit."""
    return kind in _MEASURED


def _ordered(kind: RuleKind, value: tuple[str, ...]) -> bool:
    if kind is RuleKind.NAMES:
        return len(set(value)) == len(value)
    if kind is RuleKind.HOURS:
        clock = [time for session in value for time in session.split("-")]
        return all(before < after for before, after in pairwise(clock))
    return all(before < after for before, after in pairwise(value))


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_READERS: dict[RuleKind, Callable[[str], object]] = {
    RuleKind.INTEGER: _INTEGER.fullmatch,
    RuleKind.DECIMAL: _DECIMAL.fullmatch,
    RuleKind.RATIO: _RATIO.fullmatch,
    RuleKind.FLAG: ("true", "false").__contains__,
    RuleKind.NAMES: _WORD.fullmatch,
    RuleKind.HOURS: _HOURS.fullmatch,
    RuleKind.DATES: _is_date,
    RuleKind.TEXT: str.strip,
}
