"""The government's reserves: what comes in, what is offered, who takes it."""

from datetime import date
from typing import Literal

from steppe.amounts import Amount, day_text, decimal_text
from steppe.models import (
    ApprovalReceipt,
    OfferReceipt,
    Page,
    Reserve,
    ReserveMovement,
    ReserveOffer,
    TakenReceipt,
)
from steppe.request import Request, command, get, given, listing, segment


def reserves(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[Reserve]]:
    """List what reserves hold."""
    return listing("/v1/reserves", Reserve, ledger=ledger, limit=limit, cursor=cursor)


def reserve_movements(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[ReserveMovement]]:
    """List what came into reserves and went out, each with its ground."""
    path = "/v1/reserve-movements"
    return listing(path, ReserveMovement, ledger=ledger, limit=limit, cursor=cursor)


def reserve_offers(
    *, ledger: str | None = None, limit: int | None = None, cursor: str | None = None
) -> Request[Page[ReserveOffer]]:
    """List offers of reserves to anybody and to you."""
    path = "/v1/reserve-offers"
    return listing(path, ReserveOffer, ledger=ledger, limit=limit, cursor=cursor)


def reserve_offer(offer_id: str) -> Request[ReserveOffer]:
    """Show an offer of a reserve."""
    return get(_offer(offer_id), ReserveOffer)


def retain_units(
    *,
    asset: str,
    reserve_id: str,
    place: str,
    quantity: Amount,
    document: str,
    valid_to: date | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that what a place set aside for the government go to a reserve (regulator)."""
    body = given(
        asset=asset,
        reserve_id=reserve_id,
        place=place,
        quantity=decimal_text(quantity),
        document=document,
        valid_to=valid_to and day_text(valid_to),
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/reserves:retain", ApprovalReceipt, body, idempotency_key=idempotency_key)


def take_into_reserve(
    *,
    asset: str,
    reserve_id: str,
    holder_id: str,
    quantity: Amount,
    recovery: Literal["closed", "bankrupt", "moved_out", "government_cut"],
    document: str,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that units of a member that is gone be taken without payment (regulator)."""
    body = given(
        asset=asset,
        reserve_id=reserve_id,
        holder_id=holder_id,
        quantity=decimal_text(quantity),
        ground=recovery,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    return command("/v1/reserves:take-in", ApprovalReceipt, body, idempotency_key=idempotency_key)


def buy_back(
    *,
    asset: str,
    reserve_id: str,
    party_id: str,
    quantity: Amount,
    price: Amount,
    closes_on: date,
    document: str,
    opens_on: date | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that a member be offered a price for its units (regulator); it may accept."""
    body = given(
        **_terms(asset, reserve_id, quantity, price, opens_on, closes_on),
        party_id=party_id,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = "/v1/reserves:buy-back"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def offer_units(
    *,
    asset: str,
    reserve_id: str,
    quantity: Amount,
    price: Amount,
    closes_on: date,
    document: str,
    party_id: str | None = None,
    opens_on: date | None = None,
    expires_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[ApprovalReceipt]:
    """Ask that units of a reserve be offered to one member or to anybody (regulator)."""
    body = given(
        **_terms(asset, reserve_id, quantity, price, opens_on, closes_on),
        party_id=party_id,
        document=document,
        expires_on=expires_on and day_text(expires_on),
    )
    path = "/v1/reserve-offers"
    return command(path, ApprovalReceipt, body, idempotency_key=idempotency_key)


def offer_small(
    *,
    asset: str,
    reserve_id: str,
    quantity: Amount,
    price: Amount,
    closes_on: date,
    document: str,
    opens_on: date | None = None,
    idempotency_key: str | None = None,
) -> Request[OfferReceipt]:
    """Offer a small quantity of a reserve to anybody (one regulator)."""
    terms = _terms(asset, reserve_id, quantity, price, opens_on, closes_on)
    body = {**terms, "document": document}
    path = "/v1/reserve-offers:small"
    return command(path, OfferReceipt, body, idempotency_key=idempotency_key)


def accept_offer(
    offer_id: str, *, quantity: Amount, idempotency_key: str | None = None
) -> Request[TakenReceipt]:
    """Take part of an offer: units against money at once."""
    path = f"{_offer(offer_id)}:accept"
    body = {"quantity": decimal_text(quantity)}
    return command(path, TakenReceipt, body, idempotency_key=idempotency_key)


def withdraw_offer(
    offer_id: str, *, document: str, idempotency_key: str | None = None
) -> Request[OfferReceipt]:
    """End an offer of a reserve before its last day (regulator)."""
    path = f"{_offer(offer_id)}:withdraw"
    return command(path, OfferReceipt, {"document": document}, idempotency_key=idempotency_key)


def _offer(offer_id: str) -> str:
    return f"/v1/reserve-offers/{segment(offer_id)}"


def _terms(  # noqa: PLR0917
    asset: str,
    reserve_id: str,
    quantity: Amount,
    price: Amount,
    opens_on: date | None,
    closes_on: date,
) -> dict[str, object]:
    return given(
        asset=asset,
        reserve_id=reserve_id,
        quantity=decimal_text(quantity),
        price=decimal_text(price),
        opens_on=opens_on and day_text(opens_on),
        closes_on=day_text(closes_on),
    )
