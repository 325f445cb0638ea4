"""Facts about instruments and assets that never change once listed, kept in memory.

A miss asks the database for that one thing, so a node that did not list the instrument itself
finds it too, and a code that does not exist costs one row's search.
"""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.ext.asyncio import AsyncEngine

from exchange.api import database
from exchange.core.types import CASH, AssetId, InstrumentId
from exchange.errors import NotFound
from exchange.storage.tables import assets, instruments

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class AssetFacts:
    ledger: str
    asset_id: AssetId
    code: str
    kind: str
    unit: str
    scale: int


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """`price_scale` and `asset.scale` are the decimals of prices and quantities."""

    ledger: str
    instrument_id: InstrumentId
    code: str
    price_scale: int
    asset: AssetFacts


class Directory:
    """Instruments and assets by code and by number."""

    def __init__(self, engine: AsyncEngine, codes: dict[int, str]) -> None:
        self._engine = engine
        self._codes = codes
        self._numbers = {code: number for number, code in codes.items()}
        self._assets: dict[tuple[str, str], AssetFacts] = {}
        self._assets_by_id: dict[tuple[str, int], AssetFacts] = {}
        self._rights: dict[str, AssetFacts] = {}
        self._instruments: dict[str, InstrumentFacts] = {}
        self._instruments_by_id: dict[tuple[str, int], InstrumentFacts] = {}

    def instrument_cached(self, code: str) -> InstrumentFacts | None:
        return self._instruments.get(code)

    async def instrument(self, code: str) -> InstrumentFacts:
        """Raises: NotFound `instrument_unknown`."""
        if code not in self._instruments and _CODE.match(code):
            await self._load_instruments(instruments.c.code == code)
        facts = self._instruments.get(code)
        if facts is None:
            raise NotFound("instrument_unknown")
        return facts

    async def instrument_by_id(self, ledger: str, instrument_id: int) -> InstrumentFacts:
        """Return the facts of an instrument that a row names."""
        if (ledger, instrument_id) not in self._instruments_by_id:
            await self._load_instruments(
                instruments.c.ledger == self._numbers[ledger],
                instruments.c.instrument_id == instrument_id,
            )
        return self._instruments_by_id[ledger, instrument_id]

    async def asset(self, ledger: str, code: str) -> AssetFacts:
        """Raises: NotFound `asset_unknown`."""
        known = (ledger, code) in self._assets or ledger not in self._numbers
        if not known and _CODE.match(code):
            await self._load_assets(assets.c.ledger == self._numbers[ledger], assets.c.code == code)
        facts = self._assets.get((ledger, code))
        if facts is None:
            raise NotFound("asset_unknown")
        return facts

    async def asset_anywhere(self, code: str) -> AssetFacts:
        """Find a right by its code in whichever ledger has it; money is none. Raises: NotFound."""
        if code not in self._rights and _CODE.match(code):
            await self._load_assets(assets.c.code == code, assets.c.asset_id != CASH)
        facts = self._rights.get(code)
        if facts is None:
            raise NotFound("asset_unknown")
        return facts

    async def asset_by_id(self, ledger: str, asset_id: int) -> AssetFacts:
        """Return the facts of an asset that a row names."""
        if (ledger, asset_id) not in self._assets_by_id:
            await self._load_assets(
                assets.c.ledger == self._numbers[ledger], assets.c.asset_id == asset_id
            )
        return self._assets_by_id[ledger, asset_id]

    async def _load_assets(self, *which: ColumnElement[bool]) -> None:
        query = select(assets).where(*which).order_by(assets.c.ledger)
        async with database.reading(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        for row in rows:
            self._keep_asset(row)

    async def _load_instruments(self, *which: ColumnElement[bool]) -> None:
        query = select(instruments).where(*which).order_by(instruments.c.ledger)
        async with database.reading(self._engine) as connection:
            rows = (await connection.execute(query)).all()
        for row in rows:
            ledger = self._codes[row.ledger]
            facts = InstrumentFacts(
                ledger,
                InstrumentId(row.instrument_id),
                row.code,
                row.price_scale,
                await self.asset_by_id(ledger, row.asset_id),
            )
            self._instruments.setdefault(row.code, facts)
            self._instruments_by_id[ledger, row.instrument_id] = facts

    def _keep_asset(self, row: Row[Any]) -> None:
        ledger = self._codes[row.ledger]
        facts = AssetFacts(ledger, AssetId(row.asset_id), row.code, row.kind, row.unit, row.scale)
        self._assets[ledger, row.code] = facts
        self._assets_by_id[ledger, row.asset_id] = facts
        if row.asset_id != CASH:
            self._rights.setdefault(row.code, facts)
