"""Routes of a reserve's offers: made by regulators, taken by members."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import tuple_

from exchange.api.amounts import parse_amount, parse_day, parse_optional_day
from exchange.api.body import StrictRoute
from exchange.api.directory import AssetFacts
from exchange.api.edge import EdgeDep
from exchange.api.idempotency import IdempotencyKey
from exchange.api.pagination import (
    LEDGER,
    LIMIT_DEFAULT,
    Cursor,
    Limit,
    Page,
    more_after,
    read_cursor,
)
from exchange.api.schemas import ApprovalReceipt, DocumentRequest, LedgerFilter
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import carry_out, initiate, last_day, receipt
from exchange.core.reserves.commands import (
    AcceptOffer,
    BuyBack,
    ReleaseSmall,
    ReleaseUnits,
    Terms,
    WithdrawOffer,
)
from exchange.core.reserves.events import ReserveMoved, ReserveOffered
from exchange.core.types import CASH_SCALE, OfferId, ParticipantId
from exchange.core.units import format_decimal
from exchange.ids import OFFER, PARTICIPANT, TRANSFER, parse_numbered
from exchange.ids import reference as name_of
from exchange.reserves import queries
from exchange.reserves.schemas import (
    AcceptRequest,
    BuyBackRequest,
    OfferReceipt,
    OfferView,
    ReleaseRequest,
    ReleaseSmallRequest,
    TakenReceipt,
)
from exchange.storage.tables_reserves import reserve_offers

router = APIRouter(route_class=StrictRoute)
PATH = "/v1/reserve-offers"


@router.post("/v1/reserves:buy-back", status_code=202, response_model=ApprovalReceipt)
async def buy_back(
    body: BuyBackRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a member be offered a price for its units; it accepts or lets it pass."""
    asset = await edge.directory.asset_anywhere(body.asset)
    party = ParticipantId(parse_numbered(body.party_id, PARTICIPANT))
    act = BuyBack(_terms(body, asset), party, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.post(PATH, status_code=202, response_model=ApprovalReceipt)
async def offer_units(
    body: ReleaseRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that units be offered to one member or to anybody, at a price not below the floor."""
    asset = await edge.directory.asset_anywhere(body.asset)
    party = 0 if body.party_id is None else parse_numbered(body.party_id, PARTICIPANT)
    act = ReleaseUnits(_terms(body, asset), ParticipantId(party), body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.post(f"{PATH}:small", status_code=201, response_model=OfferReceipt)
async def offer_small(
    body: ReleaseSmallRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Offer a small quantity to anybody, by the decision of one regulator."""
    asset = await edge.directory.asset_anywhere(body.asset)
    command = ReleaseSmall(_terms(body, asset), body.document)
    committed = await carry_out(edge, principal, asset.ledger, key, command)
    (event,) = committed.outcome.events
    assert isinstance(event, ReserveOffered)
    return {
        **receipt(asset.ledger, committed, response),
        "offer_id": name_of(asset.ledger, OFFER, event.offer_id),
    }


@router.get(PATH, response_model=Page[OfferView])
async def list_reserve_offers(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List offers: those to anybody and to oneself; readers see all."""
    key = (reserve_offers.c.ledger, reserve_offers.c.offer_id)
    after = read_cursor(cursor, LEDGER, int) or (0, 0)
    query = queries.offers(edge, principal, ledger).where(tuple_(*key) > after).order_by(*key)
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "offer_id")
    today = edge.today()
    items = [await queries.offer_view(edge, row, today) for row in rows[:limit]]
    return {"items": items, "next_cursor": more}


@router.get(f"{PATH}/{{offer_id}}", response_model=OfferView)
async def show_reserve_offer(
    offer_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show an offer to anybody or to oneself."""
    async with edge.reading() as connection:
        row = await queries.find_offer(edge, connection, principal, offer_id)
    return await queries.offer_view(edge, row, edge.today())


@router.post(f"{PATH}/{{offer_id}}:accept", response_model=TakenReceipt)
async def accept_offer(
    offer_id: str,
    body: AcceptRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Take part of an offer: units against money at once, first come first served."""
    async with edge.reading() as connection:
        row = await queries.find_offer(edge, connection, principal, offer_id)
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    command = AcceptOffer(
        ParticipantId(principal.participant_id),
        OfferId(row.offer_id),
        parse_amount(body.quantity, asset.scale, "/quantity"),
    )
    committed = await carry_out(edge, principal, ledger, key, command)
    event = committed.outcome.events[-1]
    assert isinstance(event, ReserveMoved)
    return {
        **receipt(ledger, committed, response),
        "offer_id": offer_id,
        "quantity": format_decimal(abs(event.quantity), asset.scale),
        "value": format_decimal(event.consideration_fen, CASH_SCALE),
        "remaining": format_decimal(event.left, asset.scale),
        "chain_id": name_of(ledger, TRANSFER, event.chain_id),
    }


@router.post(f"{PATH}/{{offer_id}}:withdraw", response_model=OfferReceipt)
async def withdraw_offer(
    offer_id: str,
    body: DocumentRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """End an offer before its last day."""
    async with edge.reading() as connection:
        row = await queries.find_offer(edge, connection, principal, offer_id)
    ledger = edge.ledger_code(row.ledger)
    command = WithdrawOffer(OfferId(row.offer_id), body.document)
    committed = await carry_out(edge, principal, ledger, key, command)
    return {**receipt(ledger, committed, response), "offer_id": offer_id}


def _terms(body: BuyBackRequest | ReleaseRequest | ReleaseSmallRequest, asset: AssetFacts) -> Terms:
    opens_on = parse_optional_day(body.opens_on, "/opens_on")
    return Terms(
        ParticipantId(parse_numbered(body.reserve_id, PARTICIPANT)),
        asset.asset_id,
        parse_amount(body.quantity, asset.scale, "/quantity"),
        parse_amount(body.price, queries.PRICE_SCALE, "/price"),
        opens_on,
        parse_day(body.closes_on, "/closes_on"),
    )
