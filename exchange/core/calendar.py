"""Trading days, trading hours and the next moment at which the market's clock has work to do.

Rule: `trading.hours`, `trading.weekdays`, `trading.closures.*` of the rulebook. Local time is China
Standard Time, UTC+8 without summer time since 1991.
"""

from enum import IntEnum

from exchange.core.rules import RuleBook, read_day, read_hours
from exchange.core.types import Day

DAY_NS = 86_400_000_000_000
ZONE_NS = 8 * 3_600_000_000_000
LOOK_AHEAD_DAYS = 400


class Boundary(IntEnum):
    """What happens at a moment, in the order in which they are done when they coincide."""

    MIDNIGHT = 1
    CLOSE = 2
    OPEN = 3


def local_day(at_ns: int) -> Day:
    """Return the local day of a moment."""
    return Day((at_ns + ZONE_NS) // DAY_NS)


def midnight_ns(day: Day) -> int:
    """Return the moment at which a local day begins."""
    return day * DAY_NS - ZONE_NS


def weekday(day: Day) -> int:
    """Return the ISO weekday, 1 for Monday; the day 0 was a Thursday."""
    return (day + 3) % 7 + 1


class TradingCalendar:
    """Which days and hours trade, as the rulebook in force says."""

    __slots__ = ("_closures", "_weekdays", "hours_ns")

    def __init__(self, rules: RuleBook) -> None:
        self._weekdays = tuple(int(text) for text in rules.names("trading.weekdays"))
        self._closures = {
            read_day(text): None
            for rule in rules.families("trading.closures")
            for text in rule.value
        }
        self.hours_ns = tuple(sorted(read_hours(text) for text in rules.names("trading.hours")))

    def trades_on(self, day: Day) -> bool:
        return bool(self.hours_ns) and weekday(day) in self._weekdays and day not in self._closures

    def trading_day_after(self, day: Day, count: int) -> Day:
        """Return the `count`-th trading day after a day; without trading days, the calendar day."""
        found = day
        for _ in range(count):
            found = self._next_trading_day(found)
        return found

    def open_at(self, at_ns: int) -> bool:
        """Tell whether a moment lies inside trading hours."""
        day = local_day(at_ns)
        since = at_ns - midnight_ns(day)
        return self.trades_on(day) and any(start <= since < end for start, end in self.hours_ns)

    def closes_day(self, at_ns: int) -> bool:
        """Tell whether a moment is the last close of its day."""
        day = local_day(at_ns)
        return self.trades_on(day) and at_ns - midnight_ns(day) == self.hours_ns[-1][1]

    def next_boundary(self, after_ns: int) -> tuple[int, Boundary]:
        """Return the next moment after one at which the session or the day changes."""
        day = local_day(after_ns)
        start = midnight_ns(day)
        best = (midnight_ns(Day(day + 1)), Boundary.MIDNIGHT)
        if self.trades_on(day):
            for opens, closes in self.hours_ns:
                for offset, kind in ((opens, Boundary.OPEN), (closes, Boundary.CLOSE)):
                    if start + offset > after_ns:
                        best = min(best, (start + offset, kind))
        return best

    def next_session_change(self, after_ns: int) -> int:
        """Return when trading next opens or closes; 0 when it never does."""
        at_ns = after_ns
        for _ in range(LOOK_AHEAD_DAYS):
            at_ns, kind = self.next_boundary(at_ns)
            if kind is not Boundary.MIDNIGHT:
                return at_ns
        return 0

    def _next_trading_day(self, day: Day) -> Day:
        for candidate in range(day + 1, day + LOOK_AHEAD_DAYS):
            if self.trades_on(Day(candidate)):
                return Day(candidate)
        return Day(day + 1)
