"""The start of a contract: its units are given as a lot, to be used from the first payment on.

Invariant: what a member is given leaves what was set aside for it, in the same step.
Rule: `totals.hard_limit`; `paid_use.years`: the validity of the lot.
"""

from exchange.core.accounts import Account
from exchange.core.budgets import indicators
from exchange.core.events import AnyEvent
from exchange.core.handing_out import hand_out
from exchange.core.outcomes import Refusal
from exchange.core.paid_use.events import ContractStarted
from exchange.core.paid_use.overdue import look_again, release
from exchange.core.paid_use.spans import later
from exchange.core.paid_use.state import Contract, ContractStatus, name
from exchange.core.participants import unfit
from exchange.core.rules import day_text
from exchange.core.state import Lot, State
from exchange.core.totals import places
from exchange.core.totals.movement import allocated
from exchange.core.types import Day


def refuse_start(state: State, contract: Contract) -> Refusal | None:
    """Check that the member may hold the units where it now belongs."""
    asset = state.assets[contract.asset_id]
    participant = state.participants[contract.participant_id]
    reason = unfit(state, participant, asset)
    if reason is not None:
        return state.refuse(reason, asset.kind)
    return indicators.refuse_more(state, asset, participant.region)


def start(state: State, contract: Contract) -> list[AnyEvent]:
    """Give the units.

    Posts: `issuable` to the holding; what was set aside to `allocated` of its place, and on to that
    of the member. Emits: UnitsUnfrozen, AccountOpened at first, LotCreated, TransferPosted,
    ContractStarted.
    """
    source = state.freezes[contract.freeze_id].account
    reference = f"contract {name(contract.contract_id)}"
    contract.status = ContractStatus.ACTIVE
    contract.valid_from = state.today
    contract.valid_to = Day(later(state.today, 12 * contract.years) - 1)
    events = [
        *release(state, contract, reference),
        *_give(state, contract, reference),
        *_count(state, contract, source, reference),
    ]
    look_again(state, contract)
    span = (contract.valid_from, contract.valid_to)
    return [*events, ContractStarted(contract.contract_id, contract.lot_id, *span)]


def _give(state: State, contract: Contract, reference: str) -> list[AnyEvent]:
    asset = state.assets[contract.asset_id]
    participant = state.participants[contract.participant_id]
    vintage = day_text(contract.valid_from)[:4]
    span = (contract.valid_from, contract.valid_to)
    lot = Lot(asset.asset_id, vintage, asset.region, asset.basin, *span, reference)
    contract.lot_id, events = hand_out(state, participant, lot, contract.quantity)
    return events


def _count(state: State, contract: Contract, source: Account, reference: str) -> list[AnyEvent]:
    """Take the units from what was set aside into what the member's place has allocated."""
    asset_id, quantity = contract.asset_id, contract.quantity
    place = places.of(state, asset_id, state.participants[contract.participant_id].region)
    assert place is not None
    return [*allocated(state, asset_id, source, (contract.place, place), quantity, reference)]
