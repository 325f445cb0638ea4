"""Arithmetic on exact fractions, as data: text to a tree, and a tree to a value.

    sum     = product (("+" | "-") product)*
    product = atom (("*" | "/") atom)*
    atom    = decimal | name | "(" sum ")" | ("min" | "max") "(" sum ("," sum)+ ")"
            | "if" "(" sum (">=" | ">" | "<=" | "<") sum "," sum "," sum ")"

Of `if` only the branch chosen is evaluated. A tree has bounded size and depth, a value bounded
digits, so that evaluation ends soon whatever the text says.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

TEXT_MAX = 400
DEPTH_MAX = 16
MAGNITUDE_MAX = 10**60
"""Bound of numerator and denominator of every value on the way."""

WORDS = ("min", "max", "if")
NAME_PATTERN = r"[A-Za-z_][A-Za-z0-9_]{0,31}"
DECIMAL_PATTERN = r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,9})?"
_TOKEN = re.compile(
    rf" *(?:(?P<number>{DECIMAL_PATTERN})(?![0-9A-Za-z_.])|(?P<name>{NAME_PATTERN})"
    r"(?![A-Za-z0-9_.])|(?P<sign>>=|<=|[-+*/(),<>]))",
    re.ASCII,
)
_COMPARISONS = (">=", ">", "<=", "<")


class BadExpression(ValueError):
    """The text is no expression."""


class NoValue(ArithmeticError):
    """There is no value: `code` is `division_by_zero` or `number_too_large`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Signs of one rank, worked off from left to right."""

    first: "Node"
    rest: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True, slots=True)
class Extreme:
    word: str
    of: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Choice:
    left: "Node"
    comparison: str
    right: "Node"
    then: "Node"
    otherwise: "Node"


Node = Number | Name | Chain | Extreme | Choice


def parse(text: str) -> Node:
    """Read an expression. Raises: BadExpression."""
    if len(text) > TEXT_MAX:
        raise BadExpression(f"longer than {TEXT_MAX} characters")
    reader = _Reader(_tokens(text))
    node = reader.sum(0)
    if reader.word:
        raise BadExpression("more follows than one expression")
    return node


def names(node: Node) -> Iterator[str]:
    """Yield every name that a tree reads."""
    match node:
        case Number():
            return
        case Name():
            yield node.name
        case Chain():
            yield from names(node.first)
            for _, part in node.rest:
                yield from names(part)
        case Extreme():
            for part in node.of:
                yield from names(part)
        case Choice():
            for part in (node.left, node.right, node.then, node.otherwise):
                yield from names(part)
        case _:
            assert_never(node)


def evaluate(node: Node, values: Mapping[str, Fraction]) -> Fraction:
    """Return the exact value of a tree whose names all stand in `values`. Raises: NoValue."""
    match node:
        case Number():
            return node.value
        case Name():
            return values[node.name]
        case Chain():
            value = evaluate(node.first, values)
            for sign, part in node.rest:
                value = _bounded(_apply(sign, value, evaluate(part, values)))
            return value
        case Extreme():
            found = [evaluate(part, values) for part in node.of]
            return min(found) if node.word == "min" else max(found)
        case Choice():
            left, right = evaluate(node.left, values), evaluate(node.right, values)
            holds = left > right if node.comparison.startswith(">") else left < right
            holds = holds or (node.comparison.endswith("=") and left == right)
            return evaluate(node.then if holds else node.otherwise, values)
        case _:
            assert_never(node)


def _apply(sign: str, left: Fraction, right: Fraction) -> Fraction:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    if not right:
        raise NoValue("division_by_zero")
    return Fraction(left.numerator * right.denominator, left.denominator * right.numerator)


def _bounded(value: Fraction) -> Fraction:
    if abs(value.numerator) > MAGNITUDE_MAX or value.denominator > MAGNITUDE_MAX:
        raise NoValue("number_too_large")
    return value


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place, end = 0, len(text.rstrip(" "))
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadExpression(f"cannot be read from character {place + 1} on")
        kind = match.lastgroup or ""
        found.append((kind, match[kind]))
        place = match.end()
    return found


class _Reader:
    """Goes through the tokens from left to right."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = [*tokens, ("", "")]
        self._place = 0

    @property
    def word(self) -> str:
        return self._tokens[self._place][1]

    def sum(self, depth: int) -> Node:
        if depth > DEPTH_MAX:
            raise BadExpression(f"nested deeper than {DEPTH_MAX}")
        return self._chain(("+", "-"), depth)

    def _chain(self, signs: tuple[str, ...], depth: int) -> Node:
        first = self._part(signs, depth)
        rest: list[tuple[str, Node]] = []
        while self.word in signs:
            sign = self._take(signs)
            rest.append((sign, self._part(signs, depth)))
        return Chain(first, tuple(rest)) if rest else first

    def _part(self, signs: tuple[str, ...], depth: int) -> Node:
        return self._chain(("*", "/"), depth) if "+" in signs else self._atom(depth)

    def _atom(self, depth: int) -> Node:
        kind, word = self._tokens[self._place]
        self._place += bool(kind)
        if kind == "number":
            return Number(Fraction(word))
        if word == "(":
            inner = self.sum(depth + 1)
            self._take((")",))
            return inner
        if kind != "name":
            raise BadExpression(f"{word!r} where a value belongs" if word else "it ends too early")
        if word == "if":
            return self._choice(depth + 1)
        return self._extreme(word, depth + 1) if word in WORDS else Name(word)

    def _extreme(self, word: str, depth: int) -> Node:
        self._take(("(",))
        parts = [self.sum(depth)]
        while self.word == "," or len(parts) == 1:
            self._take((",",))
            parts.append(self.sum(depth))
        self._take((")",))
        return Extreme(word, tuple(parts))

    def _choice(self, depth: int) -> Node:
        self._take(("(",))
        left = self.sum(depth)
        comparison = self._take(_COMPARISONS)
        right = self.sum(depth)
        self._take((",",))
        then = self.sum(depth)
        self._take((",",))
        otherwise = self.sum(depth)
        self._take((")",))
        return Choice(left, comparison, right, then, otherwise)

    def _take(self, wanted: tuple[str, ...]) -> str:
        word = self.word
        if word not in wanted:
            raise BadExpression(f"{word!r} where one of {' '.join(wanted)!r} belongs")
        self._place += 1
        return word
