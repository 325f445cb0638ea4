"""The route that proposes what to surrender. It changes nothing."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter

from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.problems import RESPONSES
from exchange.api.security import CurrentPrincipal, reads_all
from exchange.compliance import holdings
from exchange.compliance.portfolio import Choice, cheapest
from exchange.compliance.queries import find_obligation
from exchange.compliance.schemas import PortfolioView, SimulateRequest
from exchange.compliance.views import duty_asset
from exchange.core.types import CASH_SCALE
from exchange.core.units import format_decimal, half_up
from exchange.errors import NotFound
from exchange.ids import LOT
from exchange.ids import reference as name_of

MILLION = 1_000_000

router = APIRouter(tags=["compliance"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/v1/surrenders:simulate", response_model=PortfolioView)
async def simulate_surrender(
    body: SimulateRequest, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Propose the cheapest lots that meet what is owed, and tell what is missing.

    Prices are those of the last day traded, else the reference; the oldest of equal price go first.
    It shows what the entity holds: who only verifies its reports does not see that.
    """
    today = edge.today()
    async with edge.reading() as connection:
        row = await find_obligation(edge, connection, principal, body.obligation_id)
        if row.participant_id != principal.participant_id and not reads_all(principal):
            raise NotFound("obligation_unknown")
        prices = await holdings.day_prices(connection, row.ledger)
        lots = await holdings.candidates(connection, row, today, prices)
        cheap = await holdings.price_of_kind(connection, row, prices)
    asset = await duty_asset(edge, row)
    scale = asset.scale
    owed = max(0, row.due - row.surrendered)
    most = row.due * row.offset_ppm // (MILLION * 10**scale) * 10**scale
    chosen = cheapest(lots, owed, most - row.offset_quantity)
    given = sum(one.quantity for one in chosen)
    offset = sum(one.quantity for one in chosen if one.candidate.offset)
    missing = owed - given
    known = missing > 0 and cheap is not None
    return {
        "obligation_id": body.obligation_id,
        "due": format_decimal(row.due, scale),
        "surrendered": format_decimal(row.surrendered, scale),
        "offset_max": format_decimal(most, scale),
        "items": [await _proposed(edge, asset.ledger, one, scale) for one in chosen],
        "quantity": format_decimal(given, scale),
        "offset": format_decimal(offset, scale),
        "value": _value([(one.quantity, one.candidate.price or 0) for one in chosen], scale),
        "missing": format_decimal(missing, scale),
        "missing_price": _price(cheap) if known else None,
        "missing_value": _value([(missing, cheap or 0)], scale) if known else None,
    }


async def _proposed(edge: Edge, ledger: str, one: Choice, scale: int) -> dict[str, Any]:
    lot = one.candidate
    asset = await edge.directory.asset_by_id(ledger, lot.asset_id)
    return {
        "lot_id": name_of(ledger, LOT, lot.lot_id),
        "asset": asset.code,
        "vintage": lot.vintage,
        "quantity": format_decimal(one.quantity, scale),
        "price": _price(lot.price),
    }


def _price(price: int | None) -> str | None:
    """Write a price in yuan without trailing zeros, but with fen."""
    if price is None:
        return None
    whole, _, rest = format_decimal(price, holdings.PRICE_DECIMALS).partition(".")
    return f"{whole}.{rest.rstrip('0').ljust(CASH_SCALE, '0')}"


def _value(parts: Sequence[tuple[int, int]], scale: int) -> str:
    """Return what quantities come to at their prices, in yuan, rounded half up to fen."""
    exact = sum(quantity * price for quantity, price in parts)
    fen = half_up(exact, 10 ** (scale + holdings.PRICE_DECIMALS - CASH_SCALE))
    return format_decimal(fen, CASH_SCALE)
