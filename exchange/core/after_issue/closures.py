"""Closures (关停): an entity gives back what it was given for the months that it does not run.

Invariants: an entity is closed once, keeps what the formula leaves it, and gets no more in that
series.
Rule: `allocation.formula.closure`.
"""

from exchange.core.after_issue.claims import give_back
from exchange.core.after_issue.commands import CloseEntity
from exchange.core.after_issue.deductions import Reckoning, book
from exchange.core.after_issue.events import EntityClosed
from exchange.core.after_issue.formulas import result
from exchange.core.after_issue.state import Grant, Series
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleRef, day_text
from exchange.core.state import State
from exchange.core.totals.pots import POTS
from exchange.core.units import format_decimal

FORMULA = "allocation.formula.closure"


def refuse_close(state: State, command: CloseEntity) -> Refusal | None:
    if command.pot and command.pot not in POTS:
        return state.refuse(RejectReason.POT_UNKNOWN, pot=command.pot)
    series = state.after_issue.series.get(command.plan_id)
    if series is None:
        return state.refuse(RejectReason.SERIES_UNKNOWN, series=f"n{command.plan_id}")
    grant = series.grants.get(command.entity)
    if grant is None:
        return state.refuse(RejectReason.ENTITY_NOT_IN_SERIES, entity=command.entity)
    if grant.closed:
        return state.refuse(RejectReason.ENTITY_CLOSED, entity=command.entity)
    if command.closed_on > state.today:
        return state.refuse(
            RejectReason.CLOSURE_NOT_YET,
            closed_on=day_text(command.closed_on),
            today=day_text(state.today),
        )
    found = _returned(state, command, series, grant)
    return found if isinstance(found, Refusal) else None


def _returned(
    state: State, command: CloseEntity, series: Series, grant: Grant
) -> tuple[int, RuleRef] | Refusal:
    asset = state.assets[series.asset_id]
    issued = format_decimal(grant.quantity, asset.scale)
    inputs = {"issued": issued, "months": str(command.months_run)}
    return result(state, FORMULA, asset, inputs)


def close(state: State, command: CloseEntity) -> list[AnyEvent]:
    """Posts: as `give_back`. Emits: EntityClosed, what was posted, DeductionApplied."""
    series = state.after_issue.series[command.plan_id]
    before = series.grants[command.entity]
    found = _returned(state, command, series, before)
    assert not isinstance(found, Refusal)
    returned, rule = found
    kept = max(before.quantity - returned, 0)
    reckoning = Reckoning(state, series.asset_id, series.plan_id)
    shares = reckoning.shares(command.entity, before, kept)
    after = Grant(before.participant_id, kept, shares, closed=True)
    series.grants[command.entity] = after
    participant = state.participants[before.participant_id]
    owed = (before.net - after.net, series.plan_id, command.entity, command.pot)
    taken, events = give_back(state, participant, series.asset_id, *owed)
    closed = EntityClosed(
        series.plan_id,
        command.entity,
        before.participant_id,
        series.asset_id,
        command.closed_on,
        command.months_run,
        before.quantity,
        kept,
        taken,
        before.net - after.net - taken,
        command.pot,
        rule,
        command.document,
    )
    plan_id = series.plan_id
    return [closed, *events, *book(state, plan_id, plan_id, command.entity, (before, after))]


def describe(state: State, command: CloseEntity) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which entity of which plan, how long it ran, and what it gives back."""
    series = state.after_issue.series[command.plan_id]
    asset = state.assets[series.asset_id]
    grant = series.grants[command.entity]
    found = _returned(state, command, series, grant)
    assert not isinstance(found, Refusal)
    return asset.code, (
        ("plan", f"n{command.plan_id}"),
        ("entity", command.entity),
        ("closed_on", day_text(command.closed_on)),
        ("months_run", str(command.months_run)),
        ("issued", format_decimal(grant.quantity, asset.scale)),
        ("returned", format_decimal(found[0], asset.scale)),
        ("pot", command.pot),
    )
