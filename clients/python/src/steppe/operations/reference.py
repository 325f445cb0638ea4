"""The venue itself: time, problems, rules, calendars, regions, health."""

from collections.abc import Sequence
from datetime import date

from steppe.amounts import day_text
from steppe.models import (
    CalendarDay,
    EffectiveRule,
    Health,
    Page,
    ProblemType,
    Region,
    Rule,
    RulesReceipt,
    VenueTime,
)
from steppe.request import Request, command, public, public_listing, segment


def time() -> Request[VenueTime]:
    """Tell the venue's time and whether each ledger is trading."""
    return public("/v1/time", VenueTime)


def live() -> Request[Health]:
    """Ask whether the server runs. Sent once, never repeated."""
    return Request("GET", "/livez", Health, public=True, once=True)


def ready() -> Request[Health]:
    """Ask whether the server and all it needs can take work. Sent once, never repeated."""
    return Request("GET", "/readyz", Health, public=True, once=True)


def problems() -> Request[Page[ProblemType]]:
    """List all problem codes."""
    return public_listing("/v1/problems", ProblemType)


def problem(code: str) -> Request[ProblemType]:
    """Show what a problem code means."""
    return public(f"/v1/problems/{segment(code)}", ProblemType)


def rules(*, ledger: str | None = None, as_of: date | None = None) -> Request[Page[EffectiveRule]]:
    """List the rules in force on a day, each with its legal source."""
    day = None if as_of is None else day_text(as_of)
    return public_listing("/v1/rules", EffectiveRule, ledger=ledger, as_of=day)


def activate_rules(
    *, ledger: str, rules: Sequence[Rule], document: str, idempotency_key: str | None = None
) -> Request[RulesReceipt]:
    """Put rule versions in force (exchange operator)."""
    body = {
        "ledger": ledger,
        "rules": [_rule(rule) for rule in rules],
        "document": document,
    }
    return command("/v1/rules:activate", RulesReceipt, body, idempotency_key=idempotency_key)


def calendars(*, ledger: str, year: int) -> Request[Page[CalendarDay]]:
    """List a year's days and which of them are trading days."""
    return public_listing("/v1/calendars", CalendarDay, ledger=ledger, year=year)


def regions() -> Request[Page[Region]]:
    """List the administrative regions and their basins."""
    return public_listing("/v1/regions", Region)


def _rule(rule: Rule) -> dict[str, object]:
    fields = {name: getattr(rule, name) for name in Rule.__struct_fields__}
    return {name: value for name, value in fields.items() if value is not None}
