"""Surrender (清缴): units are given up for good against what an entity owes.

Invariants: no more is surrendered than is owed when it is done; offsets stay within the share that
the period was opened with, rounded down to whole smallest units; what is frozen, pending or over
its validity is not surrendered. What is kept for own use is, and goes first; so is what is not yet
tradable and what the member itself offers: its offers give way. The journal's time of the approval
is the time of filing.
Rule: `compliance.late_surrender`, `compliance.vintages`, `compliance.offset_kinds`,
`compliance.offset_max`.
"""

from exchange.core import endings, reclaim
from exchange.core.after_issue.claims import refuse_debtor
from exchange.core.compliance import duty
from exchange.core.compliance.commands import SurrenderItem, SurrenderUnits
from exchange.core.compliance.events import UnitsSurrendered
from exchange.core.compliance.state import Obligation, Period
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import day_text
from exchange.core.state import Participant, State
from exchange.core.types import LotId, SurrenderId, TransferCode
from exchange.core.units import NUMBER_MAX, PPM, format_decimal

ITEMS_MAX = 1000


def refuse_surrender(state: State, command: SurrenderUnits) -> Refusal | None:
    obligation = duty.own(state, command.participant_id, command.obligation_id)
    if isinstance(obligation, Refusal):
        return obligation
    participant = state.participants[command.participant_id]
    period = duty.period_of(state, obligation)
    for item in command.items:
        if not _held(state, participant, item.lot_id):
            return state.refuse(RejectReason.LOT_UNKNOWN, lot=f"l{item.lot_id}")
    if participant.frozen:
        return state.refuse(RejectReason.PARTICIPANT_FROZEN)
    refusal = _refuse_day(state, period, obligation)
    if refusal is not None:
        return refusal
    if not 1 <= len(command.items) <= ITEMS_MAX:
        return state.refuse(RejectReason.BATCH_EMPTY)
    for item in command.items:
        refusal = _refuse_lot(state, period, item)
        if refusal is not None:
            return refusal
    return _refuse_sums(state, period, obligation, command)


def _held(state: State, participant: Participant, lot_id: LotId) -> bool:
    lot = state.lots.get(lot_id)
    return lot is not None and lot.asset_id in participant.holdings


def _refuse_day(state: State, period: Period, obligation: Obligation) -> Refusal | None:
    """Check that the day allows it: in time, late where that is allowed, or to correct."""
    if period.determined:
        if obligation.shortfall and state.today <= period.correct_by:
            return None
        return state.refuse(RejectReason.PERIOD_DETERMINED)
    if state.today > period.surrender_by and not state.rules.flag("compliance.late_surrender"):
        return state.refuse(
            RejectReason.SURRENDER_DEADLINE_PASSED,
            deadline=day_text(period.surrender_by),
            today=day_text(state.today),
        )
    return None


def _refuse_lot(state: State, period: Period, item: SurrenderItem) -> Refusal | None:
    lot = state.lots[item.lot_id]
    asset = state.assets[lot.asset_id]
    name = f"l{item.lot_id}"
    same_scale = asset.scale == state.assets[period.asset_id].scale
    if asset.kind not in (period.kind, *period.offset_kinds) or not same_scale:
        return state.refuse(
            RejectReason.SURRENDER_KIND_REFUSED, period.kind, lot=name, asset=asset.code
        )
    own_kind = asset.kind == period.kind
    if own_kind and period.vintages and lot.vintage not in period.vintages:
        return state.refuse(
            RejectReason.SURRENDER_VINTAGE_REFUSED, period.code, lot=name, vintage=lot.vintage
        )
    if lot.valid_from > state.today or 0 < lot.valid_to < state.today:
        return state.refuse(RejectReason.LOT_NOT_VALID, lot=name)
    if item.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE, lot=name)
    if item.quantity > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE, lot=name)
    return None


def _refuse_sums(
    state: State, period: Period, obligation: Obligation, command: SurrenderUnits
) -> Refusal | None:
    """Check each lot against what is there of it, all against what is owed and may be offset."""
    participant = state.participants[command.participant_id]
    scale = state.assets[period.asset_id].scale
    wanted: dict[LotId, int] = {}
    for item in command.items:
        wanted[item.lot_id] = wanted.get(item.lot_id, 0) + item.quantity
    for lot_id, quantity in wanted.items():
        asset_id = state.lots[lot_id].asset_id
        holding = state.holding(participant, asset_id)
        refusal = None if holding is None else refuse_debtor(state, holding)
        if refusal is not None:
            return refusal
        there = reclaim.reachable(state, participant, asset_id, lot_id)
        if there < quantity:
            asset = state.assets[asset_id]
            return reclaim.insufficient(state, asset, there, quantity, lot=f"l{lot_id}")
    owed, asked = duty.missing(state, obligation), sum(wanted.values())
    if asked > owed:
        return state.refuse(
            RejectReason.SURRENDER_ABOVE_DUE,
            owed=format_decimal(owed, scale),
            requested=format_decimal(asked, scale),
        )
    most, asked = offset_max(state, period, obligation), _offset(state, period, command)
    offset = obligation.offset + asked
    if asked and offset > most:
        return state.refuse(
            RejectReason.OFFSET_LIMIT_EXCEEDED,
            period.kind,
            maximum=format_decimal(most, scale),
            requested=format_decimal(offset, scale),
        )
    return None


def offset_max(state: State, period: Period, obligation: Obligation) -> int:
    """Return how much of what is owed offsets may meet: the share rounded down to whole units."""
    whole: int = 10 ** state.assets[period.asset_id].scale
    share = duty.account_of(state, obligation).posted * period.offset_ppm
    units: int = share // (PPM * whole)
    return units * whole


def _offset(state: State, period: Period, command: SurrenderUnits) -> int:
    return sum(
        item.quantity
        for item in command.items
        if state.assets[state.lots[item.lot_id].asset_id].kind != period.kind
    )


def surrender(state: State, command: SurrenderUnits) -> list[AnyEvent]:
    """Posts: the holding to `retired`, `allocated` of the member's place to `used`.

    Emits: UnitsSurrendered, ObligationChanged, LockDrawn for what was kept for own use,
    OrderCancelled for offers that give way, PlaceAccountOpened at first, TransferPosted.
    """
    obligation = state.compliance.obligations[command.obligation_id]
    period = duty.period_of(state, obligation)
    participant = state.participants[command.participant_id]
    quantity = sum(item.quantity for item in command.items)
    offset = _offset(state, period, command)
    state.compliance.last_surrender += 1
    number = SurrenderId(state.compliance.last_surrender)
    obligation.surrendered += quantity
    obligation.offset += offset
    late = state.today > period.surrender_by
    events: list[AnyEvent] = [
        UnitsSurrendered(
            number, obligation.obligation_id, command.participant_id, quantity, offset, late
        ),
        duty.told(state, obligation),
    ]
    for item in command.items:
        asset_id = state.lots[item.lot_id].asset_id
        terms = (item.quantity, TransferCode.SURRENDER, f"surrender z{number}", item.lot_id)
        events.extend(endings.end_units(state, participant, asset_id, *terms))
    return events


def describe(state: State, command: SurrenderUnits) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say for which entity, how much, how much of it offsets, and what is missing afterwards."""
    obligation = state.compliance.obligations[command.obligation_id]
    period = duty.period_of(state, obligation)
    scale = state.assets[period.asset_id].scale
    quantity = sum(item.quantity for item in command.items)
    rest = duty.missing(state, obligation) - quantity
    return obligation.entity, (
        ("period", period.code),
        ("quantity", format_decimal(quantity, scale)),
        ("offset", format_decimal(_offset(state, period, command), scale)),
        ("missing", format_decimal(rest, scale)),
    )
