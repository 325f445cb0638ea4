"""Taking an offer of a reserve: units against money, both or neither.

Invariants: nobody takes more than is left of an offer; what is paid for units of a reserve goes to
the treasury, what a reserve pays comes out of its own money; no units come into a place that has no
control total of them, or whose target is in red.
Rule: `settlement.prefunding`, `settlement.consideration_rounding`.
"""

from exchange.core.accounts import parcels_of
from exchange.core.budgets import indicators
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.participants import open_holding, unfit
from exchange.core.postings import move
from exchange.core.reasons import RejectReason
from exchange.core.reserves.commands import AcceptOffer
from exchange.core.reserves.movements import moved
from exchange.core.reserves.offers import consideration, refuse_closed
from exchange.core.reserves.state import Offer
from exchange.core.state import Participant, State
from exchange.core.totals import movement
from exchange.core.totals.targets import house_account
from exchange.core.transfers import refuse_give, refuse_spend
from exchange.core.types import CASH, ChainId, Purpose, TransferCode
from exchange.core.units import format_decimal


def refuse_accept(state: State, command: AcceptOffer) -> Refusal | None:
    member = state.participants.get(command.participant_id)
    if member is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    offer = state.reserves.offers.get(command.offer_id)
    if offer is None or offer.party_id not in {0, command.participant_id}:
        return state.refuse(RejectReason.OFFER_UNKNOWN)
    if member.frozen or state.participants[offer.reserve_id].frozen:
        return state.refuse(RejectReason.PARTICIPANT_FROZEN)
    asset = state.assets[offer.asset_id]
    refusal = refuse_closed(state, offer) or _refuse_taker(state, member, offer)
    if refusal is not None:
        return refusal
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    cost = consideration(asset, offer.price, command.quantity)
    if not cost:
        return state.refuse(RejectReason.PRICE_BELOW_MINIMUM)
    if member.participant_id == offer.reserve_id:
        return state.refuse(RejectReason.TRANSFER_TO_SELF)
    if command.quantity > offer.left:
        return state.refuse(
            RejectReason.OFFER_INSUFFICIENT,
            left=format_decimal(offer.left, asset.scale),
            requested=format_decimal(command.quantity, asset.scale),
        )
    return _refuse_means(state, member, offer, command.quantity, cost)


def _refuse_taker(state: State, member: Participant, offer: Offer) -> Refusal | None:
    """Check that the units may go to who takes them: a reserve may have moved since it offered."""
    asset = state.assets[offer.asset_id]
    giver, taker = _sides(state, member, offer)
    if not offer.buys:
        reason = unfit(state, taker, asset)
        if reason is not None:
            return state.refuse(reason, asset.kind)
    elif movement.outside(state, asset.asset_id, taker):
        return state.refuse(RejectReason.CONTROL_TOTAL_MISSING, asset.kind, region=taker.region)
    return indicators.refuse_more(state, asset, taker.region, giver.region)


def _refuse_means(
    state: State, member: Participant, offer: Offer, quantity: int, cost: int
) -> Refusal | None:
    giver, payer = _sides(state, member, offer)
    refusal = refuse_give(state, giver, offer.asset_id, quantity)
    return refusal or refuse_spend(state, payer.cash, cost)


def _sides(state: State, member: Participant, offer: Offer) -> tuple[Participant, Participant]:
    """Return who gives the units, and who pays and takes them."""
    reserve = state.participants[offer.reserve_id]
    return (member, reserve) if offer.buys else (reserve, member)


def accept(state: State, command: AcceptOffer) -> list[AnyEvent]:
    """Posts: the units with their lots; the price to the seller, or to `treasury` for a reserve.

    Emits: AccountOpened and PlaceAccountOpened at first, TransferPosted for units, money and what
    moves on the control totals, ReserveMoved.
    """
    offer = state.reserves.offers[command.offer_id]
    member, asset = state.participants[command.participant_id], state.assets[offer.asset_id]
    quantity = command.quantity
    giver, taker = _sides(state, member, offer)
    events = open_holding(state, taker, asset)
    proceeds = giver.cash
    if not offer.buys:
        proceeds, made = house_account(state, CASH, Purpose.TREASURY)
        events += made
    cost = consideration(asset, offer.price, quantity)
    chain_id = ChainId(state.last_transfer + 1)
    debit, credit = giver.holdings[asset.asset_id], taker.holdings[asset.asset_id]
    units, money = TransferCode.RESERVE, TransferCode.PAYMENT
    parcels = parcels_of(debit.take_parcels(quantity, state.today))
    told = reference(offer)
    events.append(move(state, debit, credit, quantity, units, told, parcels, chain_id))
    events.append(move(state, taker.cash, proceeds, cost, money, told, (), chain_id))
    events += movement.moved(state, asset.asset_id, giver, taker, quantity, told)
    offer.left -= quantity
    entry = moved(
        state,
        offer.ground,
        offer.reserve_id,
        command.participant_id,
        asset.asset_id,
        quantity if offer.buys else -quantity,
        chain_id,
        offer.document,
        consideration_fen=cost,
        offer=(offer.offer_id, offer.left),
    )
    return [*events, entry]


def reference(offer: Offer) -> str:
    """Name the offer on its transfers."""
    return f"reserve offer r{offer.offer_id}"
