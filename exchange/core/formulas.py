"""Formulas as data: the lines of a rule of kind `formula`, read and checked.

    input NAME UNIT SCALE        a number that the caller gives, with at most SCALE decimals
    text NAME WORD WORD ...      a word that the caller chooses
    param NAME RULE [by TEXT]    a figure of the rulebook, its id without the ledger; `by` takes
                                 the rule whose last word is the one chosen, if there is one
    range NAME MIN MAX           limits of an input, numbers or ids of rules
    NAME = EXPRESSION            a step
    result = ROUNDING(EXPRESSION, SCALE)

Every name is declared before it is used, once, and is used; the result is the last line.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from exchange.core.expressions import (
    DECIMAL_PATTERN,
    NAME_PATTERN,
    TEXT_MAX,
    WORDS,
    BadExpression,
    Node,
    names,
    parse,
)
from exchange.core.rounding import ROUNDINGS
from exchange.core.units import parse_decimal

LINES_MAX = 40
SCALE_MAX = 9
CHOICES_MAX = 40
RESULT = "result"

_NAME = re.compile(NAME_PATTERN, re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9_]{1,32}", re.ASCII)
_UNIT = re.compile(r"[\x21-\x7e]{1,32}", re.ASCII)
_RULE = re.compile(r"[a-z][a-z0-9_]{0,39}(?:\.[A-Za-z0-9_]{1,40}){1,5}", re.ASCII)
_NUMBER = re.compile(DECIMAL_PATTERN, re.ASCII)
_SCALE = re.compile(r"[0-9]", re.ASCII)
_RESULT = re.compile(rf"({'|'.join(ROUNDINGS)})\((.*), *([0-9])\)", re.ASCII)
_RESERVED = (*WORDS, *ROUNDINGS, RESULT, "input", "text", "param", "range", "by")


class BadFormula(ValueError):
    """The lines are no formula."""


@dataclass(frozen=True, slots=True)
class Input:
    name: str
    unit: str
    scale: int


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    rule: str
    by: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of an input; each is a decimal or the id of a rule, without its ledger."""

    name: str
    minimum: str
    maximum: str


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    expression: Node


@dataclass(frozen=True, slots=True)
class Formula:
    """A method of calculation; `steps` ends with the result before it is rounded."""

    inputs: tuple[Input, ...]
    choices: tuple[Choice, ...]
    parameters: tuple[Parameter, ...]
    limits: tuple[Limits, ...]
    steps: tuple[Step, ...]
    rounding: str
    scale: int


def read(lines: Iterable[str]) -> Formula:
    """Read the lines of a formula. Raises: BadFormula, naming the line."""
    reader = _Reader()
    for number, line in enumerate(lines, start=1):
        if number > LINES_MAX:
            raise BadFormula(f"a formula has at most {LINES_MAX} lines")
        try:
            reader.take(line)
        except BadExpression as fault:
            raise BadFormula(f"line {number}: {fault}") from fault
    return reader.formula()


def is_number(bound: str) -> bool:
    """Tell a limit that is a number from the id of a rule."""
    return _NUMBER.fullmatch(bound) is not None


@dataclass(slots=True)
class _Reader:
    inputs: list[Input] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    limits: list[Limits] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    """Names that expressions may read."""
    used: set[str] = field(default_factory=set)
    rounding: str = ""
    scale: int = 0

    def take(self, line: str) -> None:
        if self.rounding:
            raise BadExpression("the result is the last line")
        if len(line) > TEXT_MAX:
            raise BadExpression(f"longer than {TEXT_MAX} characters")
        match line.split(" "):
            case ["input", name, unit, scale]:
                self._input(name, unit, scale)
            case ["text", name, *words]:
                self._choice(name, tuple(words))
            case ["param", name, rule]:
                self._parameter(name, rule, "")
            case ["param", name, rule, "by", choice]:
                self._parameter(name, rule, choice)
            case ["range", name, minimum, maximum]:
                self._limits(name, minimum, maximum)
            case [name, "=", *_]:
                self._step(name, line.partition(" = ")[2])
            case _:
                raise BadExpression("a line of no known form")

    def formula(self) -> Formula:
        if not self.rounding:
            raise BadFormula("there is no result")
        words = [one.name for one in self.choices]
        unused = [name for name in (*words, *self.numbers) if name not in (*self.used, RESULT)]
        if unused:
            raise BadFormula(f"{unused[0]} is never used")
        return Formula(
            tuple(self.inputs),
            tuple(self.choices),
            tuple(self.parameters),
            tuple(self.limits),
            tuple(self.steps),
            self.rounding,
            self.scale,
        )

    def _input(self, name: str, unit: str, scale: str) -> None:
        self._declare(name)
        if _UNIT.fullmatch(unit) is None or _SCALE.fullmatch(scale) is None:
            raise BadExpression("an input has a name, a unit and a scale from 0 to 9")
        self.inputs.append(Input(name, unit, int(scale)))
        self.numbers.append(name)

    def _choice(self, name: str, words: tuple[str, ...]) -> None:
        self._declare(name)
        plain = all(_WORD.fullmatch(word) for word in words)
        if not plain or not 0 < len(words) <= CHOICES_MAX or len(set(words)) != len(words):
            raise BadExpression(f"a text has 1 to {CHOICES_MAX} different words to choose from")
        self.choices.append(Choice(name, words))

    def _parameter(self, name: str, rule: str, choice: str) -> None:
        self._declare(name)
        if _RULE.fullmatch(rule) is None:
            raise BadExpression("a parameter names a rule, without its ledger")
        if choice:
            if choice not in [one.name for one in self.choices]:
                raise BadExpression(f"{choice!r} is no text of this formula")
            self.used.add(choice)
        self.parameters.append(Parameter(name, rule, choice))
        self.numbers.append(name)

    def _limits(self, name: str, minimum: str, maximum: str) -> None:
        if name not in [one.name for one in self.inputs]:
            raise BadExpression(f"{name!r} is no input of this formula")
        if name in [one.name for one in self.limits]:
            raise BadExpression(f"{name} has limits already")
        for bound in (minimum, maximum):
            if not is_number(bound) and _RULE.fullmatch(bound) is None:
                raise BadExpression("a limit is a decimal or the id of a rule")
        both = is_number(minimum) and is_number(maximum)
        if both and parse_decimal(minimum, SCALE_MAX) > parse_decimal(maximum, SCALE_MAX):
            raise BadExpression("the limits are the wrong way round")
        self.limits.append(Limits(name, minimum, maximum))

    def _step(self, name: str, text: str) -> None:
        if name == RESULT:
            match = _RESULT.fullmatch(text)
            if match is None:
                raise BadExpression(f"the result is rounded by {', '.join(ROUNDINGS)}")
            self.rounding, text, self.scale = match[1], match[2], int(match[3])
        else:
            self._declare(name)
        expression = parse(text)
        for used in names(expression):
            if used not in self.numbers:
                raise BadExpression(f"{used!r} is no number declared before")
            self.used.add(used)
        self.steps.append(Step(name, expression))
        self.numbers.append(name)

    def _declare(self, name: str) -> None:
        if _NAME.fullmatch(name) is None or name in _RESERVED:
            raise BadExpression(f"{name!r} cannot be a name")
        if name in self.numbers or name in [one.name for one in self.choices]:
            raise BadExpression(f"{name} is declared twice")
