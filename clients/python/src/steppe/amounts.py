"""Numbers and times as the venue reads them: decimal text, never floats; times with a zone."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

Amount = Decimal | str | int
"""What callers may give for a quantity, a price or money. Floats are refused: they lose digits."""

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?", re.ASCII)


def decimal_text(value: Amount) -> str:
    """Return the plain ASCII decimal text of `value`, digits kept as given.

    Raises: TypeError for floats and other types; ValueError for what is no decimal of at most 18
    digits before and 9 after the point (exponents, signs other than `-`, separators, NaN).
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | str | int):
        kind = type(value).__name__
        raise TypeError(f"amounts are Decimal, str or int, not {kind}: a float loses digits")
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"not a plain decimal number: {text!r}")
    return text


def day_text(value: date) -> str:
    """Return a local day as `2026-03-02`. Raises: TypeError for a datetime, which is no day."""
    if isinstance(value, datetime):
        raise TypeError("a day is a date, not a datetime")
    return value.isoformat()


def time_text(value: datetime) -> str:
    """Return a time as RFC 3339 UTC with microseconds. Raises: ValueError without a zone."""
    if value.tzinfo is None:
        raise ValueError("times need a zone: datetime(..., tzinfo=UTC)")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
