"""The list of who owes in a period: published each year, with entries and exits on grounds.

Invariant: an entity of a period belongs to one participant, and keeps its obligation for good.
"""

from exchange.core.compliance.commands import ListedEntity, ListEntities
from exchange.core.compliance.duty import told
from exchange.core.compliance.events import EntitiesListed
from exchange.core.compliance.state import Obligation, Period
from exchange.core.events import AnyEvent, PlaceAccountOpened
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.types import AccountType, ObligationId, Purpose
from exchange.core.units import NUMBER_MAX


def refuse_entries(state: State, command: ListEntities) -> Refusal | None:
    period = state.compliance.periods.get(command.period)
    if period is None:
        return state.refuse(RejectReason.PERIOD_UNKNOWN)
    if period.determined:
        return state.refuse(RejectReason.PERIOD_DETERMINED)
    if not command.entries:
        return state.refuse(RejectReason.BATCH_EMPTY)
    met: dict[str, None] = {}
    for number, entry in enumerate(command.entries, 1):
        reason = _entry_reason(state, period, entry, met)
        if reason is not None:
            return state.refuse(reason, period.kind, row=str(number), entity=entry.entity)
        met[entry.entity] = None
    return None


def _entry_reason(
    state: State, period: Period, entry: ListedEntity, met: dict[str, None]
) -> RejectReason | None:
    known = state.compliance.by_entity.get((period.code, entry.entity))
    if entry.entity in met:
        return RejectReason.ENTITY_DUPLICATED
    if known is not None:
        owner = state.compliance.obligations[known].participant_id
        if owner != entry.participant_id:
            return RejectReason.ENTITY_DUPLICATED
    participant = state.participants.get(entry.participant_id)
    if participant is None:
        return RejectReason.PARTICIPANT_NOT_ADMITTED
    if participant.account_type == AccountType.OPERATOR:
        return RejectReason.ACCOUNT_TYPE_NOT_ELIGIBLE
    if not 0 <= entry.threshold <= NUMBER_MAX:
        return RejectReason.QUANTITY_NOT_POSITIVE
    return None


def enter(state: State, command: ListEntities) -> list[AnyEvent]:
    """Emits: EntitiesListed, PlaceAccountOpened for each new entity, ObligationChanged for all."""
    period = state.compliance.periods[command.period]
    events: list[AnyEvent] = [
        EntitiesListed(period.code, len(command.entries), command.document),
    ]
    for entry in command.entries:
        known = state.compliance.by_entity.get((period.code, entry.entity))
        if known is None:
            obligation, opened = _add(state, period, entry)
            events.append(opened)
        else:
            obligation = state.compliance.obligations[known]
            obligation.threshold = entry.threshold
            obligation.listed = entry.listed
            obligation.ground = entry.ground
        events.append(told(state, obligation))
    return events


def _add(
    state: State, period: Period, entry: ListedEntity
) -> tuple[Obligation, PlaceAccountOpened]:
    compliance = state.compliance
    number = ObligationId(len(compliance.obligations) + 1)
    owner = (entry.participant_id, period.asset_id, Purpose.OBLIGATION, entry.entity)
    account = state.accounts.open(*owner)
    obligation = Obligation(
        number,
        period.code,
        entry.entity,
        entry.participant_id,
        account.account_id,
        entry.threshold,
        entry.listed,
        entry.ground,
    )
    compliance.obligations[number] = obligation
    compliance.by_entity[period.code, entry.entity] = number
    return obligation, PlaceAccountOpened(account.account_id, *owner)
