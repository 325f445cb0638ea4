"""Claims (追回): what a member owes back, as it could not be taken: sold, pending or frozen.

Invariants: what is owed stands on an account of its own below zero, until it is collected or
deducted from a later allocation; whoever owes an asset neither sells nor transfers it; a claim
takes all that comes within reach, the oldest claim first.
Rule: `allocation.clawback_days`.
"""

from exchange.core.accounts import Account
from exchange.core.after_issue import deductions
from exchange.core.after_issue.commands import RegisterDeduction, SettleClaim
from exchange.core.after_issue.events import ClaimCollected, ClaimDeducted, ClaimOpened
from exchange.core.after_issue.state import Claim, Ground
from exchange.core.endings import return_units
from exchange.core.events import AccountOpened, AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.postings import move
from exchange.core.reasons import RejectReason
from exchange.core.reclaim import reachable
from exchange.core.rules import day_text
from exchange.core.state import Participant, State
from exchange.core.totals.targets import house_account
from exchange.core.types import (
    AssetId,
    ClaimId,
    Day,
    DeductionId,
    ParticipantId,
    PlanId,
    Purpose,
    TransferCode,
)
from exchange.core.units import format_decimal

CLAWBACK_DAYS = 30
"""For a ledger whose rulebook does not say."""


def name(claim_id: ClaimId) -> str:
    """Name a claim as the API does, within its ledger."""
    return f"d{claim_id}"


def give_back(  # noqa: PLR0913, PLR0917
    state: State,
    participant: Participant,
    asset_id: AssetId,
    quantity: int,
    plan_id: PlanId,
    entity: str,
    pot: str,
) -> tuple[int, list[AnyEvent]]:
    """Take units back as far as they are within reach, and claim the rest.

    Returns what was taken. Emits: as `return_units`, ClaimOpened and what it posts.
    """
    reference = f"allocation plan n{plan_id}"
    taken = min(quantity, reachable(state, participant, asset_id))
    events: list[AnyEvent] = []
    if taken:
        terms = (asset_id, taken, TransferCode.RETURN, reference)
        events += return_units(state, participant, *terms, pot=pot)
    if quantity > taken:
        owed = (quantity - taken, plan_id, entity, pot)
        events += _open(state, participant.participant_id, asset_id, *owed)
    return taken, events


def _open(  # noqa: PLR0913, PLR0917
    state: State,
    participant_id: ParticipantId,
    asset_id: AssetId,
    quantity: int,
    plan_id: PlanId,
    entity: str,
    pot: str,
) -> list[AnyEvent]:
    """Posts: `owed`, which goes below zero, to `claimed`."""
    state.after_issue.last_claim += 1
    claim_id = ClaimId(state.after_issue.last_claim)
    days = state.rules.integer("allocation.clawback_days", CLAWBACK_DAYS)
    due_on = Day(state.today + days)
    state.after_issue.claims[claim_id] = Claim(
        claim_id, participant_id, asset_id, plan_id, entity, quantity, pot, due_on
    )
    owed, events = _owed(state, participant_id, asset_id)
    claimed, made = house_account(state, asset_id, Purpose.CLAIMED)
    opened = ClaimOpened(
        claim_id,
        participant_id,
        asset_id,
        owed.account_id,
        plan_id,
        entity,
        quantity,
        pot,
        due_on,
    )
    posted = move(state, owed, claimed, quantity, TransferCode.CLAIM, f"claim {name(claim_id)}")
    return [*events, *made, opened, posted]


def _owed(
    state: State, participant_id: ParticipantId, asset_id: AssetId
) -> tuple[Account, list[AnyEvent]]:
    owed = state.accounts.find(participant_id, asset_id, Purpose.OWED)
    if owed is not None:
        return owed, []
    owed = state.accounts.open(participant_id, asset_id, Purpose.OWED)
    return owed, [AccountOpened(owed.account_id, participant_id, asset_id, Purpose.OWED)]


def _lower(state: State, claim: Claim, quantity: int) -> AnyEvent:
    """Owe less by what was collected or is deducted. Posts: `claimed` to `owed`."""
    claim.left -= quantity
    if not claim.left:
        del state.after_issue.claims[claim.claim_id]
    claimed = state.accounts.house(claim.asset_id, Purpose.CLAIMED)
    owed, _ = _owed(state, claim.participant_id, claim.asset_id)
    reference = f"claim {name(claim.claim_id)}"
    return move(state, claimed, owed, quantity, TransferCode.CLAIM, reference)


def _collect(state: State, claim: Claim) -> list[AnyEvent]:
    participant = state.participants[claim.participant_id]
    quantity = min(claim.left, reachable(state, participant, claim.asset_id))
    if not quantity:
        return []
    reference = f"claim {name(claim.claim_id)}"
    terms = (claim.asset_id, quantity, TransferCode.RETURN, reference)
    events = return_units(state, participant, *terms, pot=claim.pot)
    lowered = _lower(state, claim, quantity)
    return [*events, ClaimCollected(claim.claim_id, quantity, claim.left), lowered]


def collect_due(state: State) -> list[AnyEvent]:
    """Collect all claims, and have what is left after their day deducted. Done at each midnight.

    Emits: ClaimCollected with the transfers; ClaimDeducted after DeductionRegistered.
    """
    events: list[AnyEvent] = []
    for claim in list(state.after_issue.claims.values()):
        events += _collect(state, claim)
        if claim.left and claim.due_on < state.today:
            events += _deduct(state, claim)
    return events


def _deduct(state: State, claim: Claim) -> list[AnyEvent]:
    quantity, owner = claim.left, claim.participant_id
    reference = f"claim {name(claim.claim_id)}"
    terms = (claim.asset_id, True, quantity, 0, Ground.CLAIM, reference)
    registered = deductions.register(state, RegisterDeduction(owner, "", *terms))
    deduction_id = DeductionId(len(state.after_issue.deductions))
    lowered = _lower(state, claim, quantity)
    return [*registered, ClaimDeducted(claim.claim_id, deduction_id, quantity), lowered]


def refuse_debtor(state: State, account: Account) -> Refusal | None:
    """Refuse that a member gives away units of which it owes some."""
    if not state.after_issue.claims or account.purpose is not Purpose.HOLDING:
        return None
    owed = state.accounts.find(account.participant_id, account.asset_id, Purpose.OWED)
    if owed is None or not owed.posted:
        return None
    asset = state.assets[account.asset_id]
    return state.refuse(
        RejectReason.CLAIM_OPEN, asset.kind, owed=format_decimal(-owed.posted, asset.scale)
    )


def refuse_settle(state: State, command: SettleClaim) -> Refusal | None:
    claim = state.after_issue.claims.get(command.claim_id)
    if claim is None or claim.participant_id != command.participant_id:
        return state.refuse(RejectReason.CLAIM_UNKNOWN)
    participant = state.participants[command.participant_id]
    if participant.frozen:
        return state.refuse(RejectReason.PARTICIPANT_FROZEN)
    if reachable(state, participant, claim.asset_id):
        return None
    asset = state.assets[claim.asset_id]
    return state.refuse(
        RejectReason.UNITS_INSUFFICIENT,
        asset.kind,
        available=format_decimal(0, asset.scale),
        required=format_decimal(claim.left, asset.scale),
        due_on=day_text(claim.due_on),
    )


def settle(state: State, command: SettleClaim) -> list[AnyEvent]:
    """Emits: ClaimCollected with the transfers."""
    return _collect(state, state.after_issue.claims[command.claim_id])
