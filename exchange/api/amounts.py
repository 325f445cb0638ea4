"""Amounts, times and names at the edge: plain ASCII decimals, RFC 3339, no control characters."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated

from pydantic import Field, StringConstraints

from exchange.core import units
from exchange.core.rules import EPOCH
from exchange.core.types import Day
from exchange.errors import FieldError, Unprocessable

DecimalText = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?$", max_length=28),
    Field(examples=["100"]),
]
SignedDecimalText = Annotated[
    str,
    StringConstraints(
        strict=True, pattern=r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?$", max_length=29
    ),
    Field(examples=["-100"]),
]
ClientId = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z0-9._:-]{1,64}$"),
    Field(examples=["2026-03-02.0001"]),
]
Code = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$"),
    Field(examples=["CEA24"]),
]
LedgerCode = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]{0,31}$"),
    Field(examples=["carbon"]),
]
Word = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z0-9_.-]{0,64}$"),
    Field(examples=["yellow_river"]),
]
Reference = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[a-z0-9_.]{1,64}$"),
    Field(examples=["carbon.a3"]),
]
Prose = Annotated[
    str,
    StringConstraints(
        strict=True, min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f-\x9f]+$"
    ),
    Field(examples=["内环发〔2026〕1号"]),
]
DayText = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    Field(examples=["2026-03-02"]),
]
InputName = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,31}$")]
InputText = Annotated[
    str,
    StringConstraints(strict=True, max_length=64, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$"),
    Field(description="A plain decimal, or one of the words of a choice", examples=["0.3"]),
]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    rf"{_DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]{{1,6}})?(Z|[+-][0-9]{{2}}:[0-9]{{2}})"
)


def invalid(pointer: str, code: str, detail: str) -> Unprocessable:
    """Make the refusal of one field."""
    return Unprocessable("invalid_request", detail, errors=[FieldError(pointer, code, detail)])


def parse_amount(text: str, scale: int, pointer: str) -> int:
    """Read decimal text of a form that was checked (`DecimalText`) as an integer of 10**-scale.

    Raises: Unprocessable for more decimals than `scale` or a number beyond 2**62.
    """
    negative = text.startswith("-")
    try:
        value = units.scaled(text.removeprefix("-"), scale)
    except ValueError as fault:
        detail = f"at most {scale} decimals are possible here"
        raise invalid(pointer, "too_many_decimals", detail) from fault
    if value > units.NUMBER_MAX:
        raise invalid(pointer, "number_too_large", "the number is too large")
    return -value if negative else value


def parse_day(text: str, pointer: str) -> Day:
    """Read `2026-03-02` as a day. Raises: Unprocessable."""
    if _DAY.fullmatch(text) is None:
        raise invalid(pointer, "not_a_date", "a date is written 2026-03-02")
    try:
        return Day(date.fromisoformat(text).toordinal() - EPOCH)
    except ValueError as fault:
        raise invalid(pointer, "not_a_date", "there is no such date") from fault


def parse_optional_day(text: str | None, pointer: str) -> Day:
    """Read a day that may be left out, which is 0. Raises: Unprocessable."""
    return Day(0) if text is None else parse_day(text, pointer)


def format_day(day: int) -> str:
    return date.fromordinal(day + EPOCH).isoformat()


@lru_cache(maxsize=4096)
def format_time(at_ns: int) -> str:
    """Write nanoseconds as RFC 3339 UTC with microseconds."""
    seconds, rest = divmod(at_ns, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{rest // 1000:06d}Z"


def parse_time(text: str, pointer: str) -> int:
    """Read RFC 3339 with an offset as nanoseconds UTC. Raises: Unprocessable."""
    if _TIME.fullmatch(text) is None:
        raise invalid(pointer, "not_a_time", "this is not an RFC 3339 time with an offset")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise invalid(pointer, "not_a_time", "there is no such time") from fault
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000_000 + moment.microsecond * 1000
