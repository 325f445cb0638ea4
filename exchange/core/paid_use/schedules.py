"""Fee schedules (收费标准): what a kind of right costs in a place, and from when to when.

Invariant: of one kind and place at most one schedule is valid on any day.
Rule: `paid_use.fee_standard` where no place has a schedule of its own.
"""

from typing import NamedTuple

from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.paid_use.commands import EndFeeSchedule, SetFeeSchedule
from exchange.core.paid_use.events import FeeScheduleEnded, FeeScheduleSet
from exchange.core.paid_use.state import FeeSchedule
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleRef, day_text
from exchange.core.state import State
from exchange.core.totals import places
from exchange.core.types import CASH, Day, FeeScheduleId
from exchange.core.units import NUMBER_MAX, format_decimal, parse_decimal

PRICE_SCALE = 4
"""A price counts 10**-4 yuan for a whole unit and year."""

Described = tuple[str, tuple[tuple[str, str], ...]]


class Price(NamedTuple):
    """What a whole unit costs a year, and by which schedule or (0) rule."""

    price: int
    schedule_id: FeeScheduleId
    standard: RuleRef | None


def price_of(state: State, kind: str, region: str) -> Price | None:
    """Return today's price: of the narrowest place with a schedule, else of the rulebook."""
    today = state.today
    valid = {
        one.place: one
        for one in state.paid_use.schedules.values()
        if one.kind == kind
        and one.valid_from <= today
        and (not one.valid_to or today <= one.valid_to)
    }
    for place in places.chain(region):
        found = valid.get(place)
        if found is not None:
            return Price(found.price, found.schedule_id, None)
    rule = state.rules.find("paid_use.fee_standard", kind)
    if rule is None:
        return None
    price = parse_decimal(rule.value[0], PRICE_SCALE)
    return Price(price, FeeScheduleId(0), RuleRef(rule.rule_id, rule.version)) if price else None


def refuse_set(state: State, command: SetFeeSchedule) -> Refusal | None:
    kinds = {asset.kind for asset in state.assets.values() if asset.asset_id != CASH}
    if command.kind not in kinds:
        return state.refuse(RejectReason.ASSET_UNKNOWN, asset_kind=command.kind)
    if not places.is_place(command.place):
        return state.refuse(RejectReason.PLACE_UNKNOWN, place=command.place)
    other = _overlapping(state, command)
    if other is not None:
        return state.refuse(
            RejectReason.FEE_SCHEDULE_OVERLAPS,
            schedule=f"j{other.schedule_id}",
            valid_from=day_text(other.valid_from),
            valid_to=day_text(other.valid_to) if other.valid_to else "",
        )
    if command.price <= 0:
        return state.refuse(RejectReason.PRICE_NOT_POSITIVE)
    if command.valid_to and command.valid_to < command.valid_from:
        return state.refuse(RejectReason.VALIDITY_BACKWARDS)
    if command.price > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    return None


def _overlapping(state: State, command: SetFeeSchedule) -> FeeSchedule | None:
    """Return a schedule of the same kind and place that is valid on one of the same days."""
    for one in state.paid_use.schedules.values():
        if (one.kind, one.place) != (command.kind, command.place):
            continue
        begins_after = one.valid_to and command.valid_from > one.valid_to
        ends_before = command.valid_to and command.valid_to < one.valid_from
        if not begins_after and not ends_before:
            return one
    return None


def set_schedule(state: State, command: SetFeeSchedule) -> list[AnyEvent]:
    """Emits: FeeScheduleSet."""
    schedule = FeeSchedule(
        FeeScheduleId(len(state.paid_use.schedules) + 1),
        command.kind,
        command.place,
        command.price,
        command.valid_from,
        command.valid_to,
    )
    state.paid_use.schedules[schedule.schedule_id] = schedule
    return [
        FeeScheduleSet(
            schedule.schedule_id,
            schedule.kind,
            schedule.place,
            schedule.price,
            schedule.valid_from,
            schedule.valid_to,
            command.document,
        )
    ]


def describe_set(_state: State, command: SetFeeSchedule) -> Described:
    """Say which kind costs how much, where and when."""
    return command.kind, (
        ("place", command.place),
        ("price", format_decimal(command.price, PRICE_SCALE)),
        *_span(command.valid_from, command.valid_to),
    )


def _span(valid_from: Day, valid_to: Day) -> tuple[tuple[str, str], ...]:
    last = day_text(valid_to) if valid_to else ""
    return ("valid_from", day_text(valid_from)), ("valid_to", last)


def refuse_end(state: State, command: EndFeeSchedule) -> Refusal | None:
    schedule = state.paid_use.schedules.get(command.schedule_id)
    if schedule is None:
        return state.refuse(RejectReason.FEE_SCHEDULE_UNKNOWN)
    if command.last_day < max(schedule.valid_from, state.today):
        return state.refuse(RejectReason.VALIDITY_BACKWARDS)
    if schedule.valid_to and command.last_day > schedule.valid_to:
        return state.refuse(RejectReason.VALIDITY_BACKWARDS, valid_to=day_text(schedule.valid_to))
    return None


def end_schedule(state: State, command: EndFeeSchedule) -> list[AnyEvent]:
    """Emits: FeeScheduleEnded."""
    schedule = state.paid_use.schedules[command.schedule_id]
    schedule.valid_to = command.last_day
    return [FeeScheduleEnded(schedule.schedule_id, schedule.valid_to, command.document)]


def describe_end(state: State, command: EndFeeSchedule) -> Described:
    """Say which schedule ends when."""
    schedule = state.paid_use.schedules[command.schedule_id]
    return schedule.kind, (
        ("schedule", f"j{schedule.schedule_id}"),
        ("place", schedule.place),
        *_span(schedule.valid_from, command.last_day),
    )
