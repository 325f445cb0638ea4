"""Borrowing (预支): units of a coming allocation, given out now and deducted from it later.

Invariant: an entity never borrows more of an asset than the formula allows for its gap.
Rule: `allocation.formula.borrow`, `allocation.borrow_max_of_gap`, `totals.hard_limit`.
"""

from exchange.core.after_issue import deductions
from exchange.core.after_issue.commands import BorrowAllowances, RegisterDeduction
from exchange.core.after_issue.events import AllowancesBorrowed
from exchange.core.after_issue.formulas import result
from exchange.core.after_issue.state import Ground
from exchange.core.allocation.issue import place_of
from exchange.core.budgets import indicators
from exchange.core.events import AnyEvent
from exchange.core.handing_out import hand_out
from exchange.core.outcomes import Refusal
from exchange.core.participants import unfit
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleRef
from exchange.core.state import Asset, Lot, Participant, State
from exchange.core.totals import pots
from exchange.core.totals.movement import allocated
from exchange.core.types import CASH, AccountType, Day, DeductionId, Purpose
from exchange.core.units import NUMBER_MAX, format_decimal

FORMULA = "allocation.formula.borrow"
SOURCE = "borrowed"


def refuse_borrow(state: State, command: BorrowAllowances) -> Refusal | None:
    participant = state.participants.get(command.member_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    asset = state.assets.get(command.asset_id)
    if asset is None or command.asset_id == CASH:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    refusal = _refuse_member(state, participant, asset)
    if refusal is not None:
        return refusal
    if not 0 < command.quantity <= NUMBER_MAX:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    found = _most(state, command)
    if isinstance(found, Refusal):
        return found
    place = place_of(state, command.asset_id, participant)
    refusal = pots.refuse_short(state, command.asset_id, place, "", command.quantity)
    if refusal is not None:
        return refusal
    borrowed = _borrowed(state, command)
    if borrowed + command.quantity > found[0]:
        return state.refuse(
            RejectReason.BORROW_EXCEEDS_GAP,
            asset.kind,
            most=format_decimal(found[0], asset.scale),
            borrowed=format_decimal(borrowed, asset.scale),
            requested=format_decimal(command.quantity, asset.scale),
        )
    return None


def _refuse_member(state: State, participant: Participant, asset: Asset) -> Refusal | None:
    """Check that a member may be given units of a total, where it is."""
    reason = unfit(state, participant, asset)
    if participant.account_type == AccountType.OPERATOR:
        reason = RejectReason.ACCOUNT_TYPE_NOT_ELIGIBLE
    elif reason is None and asset.asset_id not in state.totals.places:
        reason = RejectReason.CONTROL_TOTAL_MISSING
    if reason is not None:
        return state.refuse(reason, asset.kind)
    return indicators.refuse_more(state, asset, participant.region)


def _most(state: State, command: BorrowAllowances) -> tuple[int, RuleRef] | Refusal:
    asset = state.assets[command.asset_id]
    inputs = {
        "due": format_decimal(command.due, asset.scale),
        "allocated": format_decimal(command.allocated, asset.scale),
    }
    return result(state, FORMULA, asset, inputs)


def _borrowed(state: State, command: BorrowAllowances) -> int:
    """Add up what the entity has borrowed of the asset before."""
    wanted = (command.member_id, command.entity, command.asset_id, Ground.BORROWED)
    return sum(
        each.quantity
        for each in state.after_issue.deductions.values()
        if (each.member_id, each.entity, each.asset_id, each.ground) == wanted
    )


def borrow(state: State, command: BorrowAllowances) -> list[AnyEvent]:
    """Posts: `issuable` to the holding, `headroom` of the member's place to `allocated`.

    Emits: DeductionRegistered, AllowancesBorrowed, what was posted.
    """
    found = _most(state, command)
    assert not isinstance(found, Refusal)
    most, rule = found
    participant = state.participants[command.member_id]
    asset_id, quantity = command.asset_id, command.quantity
    lot = Lot(asset_id, command.vintage, "", "", Day(0), Day(0), SOURCE)
    lot_id, posted = hand_out(state, participant, lot, quantity)
    place = place_of(state, asset_id, participant)
    headroom = state.accounts.house(asset_id, Purpose.HEADROOM, place)
    totals = allocated(state, asset_id, headroom, (place, place), quantity, SOURCE)
    terms = (asset_id, False, quantity, 0, Ground.BORROWED, command.document)
    registered = deductions.register(
        state, RegisterDeduction(command.member_id, command.entity, *terms)
    )
    borrowed = AllowancesBorrowed(
        command.member_id,
        command.entity,
        asset_id,
        participant.holdings[asset_id].account_id,
        lot_id,
        quantity,
        most,
        command.due,
        command.allocated,
        DeductionId(len(state.after_issue.deductions)),
        rule,
        command.document,
    )
    return [*registered, borrowed, *posted, *totals]


def describe(state: State, command: BorrowAllowances) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say who borrows how much of which asset, and what the formula allows."""
    asset = state.assets[command.asset_id]
    found = _most(state, command)
    assert not isinstance(found, Refusal)
    return asset.code, (
        ("participant", f"p{command.member_id}"),
        ("entity", command.entity),
        ("due", format_decimal(command.due, asset.scale)),
        ("allocated", format_decimal(command.allocated, asset.scale)),
        ("most", format_decimal(found[0], asset.scale)),
        ("quantity", format_decimal(command.quantity, asset.scale)),
    )
