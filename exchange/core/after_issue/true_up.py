"""True-ups (核定后多退少补): a series of plans is brought to its final quantities, by entity.

Invariants: an entity has in the end what the last true-up says, less its deductions, or owes what
is lacking; what it gets more comes from where plans take it; the phases of a series follow one
another. Units are taken back before others are given out.
Rule: `totals.hard_limit`, `allocation.clawback_days`.
"""

from dataclasses import dataclass

from exchange.core.after_issue.claims import give_back
from exchange.core.after_issue.commands import PublishTrueUp, TrueUpAllocation
from exchange.core.after_issue.deductions import Reckoning, book
from exchange.core.after_issue.events import AllocationTruedUp, TruedUpEntry
from exchange.core.after_issue.state import Grant
from exchange.core.allocation import issue, plans
from exchange.core.allocation.content import PlanContent, PlanRow, decode_content
from exchange.core.allocation.sources import Left, draw
from exchange.core.events import AnyEvent
from exchange.core.handing_out import hand_out
from exchange.core.locks import locking
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.reclaim import reachable
from exchange.core.state import Lot, State
from exchange.core.totals import places
from exchange.core.types import LockKind, LotId, ParticipantId
from exchange.core.units import format_decimal


def refuse_publish(state: State, command: PublishTrueUp) -> Refusal | None:
    series = state.after_issue.series.get(command.series)
    if series is None:
        return state.refuse(RejectReason.SERIES_UNKNOWN, series=f"n{command.series}")
    refusal = plans.refuse_terms(state, command, least=0)
    if refusal is not None:
        return refusal
    if command.phase != series.phase + 1:
        return _out_of_order(state, series.phase, command.phase)
    if command.asset_id != series.asset_id:
        asset = state.assets[series.asset_id]
        return state.refuse(RejectReason.SERIES_DIFFERS, asset.kind, asset=asset.code)
    return None


def _out_of_order(state: State, last: int, phase: int) -> Refusal:
    return state.refuse(RejectReason.SERIES_OUT_OF_ORDER, next=str(last + 1), phase=str(phase))


def publish(state: State, command: PublishTrueUp) -> list[AnyEvent]:
    """Emits: PlanPublished."""
    return plans.enter(state, command, command.series, command.phase)


@dataclass(frozen=True, slots=True)
class _Change:
    """What a row makes of an entity's grant."""

    row: PlanRow
    before: Grant
    after: Grant

    @property
    def gained(self) -> int:
        return self.after.net - self.before.net


def _changes(state: State, content: PlanContent) -> list[_Change]:
    reckoning = Reckoning(state, content.asset_id, content.series)
    changes = []
    for row in content.rows:
        before = _before(state, content, row)
        shares = reckoning.shares(row.entity, before, row.quantity)
        after = Grant(before.participant_id, row.quantity, shares, before.closed)
        changes.append(_Change(row, before, after))
    return changes


def _before(state: State, content: PlanContent, row: PlanRow) -> Grant:
    known = state.after_issue.series[content.series].grants.get(row.entity)
    return known or Grant(row.participant_id, 0)


def refuse_true_up(state: State, command: TrueUpAllocation) -> Refusal | None:
    plan = state.allocation.plans.get(command.plan_id)
    if plan is None:
        return state.refuse(RejectReason.PLAN_UNKNOWN)
    if plan.issued:
        return state.refuse(RejectReason.PLAN_ALREADY_ISSUED)
    if not plan.series:
        return state.refuse(RejectReason.PLAN_NOT_TRUE_UP)
    refusal = issue.refuse_content(state, plan, command.content)
    if refusal is not None:
        return refusal
    content = decode_content(command.content)
    assert content is not None
    series = state.after_issue.series[plan.series]
    if content.phase != series.phase + 1:
        return _out_of_order(state, series.phase, content.phase)
    if content.vintage != series.vintage:
        return state.refuse(RejectReason.SERIES_DIFFERS, vintage=series.vintage)
    return _refuse_rows(state, content) or _refuse_means(state, content)


def _refuse_rows(state: State, content: PlanContent) -> Refusal | None:
    entities: dict[str, None] = {}
    for number, row in enumerate(content.rows, 1):
        reason = _row_reason(state, content, row, entities)
        if reason is not None:
            kind = state.assets[content.asset_id].kind
            return state.refuse(reason, kind, row=str(number), entity=row.entity)
        entities[row.entity] = None
    return None


def _row_reason(
    state: State, content: PlanContent, row: PlanRow, entities: dict[str, None]
) -> RejectReason | None:
    before = _before(state, content, row)
    if before.participant_id != row.participant_id:
        return RejectReason.SERIES_DIFFERS
    if before.closed and row.quantity > before.quantity:
        return RejectReason.ENTITY_CLOSED
    if row.entity not in entities and 0 <= row.quantity <= before.quantity:
        return None
    return issue.row_reason(state, content, row, entities)


def _refuse_means(state: State, content: PlanContent) -> Refusal | None:
    """Check that the sources have what is given out, once what is within reach came back."""
    left = Left(state, content)
    changes = _changes(state, content)
    reach: dict[ParticipantId, int] = {}
    for change in changes:
        if change.gained >= 0:
            continue
        owner = change.row.participant_id
        participant = state.participants[owner]
        there = reach.get(owner, reachable(state, participant, content.asset_id))
        taken = min(-change.gained, there)
        reach[owner] = there - taken
        if taken:
            left.give(issue.place_of(state, content.asset_id, participant), taken)
    for number, change in enumerate(changes, 1):
        if change.gained > 0:
            participant = state.participants[change.row.participant_id]
            place = issue.place_of(state, content.asset_id, participant)
            refusal = issue.refuse_red(state, content, number, participant)
            refusal = refusal or left.take(place, change.gained, number, change.row.entity)
            if refusal is not None:
                return refusal
    return None


def true_up(state: State, command: TrueUpAllocation) -> list[AnyEvent]:
    """Take back first, then give out. Posts: as `give_back`, `hand_out` and `draw`.

    Emits: AllocationTruedUp, what was posted, DeductionApplied. Cost: by rows.
    """
    content = decode_content(command.content)
    assert content is not None
    plan = state.allocation.plans[command.plan_id]
    plan.issued = True
    series = state.after_issue.series[content.series]
    series.phase = content.phase
    changes = _changes(state, content)
    taken, events = _take(state, content, changes)
    lots, given = _give(state, content, changes, command.document)
    deducted: list[AnyEvent] = []
    for change in changes:
        series.grants[change.row.entity] = change.after
        grants = (change.before, change.after)
        deducted += book(state, series.plan_id, plan.plan_id, change.row.entity, grants)
    trued_up = AllocationTruedUp(
        plan.plan_id,
        plan.version,
        plan.asset_id,
        plan.content_hash,
        series.plan_id,
        content.phase,
        command.document,
        state.rules.rule_set,
        tuple([_entry(state, content, change, lots, taken) for change in changes]),
    )
    return [trued_up, *events, *given, *deducted]


def _take(
    state: State, content: PlanContent, changes: list[_Change]
) -> tuple[dict[str, int], list[AnyEvent]]:
    """Return what was taken from each entity that gets less."""
    taken: dict[str, int] = {}
    events: list[AnyEvent] = []
    for change in changes:
        if change.gained < 0:
            row = change.row
            participant = state.participants[row.participant_id]
            owed = (-change.gained, content.series, row.entity, "")
            taken[row.entity], posted = give_back(state, participant, content.asset_id, *owed)
            events += posted
    return taken, events


def _give(
    state: State, content: PlanContent, changes: list[_Change], document: str
) -> tuple[dict[str, LotId], list[AnyEvent]]:
    """Return the lot of each entity that gets more."""
    source = issue.lot_source(content.plan_id)
    origin = (content.vintage, content.region, content.basin, content.valid_from, content.valid_to)
    lot = Lot(content.asset_id, *origin, source)
    lots: dict[str, LotId] = {}
    by_place: dict[str, int] = {}
    events: list[AnyEvent] = []
    for change in changes:
        if change.gained > 0:
            participant = state.participants[change.row.participant_id]
            lots[change.row.entity], posted = hand_out(state, participant, lot, change.gained)
            events += posted
            if content.use:
                part = (lots[change.row.entity], change.gained)
                holding = participant.holdings[content.asset_id]
                terms = (LockKind.OWN_USE, issue.OWN_USE, document)
                events.append(locking.put(state, holding, part, *terms))
            place = issue.place_of(state, content.asset_id, participant)
            by_place[place] = by_place.get(place, 0) + change.gained
    return lots, [*events, *draw(state, content, by_place, source)]


def _entry(
    state: State,
    content: PlanContent,
    change: _Change,
    lots: dict[str, LotId],
    taken: dict[str, int],
) -> TruedUpEntry:
    row, gained = change.row, change.gained
    region = state.participants[row.participant_id].region
    return TruedUpEntry(
        row.entity,
        row.participant_id,
        places.of(state, content.asset_id, region) or "",
        change.before.quantity,
        row.quantity,
        max(gained, 0),
        lots.get(row.entity, LotId(0)),
        taken.get(row.entity, 0),
        max(-gained, 0) - taken.get(row.entity, 0),
    )


def describe(state: State, command: TrueUpAllocation) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which plan of which asset, of which series, and what all entities shall have."""
    plan = state.allocation.plans[command.plan_id]
    asset = state.assets[plan.asset_id]
    return asset.code, (
        ("plan", f"n{plan.plan_id}"),
        ("version", str(plan.version)),
        ("series", f"n{plan.series}"),
        ("phase", str(plan.phase)),
        ("entities", str(plan.entities)),
        ("quantity", format_decimal(plan.quantity, asset.scale)),
    )
