"""Where the sandbox's clock starts.

Always inside trading hours, never before what is journalled.
"""

from datetime import UTC, datetime

from exchange.core.calendar import TradingCalendar, local_day
from exchange.core.rules import RuleBook
from exchange.rulebook.loader import load_ledgers, load_rules

FIRST = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
SECOND_NS = 1_000_000_000
SETTLED_NS = 300 * SECOND_NS


def start_ns(last_ns: int) -> int:
    """Return the moment to start from: five minutes into a session, or where it was left in one."""
    at_ns = max(int(FIRST.timestamp()) * SECOND_NS, last_ns)
    calendar = calendar_at(at_ns)
    if last_ns and calendar.open_at(at_ns):
        return at_ns
    while not calendar.open_at(at_ns):
        at_ns = calendar.next_session_change(at_ns)
        if not at_ns:
            return max(int(FIRST.timestamp()) * SECOND_NS, last_ns)
        calendar = calendar_at(at_ns)
    return at_ns + SETTLED_NS


def calendar_at(at_ns: int) -> TradingCalendar:
    """Return the shipped calendar of the first ledger as of a moment."""
    ledger = load_ledgers()[0].code
    book = RuleBook(ledger)
    book.set_today(local_day(at_ns))
    book.activate(load_rules(ledger))
    return TradingCalendar(book)
