"""Issuing a published plan: all of it in one step, or nothing.

Invariants: what is issued are the bytes that were published; no place gives more than it has left;
a plan is issued once, and over no open objection.
Rule: `totals.hard_limit`, `allocation.objection_days_min`.
"""

from exchange.core.after_issue.deductions import Reckoning, book
from exchange.core.after_issue.state import Grant, Series
from exchange.core.allocation.commands import IssueAllocation
from exchange.core.allocation.content import PlanContent, PlanRow, content_hash, decode_content
from exchange.core.allocation.events import AllocationIssued, IssuedEntry
from exchange.core.allocation.objections import refuse_to_issue
from exchange.core.allocation.sources import Left, draw, refuse_pot
from exchange.core.allocation.state import Plan
from exchange.core.budgets import indicators
from exchange.core.event import Parcel
from exchange.core.events import AnyEvent
from exchange.core.locks import locking
from exchange.core.outcomes import Refusal
from exchange.core.participants import open_holding, unfit
from exchange.core.postings import NEW_UNITS, post
from exchange.core.reasons import RejectReason
from exchange.core.state import Lot, Participant, State
from exchange.core.totals import places
from exchange.core.types import (
    AccountType,
    AssetId,
    ChainId,
    Day,
    LockKind,
    LotId,
    PlanId,
    Purpose,
    TransferId,
)
from exchange.core.units import NUMBER_MAX, format_decimal

USES = ("", LockKind.OWN_USE)
"""What lots may be put to: anything, or what their holder needs itself."""

OWN_USE = "issued for own use"


def refuse_issue(state: State, command: IssueAllocation) -> Refusal | None:
    plan = state.allocation.plans.get(command.plan_id)
    if plan is None:
        return state.refuse(RejectReason.PLAN_UNKNOWN)
    if plan.issued:
        return state.refuse(RejectReason.PLAN_ALREADY_ISSUED)
    if plan.series:
        return state.refuse(RejectReason.PLAN_IS_TRUE_UP, series=f"n{plan.series}")
    refusal = refuse_content(state, plan, command.content)
    if refusal is not None:
        return refusal
    content = decode_content(command.content)
    assert content is not None
    return _refuse_rows(state, content)


def refuse_content(state: State, plan: Plan, data: bytes) -> Refusal | None:
    """Check that the bytes are what was published, and that it may be carried out today."""
    if content_hash(data) != plan.content_hash:
        return state.refuse(RejectReason.PLAN_CHANGED, published=str(plan.version))
    content = decode_content(data)
    if content is None or not _as_published(plan, content):
        return state.refuse(RejectReason.PLAN_CONTENT_INVALID)
    if state.rules.version(content.method) is None:
        return state.refuse(RejectReason.RULE_MISSING, rule=content.method.rule_id)
    if content.valid_to and content.valid_to < max(content.valid_from, state.today):
        return state.refuse(RejectReason.VALIDITY_BACKWARDS)
    if state.today <= plan.objections_until:
        return state.refuse(
            RejectReason.OBJECTION_DEADLINE_OPEN,
            days=str(plan.objections_until - state.today + 1),
        )
    return refuse_to_issue(state, plan) or refuse_pot(state, content)


def _as_published(plan: Plan, content: PlanContent) -> bool:
    """Tell whether a content is what its publication said of it."""
    return (
        content.plan_id == plan.plan_id
        and content.version == plan.version
        and content.asset_id == plan.asset_id
        and len(content.rows) == plan.entities
        and content.use in USES
        and sum(row.quantity for row in content.rows) == plan.quantity
        and (content.series, content.phase) == (plan.series, plan.phase)
    )


def _refuse_rows(state: State, content: PlanContent) -> Refusal | None:
    """Check each row in turn, and what it leaves of its place's headroom."""
    entities: dict[str, None] = {}
    left = Left(state, content)
    reckoning = Reckoning(state, content.asset_id, content.plan_id)
    for number, row in enumerate(content.rows, 1):
        reason = row_reason(state, content, row, entities)
        if reason is not None:
            kind = state.assets[content.asset_id].kind
            return state.refuse(reason, kind, row=str(number), entity=row.entity)
        entities[row.entity] = None
        member = state.participants[row.participant_id]
        net = _granted(reckoning, row).net
        refusal = refuse_red(state, content, number, member)
        if refusal is not None:
            return refusal
        place = place_of(state, content.asset_id, member)
        refusal = left.take(place, net, number, row.entity)
        if refusal is not None:
            return refusal
    return None


def refuse_red(
    state: State, content: PlanContent, number: int, member: Participant
) -> Refusal | None:
    """Check that a row brings nothing into a place whose target is in red."""
    asset, row = state.assets[content.asset_id], content.rows[number - 1]
    found = indicators.blocking(state, asset, member.region, None) if row.quantity else None
    if found is None:
        return None
    figures = {"row": str(number), "entity": row.entity} | indicators.figures(found)
    return state.refuse(RejectReason.TARGET_IN_RED, asset.kind, **figures)


def _granted(reckoning: Reckoning, row: PlanRow) -> Grant:
    """Return what a row gives, with what is deducted from it."""
    nothing = Grant(row.participant_id, 0)
    shares = reckoning.shares(row.entity, nothing, row.quantity)
    return Grant(row.participant_id, row.quantity, shares)


def row_reason(
    state: State, content: PlanContent, row: PlanRow, entities: dict[str, None]
) -> RejectReason | None:
    if row.entity in entities:
        return RejectReason.ENTITY_DUPLICATED
    participant = state.participants.get(row.participant_id)
    if participant is None:
        return RejectReason.PARTICIPANT_NOT_ADMITTED
    if participant.account_type == AccountType.OPERATOR:
        return RejectReason.ACCOUNT_TYPE_NOT_ELIGIBLE
    if not 0 <= row.quantity <= NUMBER_MAX:
        return RejectReason.QUANTITY_NOT_POSITIVE
    return unfit(state, participant, state.assets[content.asset_id])


def place_of(state: State, asset_id: AssetId, participant: Participant) -> str:
    """Return at which place's cost a member is given units that it may be given."""
    place = places.of(state, asset_id, participant.region)
    assert place is not None
    return place


def issue(state: State, command: IssueAllocation) -> list[AnyEvent]:
    """Posts: `issuable` to each holding as a lot of its own, the source to `allocated` by place.

    What is deducted is not given out at all.
    Emits: AllocationIssued, TransferPosted for each place, DeductionApplied, UnitsLocked for each
    lot for own use. Cost: by rows.
    """
    content = decode_content(command.content)
    assert content is not None
    plan = state.allocation.plans[command.plan_id]
    plan.issued = True
    first_lot, first_transfer = LotId(state.last_lot + 1), TransferId(state.last_transfer + 1)
    by_place: dict[str, int] = {}
    entries = []
    deducted: list[AnyEvent] = []
    series = Series(plan.plan_id, plan.asset_id, content.vintage, 1)
    state.after_issue.series[plan.plan_id] = series
    reckoning = Reckoning(state, plan.asset_id, plan.plan_id)
    for row in content.rows:
        grant = series.grants[row.entity] = _granted(reckoning, row)
        change = (Grant(row.participant_id, 0), grant)
        deducted += book(state, plan.plan_id, plan.plan_id, row.entity, change)
        entry = _grant(state, content, row, grant.net)
        entries.append(entry)
        by_place[entry.place] = by_place.get(entry.place, 0) + entry.quantity
    issued = AllocationIssued(
        plan.plan_id,
        plan.version,
        plan.asset_id,
        plan.content_hash,
        state.accounts.house(plan.asset_id, Purpose.ISSUABLE).account_id,
        ChainId(first_transfer),
        first_lot,
        first_transfer,
        content.vintage,
        content.region,
        content.basin,
        content.valid_from,
        content.valid_to,
        command.document,
        state.rules.rule_set,
        tuple(entries),
    )
    drawn = draw(state, content, by_place, lot_source(plan.plan_id))
    locked = _locked(state, issued) if content.use else []
    return [issued, *drawn, *deducted, *locked]


def _locked(state: State, issued: AllocationIssued) -> list[AnyEvent]:
    """Lock each lot that was issued, for its holder's own use. Emits: UnitsLocked."""
    events: list[AnyEvent] = []
    lot_id = issued.first_lot_id
    for entry in issued.entries:
        if not entry.quantity:
            continue
        holding = state.accounts.all[entry.account_id]
        terms = (LockKind.OWN_USE, OWN_USE, issued.document)
        events.append(locking.put(state, holding, (lot_id, entry.quantity), *terms))
        lot_id = LotId(lot_id + 1)
    return events


def _grant(state: State, content: PlanContent, row: PlanRow, quantity: int) -> IssuedEntry:
    """Give an entity its units as a lot of its own; an entity that gets none has no lot."""
    participant = state.participants[row.participant_id]
    opened = open_holding(state, participant, state.assets[content.asset_id])
    holding = participant.holdings[content.asset_id]
    if quantity:
        lot_id = state.add_lot(
            Lot(
                content.asset_id,
                content.vintage,
                content.region,
                content.basin,
                content.valid_from,
                content.valid_to,
                lot_source(content.plan_id),
            )
        )
        state.next_transfer()
        issuable = state.accounts.house(content.asset_id, Purpose.ISSUABLE)
        parcel = Parcel(lot_id, quantity, NEW_UNITS, Day(0))
        post(state, issuable, holding, quantity, (parcel,))
    return IssuedEntry(
        row.entity,
        row.participant_id,
        holding.account_id,
        bool(opened),
        quantity,
        place_of(state, content.asset_id, participant),
    )


def lot_source(plan_id: PlanId) -> str:
    """Say where units of a plan come from, as lots and transfers carry it."""
    return f"allocation plan n{plan_id}"


def describe(state: State, command: IssueAllocation) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which plan of which asset, how many entities, how much."""
    plan = state.allocation.plans[command.plan_id]
    asset = state.assets[plan.asset_id]
    return asset.code, (
        ("plan", f"n{plan.plan_id}"),
        ("version", str(plan.version)),
        ("entities", str(plan.entities)),
        ("quantity", format_decimal(plan.quantity, asset.scale)),
    )
