"""Pots of a control total: what a place sets aside of what it has left, and the rest it cancels.

A pot is an account of its own, so nothing but its purpose can draw on it. Units made for a pot may
still be issued: what may be issued is what all places have left, in pots or not.
Rule: `totals.hard_limit`; `totals.pots_by_act`: pots that only an act of their own fills.
"""

from typing import Final

from exchange.core.accounts import Account
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.totals import places
from exchange.core.totals.commands import CancelTotal, SetAside
from exchange.core.totals.events import TotalCancelled, TotalSetAside
from exchange.core.totals.movement import post_chain
from exchange.core.totals.targets import described, house_account, insufficient
from exchange.core.types import CASH, HOUSE, AssetId, Pot, Purpose, TransferCode
from exchange.core.units import NUMBER_MAX, format_decimal

POTS: Final = tuple(Pot)


def key(place: str, pot: str) -> str:
    """Return the place of a pot's account."""
    return f"{place}:{pot}"


def find(state: State, asset_id: AssetId, place: str, pot: str) -> Account | None:
    """Return the account of a pot, if anything was ever put there."""
    return state.accounts.find(HOUSE, asset_id, Purpose.RESERVED, key(place, pot))


def pot_of(state: State, asset_id: AssetId, place: str, pot: str) -> tuple[Account, list[AnyEvent]]:
    """Return a pot's account, made if it is not there. Emits: PlaceAccountOpened."""
    return house_account(state, asset_id, Purpose.RESERVED, key(place, pot))


def source_of(state: State, asset_id: AssetId, place: str, pot: str) -> Account | None:
    """Return what a place has left or, if one is named, its pot: None if there is no such pot."""
    if pot:
        return find(state, asset_id, place, pot)
    return state.accounts.house(asset_id, Purpose.HEADROOM, place)


def refuse_short(
    state: State, asset_id: AssetId, place: str, pot: str, quantity: int
) -> Refusal | None:
    """Check that what a place has left, or the pot that is named, has a quantity."""
    account = source_of(state, asset_id, place, pot)
    there = 0 if account is None else account.available
    if there >= quantity:
        return None
    if pot:
        return drained(state, asset_id, (place, pot), there, quantity)
    return insufficient(state, asset_id, place, there, quantity)


def drained(
    state: State,
    asset_id: AssetId,
    pot: tuple[str, str],
    there: int,
    requested: int,
    **figures: str,
) -> Refusal:
    """Refuse what the pot of a place has not enough for."""
    asset = state.assets[asset_id]
    return state.refuse(
        RejectReason.POT_INSUFFICIENT,
        asset.kind,
        place=pot[0],
        pot=pot[1],
        available=format_decimal(there, asset.scale),
        requested=format_decimal(requested, asset.scale),
        **figures,
    )


def _refuse_place(state: State, asset_id: AssetId, place: str) -> Refusal | None:
    if asset_id == CASH or asset_id not in state.assets:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if place not in state.totals.places.get(asset_id, {}):
        return state.refuse(RejectReason.CONTROL_TOTAL_UNKNOWN, place=place)
    return None


def refuse_set_aside(state: State, command: SetAside) -> Refusal | None:
    asset_id, place, quantity = command.asset_id, command.place, command.quantity
    refusal = _refuse_place(state, asset_id, place)
    if refusal is not None:
        return refusal
    if command.pot not in POTS:
        return state.refuse(RejectReason.POT_UNKNOWN, pot=command.pot)
    if not quantity:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if quantity < 0:
        return refuse_short(state, asset_id, place, command.pot, -quantity)
    if command.pot in state.rules.names("totals.pots_by_act"):
        return state.refuse(RejectReason.POT_NEEDS_ACT, pot=command.pot)
    return refuse_short(state, asset_id, place, "", quantity)


def set_aside(state: State, command: SetAside) -> list[AnyEvent]:
    """Posts: `headroom` to the pot, or back.

    Emits: PlaceAccountOpened for a new pot, TotalSetAside, TransferPosted.
    """
    asset_id, place, quantity = command.asset_id, command.place, command.quantity
    pot, events = pot_of(state, asset_id, place, command.pot)
    headroom = state.accounts.house(asset_id, Purpose.HEADROOM, place)
    leg = (headroom, pot, quantity) if quantity > 0 else (pot, headroom, -quantity)
    told = TotalSetAside(asset_id, place, command.pot, quantity, pot.account_id, command.document)
    posted = post_chain(state, [leg], TransferCode.SET_ASIDE, command.document)
    return [*events, told, *posted]


def describe_set_aside(state: State, command: SetAside) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which asset's total, of which place, how much into which pot."""
    subject, figures = described(
        state, command.asset_id, command.place, "quantity", command.quantity
    )
    return subject, (*figures, ("pot", command.pot))


def refuse_cancel(state: State, command: CancelTotal) -> Refusal | None:
    refusal = _refuse_place(state, command.asset_id, command.place)
    if refusal is not None:
        return refusal
    if not 0 < command.quantity <= NUMBER_MAX:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    return refuse_short(state, command.asset_id, command.place, "", command.quantity)


def cancel(state: State, command: CancelTotal) -> list[AnyEvent]:
    """Posts: `headroom` to `target`, and the cap's share to `source`.

    Emits: TotalCancelled, TransferPosted.
    """
    asset_id, place, quantity = command.asset_id, command.place, command.quantity
    known = state.totals.places[asset_id]
    concerned = tuple([one for one in places.chain(place) if one in known])
    house = state.accounts.house
    legs = [
        (house(asset_id, Purpose.HEADROOM, place), house(asset_id, Purpose.TARGET), quantity),
        (house(asset_id, Purpose.ISSUABLE), house(asset_id, Purpose.SOURCE), quantity),
    ]
    return [
        TotalCancelled(asset_id, place, quantity, concerned, command.document),
        *post_chain(state, legs, TransferCode.CANCEL_TOTAL, command.document),
    ]


def describe_cancel(state: State, command: CancelTotal) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which asset's total, of which place, how much less."""
    return described(state, command.asset_id, command.place, "quantity", command.quantity)
