"""Facts about instruments and assets that never change once listed, kept in memory.

A miss asks the database, so a node that did not list the instrument itself finds it too.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from exchange.core.types import AssetId, InstrumentId
from exchange.errors import NotFound
from exchange.storage.tables import assets, instruments


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
        self._instruments: dict[str, InstrumentFacts] = {}
        self._by_id: dict[tuple[str, int], InstrumentFacts] = {}
        self._assets_by_id: dict[tuple[str, int], AssetFacts] = {}

    def instrument_cached(self, code: str) -> InstrumentFacts | None:
        return self._instruments.get(code)

    async def instrument(self, code: str) -> InstrumentFacts:
        """Raises: NotFound `instrument_unknown`."""
        if code not in self._instruments:
            await self._load()
        facts = self._instruments.get(code)
        if facts is None:
            raise NotFound("instrument_unknown")
        return facts

    async def instrument_by_id(self, ledger: str, instrument_id: int) -> InstrumentFacts:
        if (ledger, instrument_id) not in self._by_id:
            await self._load()
        return self._by_id[ledger, instrument_id]

    async def asset(self, ledger: str, code: str) -> AssetFacts:
        """Raises: NotFound `asset_unknown`."""
        if (ledger, code) not in self._assets:
            await self._load()
        facts = self._assets.get((ledger, code))
        if facts is None:
            raise NotFound("asset_unknown")
        return facts

    async def asset_anywhere(self, code: str) -> AssetFacts:
        """Find a right by its code in whichever ledger has it. Raises: NotFound."""
        for attempt in range(2):
            for (_, name), facts in self._assets.items():
                if name == code and facts.asset_id:
                    return facts
            if attempt == 0:
                await self._load()
        raise NotFound("asset_unknown")

    async def asset_by_id(self, ledger: str, asset_id: int) -> AssetFacts:
        if (ledger, asset_id) not in self._assets_by_id:
            await self._load()
        return self._assets_by_id[ledger, asset_id]

    async def _load(self) -> None:
        async with self._engine.connect() as connection:
            asset_rows = (await connection.execute(select(assets))).all()
            rows = (await connection.execute(select(instruments))).all()
        for row in asset_rows:
            ledger = self._codes[row.ledger]
            facts = AssetFacts(
                ledger, AssetId(row.asset_id), row.code, row.kind, row.unit, row.scale
            )
            self._assets[ledger, row.code] = facts
            self._assets_by_id[ledger, row.asset_id] = facts
        for row in rows:
            ledger = self._codes[row.ledger]
            found = InstrumentFacts(
                ledger,
                InstrumentId(row.instrument_id),
                row.code,
                row.price_scale,
                self._assets_by_id[ledger, row.asset_id],
            )
            self._instruments.setdefault(row.code, found)
            self._by_id[ledger, row.instrument_id] = found
