"""Renewal of permits: asked for in time by the holder, decided by the regulator.

Invariant: of a permit at most one renewal waits.
Rule: `permits.renewal_days` (排污许可管理条例: 60 days before expiry; 取水条例 art. 25: 45).
"""

import msgspec

from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.permits.commands import DecideRenewal, RequestRenewal
from exchange.core.permits.events import RenewalDecided, RenewalRequested
from exchange.core.permits.recording import figures, put_in_force
from exchange.core.permits.state import Permit, Renewal
from exchange.core.permits.terms import refuse_quantities, refuse_validity, whole_term
from exchange.core.reasons import RejectReason
from exchange.core.rules import day_text
from exchange.core.state import State
from exchange.core.types import Day

RENEWAL_DAYS = 60
"""For a ledger whose rulebook does not say."""


def refuse_request(state: State, command: RequestRenewal) -> Refusal | None:
    if command.participant_id not in state.participants:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    permit = state.permits.permits.get(command.permit_id)
    if permit is None or permit.holder_id != command.participant_id:
        return state.refuse(RejectReason.PERMIT_UNKNOWN)
    if permit.renewal is not None:
        return state.refuse(RejectReason.RENEWAL_EXISTS)
    refusal = refuse_quantities(state, command.quantities)
    return refusal or _refuse_late(state, permit)


def _refuse_late(state: State, permit: Permit) -> Refusal | None:
    days = state.rules.integer("permits.renewal_days", RENEWAL_DAYS)
    left = permit.terms.valid_to - state.today
    if left >= days:
        return None
    return state.refuse(
        RejectReason.RENEWAL_TOO_LATE,
        days=str(days),
        deadline=day_text(permit.terms.valid_to - days),
        today=day_text(state.today),
    )


def request(state: State, command: RequestRenewal) -> list[AnyEvent]:
    """Emits: RenewalRequested."""
    permit = state.permits.permits[command.permit_id]
    permit.renewals += 1
    permit.renewal = Renewal(permit.renewals, command.quantities, state.today)
    return [
        RenewalRequested(
            permit.permit_id,
            permit.renewals,
            command.participant_id,
            command.quantities,
            state.today,
        )
    ]


def refuse_decide(state: State, command: DecideRenewal) -> Refusal | None:
    permit = state.permits.permits.get(command.permit_id)
    if permit is None:
        return state.refuse(RejectReason.PERMIT_UNKNOWN)
    if permit.renewal is None:
        return state.refuse(RejectReason.RENEWAL_UNKNOWN)
    if not command.granted:
        return None
    refusal = refuse_quantities(state, command.quantities)
    first = _first_day(permit)
    return refusal or refuse_validity(state, first, whole_term(state, first, command.valid_to))


def _first_day(permit: Permit) -> Day:
    """Return the day on which the time begins that a renewal adds."""
    return Day(permit.terms.valid_to + 1)


def decide(state: State, command: DecideRenewal) -> list[AnyEvent]:
    """Renew a permit: what was verified again holds from the decision on.

    Emits: RenewalDecided and, if granted, as `put_in_force`.
    """
    permit = state.permits.permits[command.permit_id]
    assert permit.renewal is not None
    number = permit.renewal.number
    permit.renewal = None
    told = RenewalDecided(permit.permit_id, number, command.granted, command.document)
    if not command.granted:
        return [told]
    terms = msgspec.structs.replace(
        permit.terms,
        quantities=command.quantities,
        valid_to=whole_term(state, _first_day(permit), command.valid_to),
        new_project=False,
        non_attainment=False,
        substitution=(),
    )
    return [told, *put_in_force(state, permit, terms, command.document)]


def describe_decide(
    state: State, command: DecideRenewal
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which permit of whom, what for, until when."""
    permit = state.permits.permits[command.permit_id]
    who = ("participant", f"p{permit.holder_id}")
    if not command.granted:
        return permit.number, (who, ("granted", "no"))
    last = whole_term(state, _first_day(permit), command.valid_to)
    return permit.number, (who, *figures(command.quantities), ("valid_to", day_text(last)))
