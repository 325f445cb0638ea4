"""Spans of a contract on the calendar: months later, and years begun."""

from calendar import monthrange
from datetime import MAXYEAR, date

from exchange.core.rules import EPOCH
from exchange.core.types import Day


def later(day: Day, months: int) -> Day:
    """Return the same day so many months later, the last of a month that is too short for it."""
    start = date.fromordinal(day + EPOCH)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    year = min(year, MAXYEAR)
    last = monthrange(year, month + 1)[1]
    return Day(date(year, month + 1, min(start.day, last)).toordinal() - EPOCH)


def unused_years(first: Day, years: int, today: Day) -> int:
    """Count the years of a span that have not begun."""
    return sum(1 for number in range(1, years) if later(first, 12 * number) > today)
