"""The ratio of a year's inflow makes the control totals of that year's water.

Invariants: the leagues' totals together never exceed the region's, what rounding and overuse leave
stays with the region; a later ratio takes nothing that was handed out or set aside.
Rule: `allocation.formula.league` (黄河水量调度条例 art. 10 and 13), `water_year.first_month`,
`water_year.deficit_factor` (art. 37).
"""

from datetime import date

from exchange.core.evaluation import NoResult
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import EPOCH
from exchange.core.state import Asset, State
from exchange.core.totals import places, targets
from exchange.core.totals.commands import AdjustControlTotal, SetControlTotal
from exchange.core.types import CASH, Day, Purpose
from exchange.core.units import NUMBER_MAX, format_decimal
from exchange.core.water.commands import RecordOveruse, SetInflowRatio
from exchange.core.water.events import InflowRatioSet, OveruseRecorded, Share
from exchange.core.water.shares import leagues, shares
from exchange.core.water.state import WaterYear

FIRST_MONTH = 7
"""For a ledger whose rulebook does not say."""


_FAULTS = {
    "rule_missing": RejectReason.RULE_MISSING,
    "number_too_large": RejectReason.NUMBER_TOO_LARGE,
}


def running(state: State) -> int:
    """Return the water year that today belongs to, by the calendar year in which it begins."""
    today = date.fromordinal(state.today + EPOCH)
    return today.year - (today.month < _first_month(state))


def days(state: State, year: int) -> tuple[Day, Day]:
    """Return the first and the last day of a water year."""
    month = _first_month(state)
    first, after = date(year, month, 1), date(year + 1, month, 1)
    return Day(first.toordinal() - EPOCH), Day(after.toordinal() - EPOCH - 1)


def _first_month(state: State) -> int:
    return state.rules.integer("water_year.first_month", FIRST_MONTH)


def _refuse_year(state: State, year: int, first: int, last: int) -> Refusal | None:
    if first <= year <= last:
        return None
    return state.refuse(
        RejectReason.WATER_YEAR_OUT_OF_RANGE, year=str(year), first=str(first), last=str(last)
    )


def refuse_ratio(state: State, command: SetInflowRatio) -> Refusal | None:
    asset = state.assets.get(command.asset_id)
    if asset is None or asset.asset_id == CASH:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    now = running(state)
    refusal = _refuse_year(state, command.year, now, now + 1)
    if refusal is not None:
        return refusal
    if command.ratio_ppm <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if command.ratio_ppm > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    try:
        _, found = shares(state, asset, command.year, command.ratio_ppm)
    except NoResult as fault:
        return _fault(state, fault)
    region, given = found[0], sum(share.quantity for share in found[1:])
    if region.quantity > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    if given > region.quantity:
        return targets.insufficient(state, asset.asset_id, region.place, region.quantity, given)
    known = state.water.years.get(asset.asset_id)
    if known is None:
        return _refuse_first(state, asset, command.document, found)
    if known.year != command.year:
        return state.refuse(
            RejectReason.WATER_YEAR_DIFFERS, year=str(known.year), requested=str(command.year)
        )
    return _refuse_change(state, known, found)


def _fault(state: State, fault: NoResult) -> Refusal:
    reason = _FAULTS.get(fault.code, RejectReason.RULE_INVALID)
    return state.refuse(reason, **dict(fault.figures), fault=fault.code)


def _refuse_first(
    state: State, asset: Asset, document: str, found: tuple[Share, ...]
) -> Refusal | None:
    """Check that nobody else set totals, and that all fits what was issued or ended before."""
    region, *leagues = found
    act = SetControlTotal(asset.asset_id, region.place, region.quantity, document)
    refusal = targets.refuse_set(state, act)
    if refusal is not None:
        return refusal
    outside = 0
    held = {league.place: 0 for league in leagues}
    for member in state.participants.values():
        holding = member.holdings.get(asset.asset_id)
        own = next((place for place in places.chain(member.region) if place in held), None)
        if holding is not None and own is not None:
            held[own] += holding.posted
        elif holding is not None:
            outside += holding.posted
    for league in leagues:
        there = held[league.place]
        if there > league.quantity:
            return targets.insufficient(state, asset.asset_id, league.place, league.quantity, there)
    gone = targets.issued(state, asset.asset_id) - sum(held.values()) - outside
    needed = sum(league.quantity for league in leagues) + outside + gone
    if needed > region.quantity:
        return targets.insufficient(state, asset.asset_id, region.place, region.quantity, needed)
    return None


def _refuse_change(state: State, known: WaterYear, found: tuple[Share, ...]) -> Refusal | None:
    """Check that every place keeps what it handed out, set aside or gave on."""
    if [share.place for share in found] != list(known.shares):
        return state.refuse(RejectReason.RULE_INVALID, fault="other leagues than before")
    house, asset_id = state.accounts.house, known.asset_id
    changes = _changes(known, found)
    (region, rest), *leagues = changes.items()
    if rest - house(asset_id, Purpose.TARGET).posted > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    for place, change in leagues:
        left = house(asset_id, Purpose.HEADROOM, place).available
        if left + change < 0:
            return targets.insufficient(state, asset_id, place, left, -change)
        rest -= change
    left = house(asset_id, Purpose.HEADROOM, region).available
    if left + rest < 0:
        return targets.insufficient(state, asset_id, region, left, -rest)
    return None


def _changes(known: WaterYear, found: tuple[Share, ...]) -> dict[str, int]:
    return {share.place: share.quantity - known.shares[share.place] for share in found}


def set_ratio(state: State, command: SetInflowRatio) -> list[AnyEvent]:
    """Give the region and its leagues their totals, or change them by the difference.

    Emits: what setting or adjusting each total emits, InflowRatioSet.
    """
    asset = state.assets[command.asset_id]
    method, found = shares(state, asset, command.year, command.ratio_ppm)
    known = state.water.years.get(asset.asset_id)
    if known is None:
        events = _first(state, asset, command.document, found)
    else:
        events = _change(state, known, command.document, found)
    revision = 1 if known is None else known.revision + 1
    state.water.years[asset.asset_id] = WaterYear(
        asset.asset_id,
        command.year,
        revision,
        command.ratio_ppm,
        {share.place: share.quantity for share in found},
    )
    told = InflowRatioSet(
        asset.asset_id,
        command.year,
        revision,
        command.ratio_ppm,
        *days(state, command.year),
        found,
        method.reference,
        state.rules.rule_set,
        command.document,
    )
    return [*events, told]


def _first(state: State, asset: Asset, document: str, found: tuple[Share, ...]) -> list[AnyEvent]:
    events: list[AnyEvent] = []
    for share in found:
        act = SetControlTotal(asset.asset_id, share.place, share.quantity, document)
        events.extend(targets.set_total(state, act))
    return events


def _change(
    state: State, known: WaterYear, document: str, found: tuple[Share, ...]
) -> list[AnyEvent]:
    """Adjust what shrinks before what grows, the region when it has or needs the room."""
    (region, whole), *leagues = _changes(known, found).items()
    order = [(place, change) for place, change in leagues if change < 0]
    order += [(region, whole)] if whole > 0 else []
    order += [(place, change) for place, change in leagues if change > 0]
    order += [(region, whole)] if whole < 0 else []
    events: list[AnyEvent] = []
    for place, change in order:
        act = AdjustControlTotal(known.asset_id, place, change, document)
        events.extend(targets.adjust(state, act))
    return events


def describe_ratio(
    state: State, command: SetInflowRatio
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which asset, which year, which ratio, and what the region comes to."""
    asset = state.assets[command.asset_id]
    _, found = shares(state, asset, command.year, command.ratio_ppm)
    return asset.code, (
        ("year", str(command.year)),
        ("ratio", format_decimal(command.ratio_ppm, 6)),
        ("place", found[0].place),
        ("quantity", format_decimal(found[0].quantity, asset.scale)),
    )


def refuse_overuse(state: State, command: RecordOveruse) -> Refusal | None:
    try:
        known = leagues(state)
    except NoResult as fault:
        return _fault(state, fault)
    if command.place not in known:
        return state.refuse(RejectReason.PLACE_UNKNOWN, place=command.place)
    now = running(state)
    refusal = _refuse_year(state, command.year, now - 1, now)
    if refusal is not None:
        return refusal
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    before = state.water.overuse.get((command.place, command.year), 0)
    if before + command.quantity > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    return None


def record_overuse(state: State, command: RecordOveruse) -> list[AnyEvent]:
    """Count only when the next year's ratio is set, or set again. Emits: OveruseRecorded."""
    key = (command.place, command.year)
    total = state.water.overuse.get(key, 0) + command.quantity
    state.water.overuse[key] = total
    return [OveruseRecorded(*key, command.quantity, total, command.document)]


def describe_overuse(
    _state: State, command: RecordOveruse
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which place, which year, how much."""
    return command.place, (("year", str(command.year)), ("quantity", str(command.quantity)))
