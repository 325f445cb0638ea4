"""Renewal of rights: a lot that is about to end is issued anew by the quantity verified again.

Invariants: what is issued anew is no more than what ends, and no more than the member's permits
allow after the old lot's last day; the rest goes back to what the place has left, so the total
stays the same. What was not paid for in full is not renewed.
Rule: `permits.years` (a right lasts five years in principle), `permits.required`.
"""

from exchange.core.accounts import LOT_MASK, Account
from exchange.core.endings import return_units
from exchange.core.events import AnyEvent
from exchange.core.handing_out import hand_out
from exchange.core.locks import drawing, locking
from exchange.core.outcomes import Refusal
from exchange.core.permits.commands import RenewRight
from exchange.core.permits.events import RightRenewed
from exchange.core.permits.terms import refuse_validity, whole_term
from exchange.core.permits.usable import bound, permitted
from exchange.core.reasons import RejectReason
from exchange.core.reclaim import insufficient, reachable
from exchange.core.rules import day_text
from exchange.core.state import Lot, State
from exchange.core.totals import places
from exchange.core.totals.movement import post_chain
from exchange.core.types import CASH_SCALE, Day, LockKind, LotId, Purpose, TransferCode
from exchange.core.units import format_decimal

OWN_USE = LockKind.OWN_USE


def refuse_renew(state: State, command: RenewRight) -> Refusal | None:
    account = state.accounts.all.get(command.account_id)
    if account is None or account.purpose is not Purpose.HOLDING:
        return state.refuse(RejectReason.ACCOUNT_UNKNOWN)
    if not state.is_of(command.lot_id, account.asset_id):
        return state.refuse(RejectReason.LOT_UNKNOWN)
    old = state.lots[command.lot_id]
    if not old.valid_to:
        return state.refuse(RejectReason.LOT_HAS_NO_END)
    if old.valid_to < state.today:
        return state.refuse(
            RejectReason.LOT_ENDED, valid_to=day_text(old.valid_to), today=day_text(state.today)
        )
    refusal = _refuse_unpaid(state, account, command.lot_id)
    if refusal is not None:
        return refusal
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    first = Day(old.valid_to + 1)
    refusal = refuse_validity(state, first, whole_term(state, first, command.valid_to))
    return refusal or _refuse_quantity(state, account, command, old)


def _refuse_unpaid(state: State, account: Account, lot_id: LotId) -> Refusal | None:
    """Check that a member does not owe for the lot: a new one would be out of a recall's reach."""
    unpaid_fen = sum(
        invoice.amount_fen
        for contract in state.paid_use.contracts.values()
        if (contract.lot_id, contract.participant_id) == (lot_id, account.participant_id)
        for invoice in contract.unpaid()
    )
    if not unpaid_fen:
        return None
    unpaid = format_decimal(unpaid_fen, CASH_SCALE)
    return state.refuse(RejectReason.CONTRACT_UNPAID, unpaid=unpaid)


def _refuse_quantity(
    state: State, account: Account, command: RenewRight, old: Lot
) -> Refusal | None:
    asset = state.assets[account.asset_id]
    participant = state.participants[account.participant_id]
    there = reachable(state, participant, asset.asset_id, command.lot_id)
    if there < command.quantity:
        return insufficient(state, asset, there, command.quantity)
    if not bound(state, participant):
        return None
    day = Day(old.valid_to + 1)
    verified = permitted(state, account.participant_id, asset, day)
    kept = _valid_on(state, account, day)
    if kept + command.quantity <= verified:
        return None
    return state.refuse(
        RejectReason.RENEWAL_ABOVE_VERIFIED,
        asset.kind,
        verified=format_decimal(verified, asset.scale),
        held=format_decimal(kept, asset.scale),
        requested=format_decimal(command.quantity, asset.scale),
    )


def _valid_on(state: State, account: Account, day: Day) -> int:
    """Count what an account holds, locked or set aside or not, that still is valid on a day."""
    parts = [(LotId(key & LOT_MASK), quantity) for key, quantity in account.parcels]
    parts += [(one.lot_id, one.quantity) for one in state.locks.on(account.account_id)]
    apart = [
        leg.parcels for each in state.pending.values() for leg in each.legs if leg.debit is account
    ]
    apart += [each.parcels for each in state.freezes.values() if each.account is account]
    parts += [(parcel.lot_id, parcel.quantity) for parcels in apart for parcel in parcels]
    ends = [(state.lots[lot_id].valid_to, quantity) for lot_id, quantity in parts]
    return sum(quantity for valid_to, quantity in ends if not valid_to or valid_to >= day)


def renew(state: State, command: RenewRight) -> list[AnyEvent]:
    """End a lot on a holding and issue a part of it anew; what was for own use stays so.

    Emits: as `return_units`, LotCreated, TransferPosted, UnitsLocked, RightRenewed.
    """
    account = state.accounts.all[command.account_id]
    participant = state.participants[account.participant_id]
    own_use = drawing.kept(state, account, command.lot_id, OWN_USE)
    there = reachable(state, participant, account.asset_id, command.lot_id)
    terms = (there, TransferCode.RENEW, command.document, command.lot_id)
    events = return_units(state, participant, account.asset_id, *terms)
    lot_id, issued = _issue(state, account, command)
    events += issued
    locked = min(own_use, command.quantity)
    if locked:
        ground = ("renewed", command.document)
        events.append(locking.put(state, account, (lot_id, locked), OWN_USE, *ground))
    told = (lot_id, command.quantity, there - command.quantity, command.document)
    return [*events, RightRenewed(account.account_id, command.lot_id, *told)]


def _issue(state: State, account: Account, command: RenewRight) -> tuple[LotId, list[AnyEvent]]:
    """Issue a lot to the holding out of what the place has left."""
    old, quantity = state.lots[command.lot_id], command.quantity
    last = whole_term(state, Day(old.valid_to + 1), command.valid_to)
    origin = (old.vintage, old.region, old.basin, state.today, last, command.document)
    lot, code = Lot(account.asset_id, *origin), TransferCode.RENEW
    participant = state.participants[account.participant_id]
    lot_id, events = hand_out(state, participant, lot, quantity, code=code)
    if account.asset_id in state.totals.places:
        place = places.of(state, account.asset_id, participant.region)
        assert place is not None
        house = state.accounts.house
        leg = (
            house(account.asset_id, Purpose.HEADROOM, place),
            house(account.asset_id, Purpose.ALLOCATED, place),
            quantity,
        )
        events += post_chain(state, [leg], code, command.document)
    return lot_id, events


def describe_renew(state: State, command: RenewRight) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which right of whom, which lot, how much of it, until when."""
    account = state.accounts.all[command.account_id]
    asset = state.assets[account.asset_id]
    old = state.lots[command.lot_id]
    last = whole_term(state, Day(old.valid_to + 1), command.valid_to)
    return asset.code, (
        ("participant", f"p{account.participant_id}"),
        ("lot", f"l{command.lot_id}"),
        ("quantity", format_decimal(command.quantity, asset.scale)),
        ("valid_to", day_text(last)),
    )
