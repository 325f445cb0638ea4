"""Offers of a reserve: to sell by agreement, publicly or simply, and to buy back.

Invariants: no sale below the floor of the rulebook; a simplified sale is small; what is offered was
there when it was offered, and is checked again when it is taken.
Rule: `reserves.formula.floor`, `reserves.simplified_max`.
"""

from fractions import Fraction

from exchange.core import evaluation
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.reserves.commands import (
    BuyBack,
    ReleaseSmall,
    ReleaseUnits,
    Terms,
    WithdrawOffer,
)
from exchange.core.reserves.events import ReserveOffered, ReserveOfferWithdrawn
from exchange.core.reserves.grounds import Ground
from exchange.core.reserves.movements import refuse_parties
from exchange.core.reserves.state import Offer
from exchange.core.rules import day_text
from exchange.core.state import Asset, State
from exchange.core.transfers import refuse_give, refuse_spend
from exchange.core.types import CASH_SCALE, OfferId, ParticipantId
from exchange.core.units import NUMBER_MAX, format_decimal, half_up

PRICE_SCALE = 4
PRICE_MAX = 10**15
FLOOR, SIMPLIFIED_MAX = "reserves.formula.floor", "reserves.simplified_max"
NOBODY = ParticipantId(0)


def consideration(asset: Asset, price: int, quantity: int) -> int:
    """Return what a quantity costs, half up to the fen."""
    return half_up(price * quantity, 10 ** (PRICE_SCALE + asset.scale - CASH_SCALE))


def floor(state: State, asset: Asset) -> int:
    """Return the least price by rule, 0 where there is none for this kind of right."""
    if state.rules.find(FLOOR) is None:
        return 0
    try:
        method = evaluation.method(state.rules, FLOOR)
        kinds = {choice.name: asset.kind for choice in method.formula.choices}
        value = evaluation.evaluate(method, state.rules, kinds).value
    except evaluation.NoResult:
        return 0
    return int(value * 10**PRICE_SCALE) // int(10**method.formula.scale)


def _refuse_terms(state: State, terms: Terms, party_id: ParticipantId) -> Refusal | None:
    refusal = refuse_parties(state, terms.reserve_id, party_id, terms.asset_id)
    if refusal is not None:
        return refusal
    if terms.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if terms.price <= 0:
        return state.refuse(RejectReason.PRICE_NOT_POSITIVE)
    if terms.closes_on < max(terms.opens_on, state.today):
        return state.refuse(RejectReason.VALIDITY_BACKWARDS)
    asset = state.assets[terms.asset_id]
    cost = consideration(asset, terms.price, terms.quantity)
    if terms.price > PRICE_MAX or max(terms.quantity, cost) > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    return None


def _refuse_sale(state: State, terms: Terms) -> Refusal | None:
    """Check the price against its floor, and that the reserve has the units."""
    asset = state.assets[terms.asset_id]
    least = floor(state, asset)
    if terms.price < least:
        return state.refuse(
            RejectReason.PRICE_BELOW_FLOOR,
            price=format_decimal(terms.price, PRICE_SCALE),
            floor=format_decimal(least, PRICE_SCALE),
        )
    reserve = state.participants[terms.reserve_id]
    return refuse_give(state, reserve, asset.asset_id, terms.quantity)


def refuse_release(state: State, command: ReleaseUnits) -> Refusal | None:
    refusal = _refuse_terms(state, command.terms, command.party_id)
    return refusal or _refuse_sale(state, command.terms)


def refuse_small(state: State, command: ReleaseSmall) -> Refusal | None:
    terms = command.terms
    refusal = _refuse_terms(state, terms, NOBODY)
    if refusal is not None:
        return refusal
    asset = state.assets[terms.asset_id]
    most = state.rules.find(SIMPLIFIED_MAX, asset.kind)
    if most is None:
        return state.refuse(RejectReason.RULE_MISSING, rule=state.rules.rule_id(SIMPLIFIED_MAX))
    if terms.quantity > Fraction(most.value[0]) * 10**asset.scale:
        return state.refuse(
            RejectReason.SIMPLIFIED_ABOVE_MAXIMUM,
            asset.kind,
            quantity=format_decimal(terms.quantity, asset.scale),
            maximum=most.value[0],
        )
    return _refuse_sale(state, terms)


def refuse_buy_back(state: State, command: BuyBack) -> Refusal | None:
    """Check the terms, and that the reserve has the money."""
    terms = command.terms
    if not command.party_id:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    refusal = _refuse_terms(state, terms, command.party_id)
    if refusal is not None:
        return refusal
    cost = consideration(state.assets[terms.asset_id], terms.price, terms.quantity)
    return refuse_spend(state, state.participants[terms.reserve_id].cash, cost)


def release(state: State, command: ReleaseUnits) -> list[AnyEvent]:
    """Emits: ReserveOffered."""
    ground = Ground.AGREEMENT if command.party_id else Ground.PUBLIC_SALE
    return [_offered(state, ground, command.terms, command.party_id, command.document)]


def release_small(state: State, command: ReleaseSmall) -> list[AnyEvent]:
    """Emits: ReserveOffered."""
    return [_offered(state, Ground.SIMPLIFIED_SALE, command.terms, NOBODY, command.document)]


def buy_back(state: State, command: BuyBack) -> list[AnyEvent]:
    """Emits: ReserveOffered."""
    terms, party_id = command.terms, command.party_id
    return [_offered(state, Ground.REPURCHASED, terms, party_id, command.document)]


def _offered(
    state: State, ground: Ground, terms: Terms, party_id: ParticipantId, document: str
) -> ReserveOffered:
    opens_on = max(terms.opens_on, state.today)
    offer = Offer(
        OfferId(len(state.reserves.offers) + 1),
        ground,
        terms.reserve_id,
        party_id,
        terms.asset_id,
        terms.quantity,
        terms.quantity,
        terms.price,
        opens_on,
        terms.closes_on,
        document,
    )
    state.reserves.offers[offer.offer_id] = offer
    return ReserveOffered(
        offer.offer_id,
        ground,
        terms.reserve_id,
        party_id,
        terms.asset_id,
        terms.quantity,
        terms.price,
        0 if offer.buys else floor(state, state.assets[terms.asset_id]),
        opens_on,
        terms.closes_on,
        state.rules.rule_set,
        document,
    )


def describe_offer(
    state: State, command: ReleaseUnits | BuyBack
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which asset, which reserve, with whom, how much, at which price, until when."""
    terms = command.terms
    asset = state.assets[terms.asset_id]
    return asset.code, (
        ("reserve", f"p{terms.reserve_id}"),
        ("party", f"p{command.party_id}" if command.party_id else ""),
        ("quantity", format_decimal(terms.quantity, asset.scale)),
        ("price", format_decimal(terms.price, PRICE_SCALE)),
        ("closes_on", day_text(terms.closes_on)),
    )


def refuse_withdraw(state: State, command: WithdrawOffer) -> Refusal | None:
    offer = state.reserves.offers.get(command.offer_id)
    if offer is None:
        return state.refuse(RejectReason.OFFER_UNKNOWN)
    return refuse_closed(state, offer, early=True)


def refuse_closed(state: State, offer: Offer, *, early: bool = False) -> Refusal | None:
    """Check that something of an offer can be taken today, or (`early`) today or later."""
    begun = early or offer.opens_on <= state.today
    if begun and not offer.withdrawn and offer.left and state.today <= offer.closes_on:
        return None
    return state.refuse(
        RejectReason.OFFER_NOT_OPEN,
        opens_on=day_text(offer.opens_on),
        closes_on=day_text(offer.closes_on),
        left=format_decimal(offer.left, state.assets[offer.asset_id].scale),
    )


def withdraw(state: State, command: WithdrawOffer) -> list[AnyEvent]:
    """Emits: ReserveOfferWithdrawn."""
    state.reserves.offers[command.offer_id].withdrawn = True
    return [ReserveOfferWithdrawn(command.offer_id, command.document)]
