"""What a member could surrender: its lots that count, free on its accounts, at prices of the day.

What is set aside counts off the account, not off a lot: a proposal may name a lot that is frozen,
and the surrender is then refused with what is there of it.
"""

from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.compliance.portfolio import Candidate
from exchange.compliance.queries import Found
from exchange.core.types import Purpose
from exchange.storage.tables import (
    accounts,
    assets,
    holdings,
    instrument_days,
    instruments,
    lots,
)

PRICE_DECIMALS = 9


async def candidates(
    connection: AsyncConnection, obligation: Found, today: int, prices: dict[int, int]
) -> list[Candidate]:
    """Return the lots that may be surrendered for an obligation, each with what is free."""
    kinds = [obligation.kind, *obligation.offset_kinds.split()]
    quantity = func.sum(holdings.c.quantity).label("there")
    query = (
        select(
            lots.c.lot_id,
            lots.c.asset_id,
            lots.c.vintage,
            assets.c.kind,
            (accounts.c.posted - accounts.c.held).label("free"),
            quantity,
        )
        .select_from(holdings)
        .join(
            accounts,
            and_(
                accounts.c.ledger == holdings.c.ledger,
                accounts.c.account_id == holdings.c.account_id,
            ),
        )
        .join(lots, and_(lots.c.ledger == holdings.c.ledger, lots.c.lot_id == holdings.c.lot_id))
        .join(assets, and_(assets.c.ledger == lots.c.ledger, assets.c.asset_id == lots.c.asset_id))
        .where(
            holdings.c.ledger == obligation.ledger,
            holdings.c.quantity > 0,
            accounts.c.participant_id == obligation.participant_id,
            accounts.c.purpose == Purpose.HOLDING,
            assets.c.kind.in_(kinds),
            lots.c.valid_from <= today,
            or_(lots.c.valid_to == 0, lots.c.valid_to >= today),
        )
        .group_by(
            lots.c.lot_id,
            lots.c.asset_id,
            lots.c.vintage,
            assets.c.kind,
            accounts.c.posted,
            accounts.c.held,
        )
        .order_by(lots.c.vintage, lots.c.lot_id)
    )
    rows = (await connection.execute(query)).all()
    return _free(rows, obligation, prices)


def _free(rows: Any, obligation: Found, prices: dict[int, int]) -> list[Candidate]:
    """Let the lots of each asset share what is free of it, oldest first."""
    left: dict[int, int] = {}
    vintages = obligation.vintages.split()
    found = []
    for row in rows:
        offset = row.kind != obligation.kind
        if not offset and vintages and row.vintage not in vintages:
            continue
        free = min(int(row.there), left.setdefault(row.asset_id, row.free))
        left[row.asset_id] -= free
        price = prices.get(row.asset_id)
        found.append(Candidate(row.lot_id, row.asset_id, row.vintage, free, offset, price))
    return found


async def day_prices(connection: AsyncConnection, ledger: int) -> dict[int, int]:
    """Return the cheapest price of each asset: of its last day traded, else its reference.

    Units: 10**-`PRICE_DECIMALS` yuan.
    """
    last = (
        select(instrument_days.c.last)
        .where(
            instrument_days.c.ledger == instruments.c.ledger,
            instrument_days.c.instrument_id == instruments.c.instrument_id,
            instrument_days.c.trades > 0,
        )
        .order_by(instrument_days.c.day.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(
        instruments.c.asset_id,
        instruments.c.price_scale,
        func.coalesce(last, instruments.c.reference_price).label("price"),
    ).where(instruments.c.ledger == ledger)
    prices: dict[int, int] = {}
    for row in await connection.execute(query):
        if row.price > 0:
            price = row.price * 10 ** (PRICE_DECIMALS - row.price_scale)
            prices[row.asset_id] = min(price, prices.get(row.asset_id, price))
    return prices


async def price_of_kind(
    connection: AsyncConnection, obligation: Found, prices: dict[int, int]
) -> int | None:
    """Return what a unit that counts costs at least, or None when nothing is known."""
    query = select(assets.c.asset_id, assets.c.vintage).where(
        assets.c.ledger == obligation.ledger, assets.c.kind == obligation.kind
    )
    vintages = obligation.vintages.split()
    found = [
        prices[row.asset_id]
        for row in await connection.execute(query)
        if row.asset_id in prices and (not vintages or row.vintage in vintages)
    ]
    return min(found, default=None)
