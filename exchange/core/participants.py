"""Admission of participants to a ledger, their freezing, and who may trade what.

Rule: `eligibility.*` of the rulebook; carbon regulation 2024 art. 7 and 20: staff hold no trading
account; emission rights trade within a league (air) or a basin (water), apart by sector.
"""

from exchange.core import order_exit
from exchange.core.budgets import indicators
from exchange.core.commands import AdmitParticipant, FreezeParticipant, UnfreezeParticipant
from exchange.core.events import (
    AccountOpened,
    AnyEvent,
    ParticipantAdmitted,
    ParticipantFrozen,
    ParticipantUnfrozen,
)
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import Asset, Instrument, Participant, State
from exchange.core.totals import movement
from exchange.core.types import CASH, Purpose


def refuse_admit(state: State, command: AdmitParticipant) -> Refusal | None:
    if CASH not in state.assets:
        return state.refuse(RejectReason.RULE_MISSING)
    if command.participant_id <= 0:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    participant = state.participants.get(command.participant_id)
    if participant is None or participant.region == command.region:
        return None
    homeless = movement.homeless(state, participant, command.region)
    if homeless is None:
        return _refuse_red(state, participant, command.region)
    asset = state.assets[homeless]
    return state.refuse(RejectReason.CONTROL_TOTAL_MISSING, asset.kind, asset=asset.code)


def _refuse_red(state: State, participant: Participant, region: str) -> Refusal | None:
    """Check that a member takes no units along into a place whose target is in red."""
    for asset_id in participant.holdings if state.budgets.reds else ():
        if movement.exposed(state, participant, asset_id):
            asset = state.assets[asset_id]
            refusal = indicators.refuse_more(state, asset, region, participant.region)
            if refusal is not None:
                return refusal
    return None


def admit(state: State, command: AdmitParticipant) -> list[AnyEvent]:
    """Emits: AccountOpened for its cash at first, ParticipantAdmitted.

    Who moves takes its units along to the control total of its new place: TransferPosted.
    """
    events: list[AnyEvent] = []
    participant = state.participants.get(command.participant_id)
    if participant is None:
        cash = state.accounts.open(command.participant_id, CASH, Purpose.CASH)
        events.append(AccountOpened(cash.account_id, cash.participant_id, CASH, Purpose.CASH))
        participant = Participant(command.participant_id, cash)
        state.participants[command.participant_id] = participant
    participant.account_type = command.account_type
    former_region, participant.region = participant.region, command.region
    participant.basin = command.basin
    participant.sector = command.sector
    participant.group_id = command.group_id
    participant.eligibility.clear()
    events.append(
        ParticipantAdmitted(
            command.participant_id,
            command.account_type,
            command.region,
            command.basin,
            command.sector,
            command.group_id,
            command.document,
        )
    )
    return events + movement.relocated(state, participant, former_region, command.document)


def refuse_freeze(state: State, command: FreezeParticipant) -> Refusal | None:
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    if participant.frozen:
        return state.refuse(RejectReason.PARTICIPANT_ALREADY_FROZEN)
    return None


def freeze(state: State, command: FreezeParticipant) -> list[AnyEvent]:
    """Emits: ParticipantFrozen, OrderCancelled for each open order."""
    participant = state.participants[command.participant_id]
    participant.frozen = True
    events: list[AnyEvent] = [ParticipantFrozen(command.participant_id, command.document)]
    orders = list(participant.open_orders.values())
    return events + [order_exit.withdraw(state, order) for order in orders]


def refuse_unfreeze(state: State, command: UnfreezeParticipant) -> Refusal | None:
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    if not participant.frozen:
        return state.refuse(RejectReason.PARTICIPANT_NOT_FROZEN)
    return None


def unfreeze(state: State, command: UnfreezeParticipant) -> list[AnyEvent]:
    """Emits: ParticipantUnfrozen."""
    state.participants[command.participant_id].frozen = False
    return [ParticipantUnfrozen(command.participant_id, command.document)]


def open_holding(state: State, participant: Participant, asset: Asset) -> list[AnyEvent]:
    """Open the participant's account for an asset unless it is there. Emits: AccountOpened."""
    if asset.asset_id in participant.holdings:
        return []
    account = state.accounts.open(participant.participant_id, asset.asset_id, Purpose.HOLDING)
    participant.holdings[asset.asset_id] = account
    return [
        AccountOpened(
            account.account_id, participant.participant_id, asset.asset_id, Purpose.HOLDING
        )
    ]


def ineligible(
    state: State, participant: Participant, instrument: Instrument
) -> RejectReason | None:
    """Tell why a participant may not trade an instrument, or None.

    Remembered until facts change.
    """
    known = participant.eligibility
    if instrument.instrument_id in known:
        return known[instrument.instrument_id]
    reason = unfit(state, participant, instrument.asset) or _unfit_for_place(
        state, participant, instrument
    )
    known[instrument.instrument_id] = reason
    return reason


def unfit(state: State, participant: Participant, asset: Asset) -> RejectReason | None:
    """Tell why a participant may not hold an asset bought from another, or None."""
    allowed = state.rules.names("eligibility.account_types", asset.kind)
    if allowed and participant.account_type not in allowed:
        return RejectReason.ACCOUNT_TYPE_NOT_ELIGIBLE
    if movement.outside(state, asset.asset_id, participant):
        return RejectReason.CONTROL_TOTAL_MISSING
    return _out_of_place(state, participant, asset, asset.region, asset.basin)


def _unfit_for_place(
    state: State, participant: Participant, instrument: Instrument
) -> RejectReason | None:
    reason = _out_of_place(
        state, participant, instrument.asset, instrument.region, instrument.basin
    )
    if reason is not None:
        return reason
    apart = state.rules.names("eligibility.sector_separation", instrument.asset.kind)
    own_market = instrument.sector
    if (own_market or participant.sector in apart) and participant.sector != own_market:
        return RejectReason.SECTOR_NOT_ELIGIBLE
    return None


def _out_of_place(
    state: State, participant: Participant, asset: Asset, region: str, basin: str
) -> RejectReason | None:
    geography = state.rules.names("eligibility.geography", asset.kind)
    if "region" in geography and region and participant.region != region:
        return RejectReason.REGION_NOT_ELIGIBLE
    if "basin" in geography and basin and participant.basin != basin:
        return RejectReason.BASIN_NOT_ELIGIBLE
    return None
