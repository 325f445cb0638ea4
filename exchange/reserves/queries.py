"""What is read of reserves: their balances, offers and movements."""

from typing import Any

from sqlalchemy import Row, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.api.amounts import format_day, format_time
from exchange.api.edge import Edge
from exchange.api.security import ledger_numbers, visible_participant
from exchange.api.tokens import Principal
from exchange.core.types import CASH_SCALE, AccountType, Purpose
from exchange.core.units import format_decimal
from exchange.errors import NotFound
from exchange.ids import ACCOUNT, OFFER, PARTICIPANT, TRANSFER, numbered, parse_reference
from exchange.ids import reference as name_of
from exchange.storage.tables import accounts, admissions
from exchange.storage.tables_reserves import reserve_movements, reserve_offers

PRICE_SCALE = 4


def reserves(edge: Edge, principal: Principal, ledger: str | None) -> Select[Any]:
    """Select what reserves hold: readers see all, others their own."""
    query = (
        select(accounts)
        .join(
            admissions,
            and_(
                admissions.c.ledger == accounts.c.ledger,
                admissions.c.participant_id == accounts.c.participant_id,
            ),
        )
        .where(
            accounts.c.ledger.in_(ledger_numbers(edge, principal, ledger)),
            admissions.c.account_type == AccountType.GOV_RESERVE,
            accounts.c.purpose == Purpose.HOLDING,
        )
    )
    own = visible_participant(principal, None)
    return query if own is None else query.where(accounts.c.participant_id == own)


def offers(edge: Edge, principal: Principal, ledger: str | None) -> Select[Any]:
    """Select offers: readers see all, others those to anybody and those to themselves."""
    t = reserve_offers.c
    query = select(reserve_offers).where(t.ledger.in_(ledger_numbers(edge, principal, ledger)))
    own = visible_participant(principal, None)
    if own is None:
        return query
    return query.where(or_(t.party_id.in_((0, own)), t.reserve_id == own))


def movements(edge: Edge, principal: Principal, ledger: str | None) -> Select[Any]:
    """Select movements: readers see all, others those that they are a side of."""
    t = reserve_movements.c
    query = select(reserve_movements).where(t.ledger.in_(ledger_numbers(edge, principal, ledger)))
    own = visible_participant(principal, None)
    if own is None:
        return query
    return query.where(or_(t.party_id == own, t.reserve_id == own))


async def find_offer(
    edge: Edge, connection: AsyncConnection, principal: Principal, offer_id: str
) -> Row[Any]:
    """Return an offer that the principal may see. Raises: NotFound."""
    ledger, number = parse_reference(offer_id, OFFER)
    query = offers(edge, principal, ledger).where(reserve_offers.c.offer_id == number)
    row: Row[Any] | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("offer_unknown")
    return row


async def reserve_view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    return {
        "ledger": ledger,
        "reserve_id": numbered(PARTICIPANT, row.participant_id),
        "asset": asset.code,
        "unit": asset.unit,
        "account_id": name_of(ledger, ACCOUNT, row.account_id),
        "quantity": format_decimal(row.posted, asset.scale),
        "held": format_decimal(row.held, asset.scale),
    }


async def offer_view(edge: Edge, row: Row[Any], today: int) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    return {
        "offer_id": name_of(ledger, OFFER, row.offer_id),
        "ledger": ledger,
        "asset": asset.code,
        "unit": asset.unit,
        "ground": row.ground,
        "reserve_id": numbered(PARTICIPANT, row.reserve_id),
        "party_id": numbered(PARTICIPANT, row.party_id) if row.party_id else None,
        "quantity": format_decimal(row.quantity, asset.scale),
        "remaining": format_decimal(row.remaining, asset.scale),
        "price": format_decimal(row.price, PRICE_SCALE),
        "floor": format_decimal(row.floor, PRICE_SCALE) if row.floor else None,
        "opens_on": format_day(row.opens_on),
        "closes_on": format_day(row.closes_on),
        "status": _status(row, today),
        "document": row.document,
        "withdrawn_document": row.withdrawn_document,
        "sequence": row.offered_seq,
    }


def _status(row: Row[Any], today: int) -> str:
    if row.withdrawn_seq is not None:
        return "withdrawn"
    if not row.remaining:
        return "taken"
    if today > row.closes_on:
        return "closed"
    return "open" if row.opens_on <= today else "waiting"


async def movement_view(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    return {
        "movement": row.movement_id,
        "ledger": ledger,
        "asset": asset.code,
        "unit": asset.unit,
        "ground": row.ground,
        "reserve_id": numbered(PARTICIPANT, row.reserve_id),
        "party_id": numbered(PARTICIPANT, row.party_id) if row.party_id else None,
        "quantity": format_decimal(row.quantity, asset.scale),
        "value": format_decimal(row.consideration_fen, CASH_SCALE),
        "offer_id": name_of(ledger, OFFER, row.offer_id) if row.offer_id else None,
        "chain_id": name_of(ledger, TRANSFER, row.chain_id),
        "document": row.document,
        "moved_at": format_time(row.at_ns),
        "sequence": row.seq,
    }
