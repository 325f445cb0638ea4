"""Cancelling units of one's own (自愿注销): they are claimed once and never come back.

Invariants: what is cancelled goes to `retired`, where nothing leaves; what is frozen, pending, not
valid today or of an asset that is owed back is not cancelled. What is not yet tradable, for own
use, or on offer is: offers give way.
Rule: no double use of a unit: what one claim has ended no other can end.
"""

from exchange.core import endings, reclaim
from exchange.core.after_issue.claims import refuse_debtor
from exchange.core.cancellation.commands import CancelUnits
from exchange.core.cancellation.events import UnitsCancelled
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.types import CancellationId, TransferCode
from exchange.core.units import NUMBER_MAX, format_decimal


def refuse_cancel(state: State, command: CancelUnits) -> Refusal | None:
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    lot = state.lots.get(command.lot_id)
    if lot is None or lot.asset_id not in participant.holdings:
        return state.refuse(RejectReason.LOT_UNKNOWN)
    if participant.frozen:
        return state.refuse(RejectReason.PARTICIPANT_FROZEN)
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if lot.valid_from > state.today or 0 < lot.valid_to < state.today:
        return state.refuse(RejectReason.LOT_NOT_VALID, lot=f"l{command.lot_id}")
    if command.quantity > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    refusal = refuse_debtor(state, participant.holdings[lot.asset_id])
    if refusal is not None:
        return refusal
    there = reclaim.reachable(state, participant, lot.asset_id, command.lot_id)
    if there < command.quantity:
        asset, named = state.assets[lot.asset_id], f"l{command.lot_id}"
        return reclaim.insufficient(state, asset, there, command.quantity, lot=named)
    return None


def cancel(state: State, command: CancelUnits) -> list[AnyEvent]:
    """Posts: the holding to `retired`, `allocated` of the member's place to `used`.

    Emits: UnitsCancelled, LockDrawn and OrderCancelled for what gives way, PlaceAccountOpened at
    first, TransferPosted.
    """
    cancelled, asset_id = state.cancellation.cancelled, state.lots[command.lot_id].asset_id
    state.cancellation.last += 1
    number = CancellationId(state.cancellation.last)
    cancelled[asset_id] = cancelled.get(asset_id, 0) + command.quantity
    event = UnitsCancelled(
        number,
        command.participant_id,
        asset_id,
        command.lot_id,
        command.quantity,
        command.beneficiary,
        command.purpose,
    )
    participant = state.participants[command.participant_id]
    terms = (command.quantity, TransferCode.CANCEL_UNITS, command.purpose, command.lot_id)
    return [event, *endings.end_units(state, participant, asset_id, *terms)]


def describe(state: State, command: CancelUnits) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say of which asset, which lot, how much, and in whose name."""
    asset = state.assets[state.lots[command.lot_id].asset_id]
    return asset.code, (
        ("lot", f"l{command.lot_id}"),
        ("quantity", format_decimal(command.quantity, asset.scale)),
        ("beneficiary", command.beneficiary),
    )
