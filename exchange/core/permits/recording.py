"""Permits as their documents say: recorded, changed, and marked when they end.

Invariants: a number stands for one permit; a version is never changed, the next one replaces it; a
permit is expired exactly when its last day has passed.
Rule: `permits.years_max`, `permits.substitution_ratio`.
"""

import msgspec

from exchange.core.events import AnyEvent
from exchange.core.locks import locking
from exchange.core.outcomes import Refusal
from exchange.core.permits import tasks
from exchange.core.permits.commands import RecordPermit, UpdatePermit
from exchange.core.permits.content import PERMIT_SCALE, Permitted, PermitTerms
from exchange.core.permits.events import PermitRecorded, PermitsExpired, PermitUpdated
from exchange.core.permits.state import Permit
from exchange.core.permits.terms import refuse_terms, whole_term
from exchange.core.reasons import RejectReason
from exchange.core.rules import day_text
from exchange.core.state import Participant, State
from exchange.core.types import LockKind, PermitId
from exchange.core.units import format_decimal

Figures = tuple[tuple[str, str], ...]


def refuse_record(state: State, command: RecordPermit) -> Refusal | None:
    if command.holder_id not in state.participants:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    if command.number in state.permits.numbers:
        return state.refuse(RejectReason.PERMIT_EXISTS, number=command.number)
    return refuse_terms(state, command.terms)


def record(state: State, command: RecordPermit) -> list[AnyEvent]:
    """Emits: PermitRecorded, UnitsUnlocked for what waited for it, and as `tasks.settle`."""
    terms = _whole(state, command.terms)
    permit = Permit(
        PermitId(len(state.permits.permits) + 1), command.holder_id, command.number, 1, terms
    )
    state.permits.enter(permit)
    told = PermitRecorded(
        permit.permit_id, permit.holder_id, permit.number, terms, command.document
    )
    holder = state.participants[permit.holder_id]
    lifted = _lifted(state, holder, terms, command.document)
    return [told, *lifted, *tasks.settle(state, holder)]


def describe_record(state: State, command: RecordPermit) -> tuple[str, Figures]:
    """Say which permit of whom, how much it allows, until when."""
    return command.number, described(state, command.holder_id, command.terms)


def refuse_update(state: State, command: UpdatePermit) -> Refusal | None:
    permit = state.permits.permits.get(command.permit_id)
    if permit is None:
        return state.refuse(RejectReason.PERMIT_UNKNOWN)
    return refuse_terms(state, command.terms, permit.terms.quantities)


def update(state: State, command: UpdatePermit) -> list[AnyEvent]:
    """Emits: as `put_in_force`."""
    permit = state.permits.permits[command.permit_id]
    return put_in_force(state, permit, _whole(state, command.terms), command.document)


def describe_update(state: State, command: UpdatePermit) -> tuple[str, Figures]:
    """Say which permit of whom, how much it will allow, until when."""
    permit = state.permits.permits[command.permit_id]
    return permit.number, described(state, permit.holder_id, command.terms)


def put_in_force(state: State, permit: Permit, terms: PermitTerms, document: str) -> list[AnyEvent]:
    """Replace the terms of a permit by those of its next version.

    Emits: PermitUpdated, UnitsUnlocked for what waited for it, and as `tasks.settle`.
    """
    permit.version += 1
    permit.terms = terms
    permit.expired = False
    holder = state.participants[permit.holder_id]
    return [
        PermitUpdated(permit.permit_id, permit.version, terms, document),
        *_lifted(state, holder, terms, document),
        *tasks.settle(state, holder),
    ]


def _lifted(state: State, holder: Participant, terms: PermitTerms, document: str) -> list[AnyEvent]:
    """Lift the locks that waited for the permits of these kinds. Emits: UnitsUnlocked."""
    kinds = {each.kind for each in terms.quantities}
    return [
        locking.lift(state, lock, "permit updated", document)
        for asset_id, holding in holder.holdings.items()
        if state.assets[asset_id].kind in kinds
        for lock in state.locks.on(holding.account_id)
        if lock.kind is LockKind.PERMIT
    ]


def expire(state: State) -> list[AnyEvent]:
    """Mark what has passed its last day. Emits: PermitsExpired. Cost: by permits."""
    ended = [
        permit
        for permit in state.permits.permits.values()
        if not permit.expired and permit.terms.valid_to < state.today
    ]
    for permit in ended:
        permit.expired = True
    return [PermitsExpired(tuple([permit.permit_id for permit in ended]))] if ended else []


def described(state: State, holder_id: int, terms: PermitTerms) -> Figures:
    """Write what permits allow as the one who approves it reads it."""
    return (
        ("participant", f"p{holder_id}"),
        *figures(terms.quantities),
        ("valid_to", day_text(whole_term(state, terms.valid_from, terms.valid_to))),
    )


def figures(quantities: tuple[Permitted, ...]) -> Figures:
    return tuple([(each.kind, format_decimal(each.quantity, PERMIT_SCALE)) for each in quantities])


def _whole(state: State, terms: PermitTerms) -> PermitTerms:
    """Return terms with their last day, also where the command left it to the rule."""
    last = whole_term(state, terms.valid_from, terms.valid_to)
    return msgspec.structs.replace(terms, valid_to=last)
