"""Reading the lines of a formula, apart from the venue's own reader.

A tree is a name, a number, or a tuple of a word or sign with its parts.
"""

import math
import re
from collections.abc import Iterable
from typing import Any

Number = tuple[int, int]
"""Numerator, and denominator above zero, without a common divisor."""

LINES_MAX = 40
TEXT_MAX = 400
DEPTH_MAX = 16

_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,31}"
DECIMAL = r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,9})?"
_RULE = r"[a-z][a-z0-9_]{0,39}(?:\.[A-Za-z0-9_]{1,40}){1,5}"
_FORMS = {
    "input": re.compile(rf"input ({_NAME}) ([!-~]{{1,32}}) ([0-9])", re.ASCII),
    "text": re.compile(rf"text ({_NAME})((?: [A-Za-z0-9_]{{1,32}}){{1,40}})", re.ASCII),
    "param": re.compile(rf"param ({_NAME}) ({_RULE})(?: by ({_NAME}))?", re.ASCII),
    "range": re.compile(
        rf"range ({_NAME}) ({DECIMAL}|{_RULE}) ({DECIMAL}|{_RULE})",
        re.ASCII,
    ),
    "result": re.compile(r"result = (floor|half_up|ceiling)\((.*), *([0-9])\)", re.ASCII),
    "step": re.compile(rf"({_NAME}) = (.*)", re.ASCII),
}
_PIECE = re.compile(rf" *({DECIMAL}(?![\w.])|{_NAME}(?![\w.])|>=|<=|[-+*/(),<>]|\Z)", re.ASCII)
_TAKEN = {"min", "max", "if", "floor", "half_up", "ceiling", "result"}
_TAKEN |= {"input", "text", "param", "range", "by"}
_RANKS = {"+": 1, "-": 1, "*": 2, "/": 2}


class NotComputable(ValueError):
    """The formula gives no result; `code` is the problem code the venue answers with."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"{code}: {about}" if about else code)
        self.code = code
        self.about = about


class FormulaText:
    """The lines of a formula, checked. `lines` are read in order; the last is the result."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.inputs: dict[str, tuple[str, int]] = {}
        self.words: dict[str, list[str]] = {}
        self.parameters: dict[str, tuple[str, str]] = {}
        self.limits: dict[str, tuple[str, str]] = {}
        self.steps: dict[str, Any] = {}
        self.rounding = ""
        self.scale = 0
        self._used: set[str] = set()
        for place, line in enumerate(lines):
            if self.rounding or place >= LINES_MAX or len(line) > TEXT_MAX:
                raise NotComputable("rule_invalid", f"line {place + 1}")
            self._read(line, place + 1)
        names = {*self.inputs, *self.words, *self.parameters, *self.steps} - {"result"}
        if not self.rounding or names - self._used:
            raise NotComputable("rule_invalid", "no result, or a name that is not used")

    def _read(self, line: str, number: int) -> None:
        for kind, form in _FORMS.items():
            match = form.fullmatch(line)
            if match:
                getattr(self, f"_{kind}")(*match.groups())
                return
        raise NotComputable("rule_invalid", f"line {number}")

    def _new(self, name: str) -> str:
        seen = (self.inputs, self.words, self.parameters, self.steps)
        if name in _TAKEN or any(name in names for names in seen):
            raise NotComputable("rule_invalid", name)
        return name

    def _input(self, name: str, unit: str, scale: str) -> None:
        self.inputs[self._new(name)] = unit, int(scale)

    def _text(self, name: str, words: str) -> None:
        found = words.split()
        if len(set(found)) != len(found):
            raise NotComputable("rule_invalid", name)
        self.words[self._new(name)] = found

    def _param(self, name: str, rule: str, by: str | None) -> None:
        if by is not None and by not in self.words:
            raise NotComputable("rule_invalid", name)
        self._used.add(by or "")
        self.parameters[self._new(name)] = rule, by or ""

    def _range(self, name: str, least: str, most: str) -> None:
        both = least[0].isdigit() and most[0].isdigit()
        backwards = both and less(number(most), number(least))
        if name not in self.inputs or name in self.limits or backwards:
            raise NotComputable("rule_invalid", name)
        self.limits[name] = least, most

    def _result(self, rounding: str, expression: str, scale: str) -> None:
        self.steps["result"] = self._tree(expression)
        self.rounding, self.scale = rounding, int(scale)

    def _step(self, name: str, expression: str) -> None:
        tree = self._tree(expression)
        self.steps[self._new(name)] = tree

    def _tree(self, expression: str) -> Any:
        readable = {*self.inputs, *self.parameters, *self.steps}
        reader = _Reader(expression, readable)
        tree = reader.value(1, 0)
        if reader.piece:
            raise NotComputable("rule_invalid", expression)
        self._used |= reader.used
        return tree


class _Reader:
    """Reads an expression by the ranks of its signs."""

    def __init__(self, text: str, readable: set[str]) -> None:
        self._text = text.rstrip(" ")
        self._readable = readable
        self.used: set[str] = set()
        self._place = 0
        self.piece = ""
        self._next()

    def _next(self) -> str:
        before = self.piece
        match = _PIECE.match(self._text, self._place)
        if match is None:
            raise NotComputable("rule_invalid", self._text)
        self.piece, self._place = match[1], match.end()
        return before

    def _expect(self, *wanted: str) -> str:
        if self.piece not in wanted:
            raise NotComputable("rule_invalid", self._text)
        return self._next()

    def value(self, rank: int, depth: int) -> Any:
        """Read a value that binds at least as strongly as `rank`."""
        if depth > DEPTH_MAX:
            raise NotComputable("rule_invalid", self._text)
        left = self._simple(depth)
        while _RANKS.get(self.piece, 0) >= rank:
            sign = self._next()
            left = (sign, left, self.value(_RANKS[sign] + 1, depth))
        return left

    def _simple(self, depth: int) -> Any:
        piece = self._next()
        if piece == "(":
            inner = self.value(1, depth + 1)
            self._expect(")")
            return inner
        if piece[:1].isdigit():
            return number(piece)
        if piece in {"min", "max", "if"}:
            return self._call(piece, depth + 1)
        if piece not in self._readable:
            raise NotComputable("rule_invalid", self._text)
        self.used.add(piece)
        return piece

    def _call(self, word: str, depth: int) -> Any:
        self._expect("(")
        parts = [self.value(1, depth)]
        if word == "if":
            parts.insert(0, self._expect(">=", ">", "<=", "<"))
            parts.append(self.value(1, depth))
        while self.piece == ",":
            self._next()
            parts.append(self.value(1, depth))
        self._expect(")")
        if len(parts) != 5 if word == "if" else len(parts) < 2:
            raise NotComputable("rule_invalid", self._text)
        return (word, *parts)


def number(text: str) -> Number:
    over, slash, under = text.partition("/")
    if slash:
        return reduced(int(over), int(under))
    whole, _, decimals = text.partition(".")
    return reduced(int(whole + decimals), 10 ** len(decimals))


def reduced(over: int, under: int) -> Number:
    divisor = math.gcd(over, under)
    return over // divisor, under // divisor


def less(one: Number, other: Number) -> bool:
    return one[0] * other[1] < other[0] * one[1]
