"""What the terms of a permit must be: quantities of known kinds, a term, a substitution.

Rule: `permits.years`, `permits.years_max`, `permits.substitution_ratio`.
"""

from datetime import date

from exchange.core.outcomes import Refusal
from exchange.core.permits.content import PERMIT_SCALE, Permitted, PermitTerms
from exchange.core.reasons import RejectReason
from exchange.core.rules import EPOCH, day_text
from exchange.core.state import State
from exchange.core.types import CASH, Day
from exchange.core.units import NUMBER_MAX, PPM, ceiling, format_decimal

YEARS = 5
YEARS_MAX = 10
"""For a ledger whose rulebook does not say."""

_LAST = date.max.toordinal() - EPOCH


def refuse_terms(
    state: State, terms: PermitTerms, before: tuple[Permitted, ...] = ()
) -> Refusal | None:
    """Check the terms of a version whose predecessor allowed the quantities `before`."""
    refusal = refuse_quantities(state, terms.quantities)
    if refusal is not None:
        return refusal
    fault = _substitution_fault(terms)
    if fault:
        return state.refuse(RejectReason.PERMIT_CONTENT_INVALID, fault=fault)
    return refuse_validity(
        state, terms.valid_from, whole_term(state, terms.valid_from, terms.valid_to)
    ) or _refuse_substitution(state, terms, before)


def refuse_quantities(state: State, quantities: tuple[Permitted, ...]) -> Refusal | None:
    """Check that each kind is there, stands once, and has a quantity that is not negative."""
    known = {asset.kind for asset in state.assets.values() if asset.asset_id != CASH}
    fault = "" if quantities else "quantities"
    named: dict[str, None] = {}
    for each in quantities:
        if each.kind not in known or each.kind in named:
            fault = fault or each.kind
        if not 0 <= each.quantity <= NUMBER_MAX:
            fault = fault or f"{each.kind} quantity"
        named[each.kind] = None
    return state.refuse(RejectReason.PERMIT_CONTENT_INVALID, fault=fault) if fault else None


def _substitution_fault(terms: PermitTerms) -> str:
    if terms.substitution and not terms.new_project:
        return "substitution"
    sound = all(0 < each.quantity <= NUMBER_MAX for each in terms.substitution)
    return "" if sound else "substitution quantity"


def whole_term(state: State, first: Day, last: Day) -> Day:
    """Return a last day as it was given or, for 0, that of the usual term."""
    return last or last_day(first, state.rules.integer("permits.years", YEARS))


def last_day(first: Day, years: int) -> Day:
    """Return the last day of so many years that begin on a day, or that of the calendar."""
    if first > _LAST:
        return Day(_LAST)
    start = date.fromordinal(first + EPOCH)
    year = start.year + years
    if year > date.max.year:
        return Day(_LAST)
    leap_day = (start.month, start.day) == (2, 29)
    after = date(year, 3, 1) if leap_day else start.replace(year=year)
    return Day(after.toordinal() - EPOCH - 1)


def refuse_validity(state: State, first: Day, last: Day) -> Refusal | None:
    """Check that a term is not over and no longer than the law allows."""
    if last < max(first, state.today):
        return state.refuse(RejectReason.VALIDITY_BACKWARDS)
    years = state.rules.integer("permits.years_max", YEARS_MAX)
    latest = last_day(first, years)
    if last > latest:
        return state.refuse(
            RejectReason.PERMIT_TERM_OUT_OF_RANGE,
            years=str(years),
            latest=day_text(latest),
            valid_to=day_text(last),
        )
    return None


def _refuse_substitution(
    state: State, terms: PermitTerms, before: tuple[Permitted, ...]
) -> Refusal | None:
    """Check that a new project shows where what it adds comes from."""
    if not terms.new_project:
        return None
    area = "non_attainment" if terms.non_attainment else ""
    ratio_ppm = state.rules.ratio_ppm("permits.substitution_ratio", area)
    former = {each.kind: each.quantity for each in before}
    for each in terms.quantities:
        added = max(0, each.quantity - former.get(each.kind, 0))
        required = ceiling(added * ratio_ppm, PPM)
        shown = [one.quantity for one in terms.substitution if one.kind == each.kind]
        if sum(shown) >= required:
            continue
        return state.refuse(
            RejectReason.SUBSTITUTION_INSUFFICIENT if shown else RejectReason.SUBSTITUTION_MISSING,
            area,
            right=each.kind,
            added=format_decimal(added, PERMIT_SCALE),
            required=format_decimal(required, PERMIT_SCALE),
            shown=format_decimal(sum(shown), PERMIT_SCALE),
        )
    return None
