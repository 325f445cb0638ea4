"""Instruments as rows: what the rulebook gave them, the day's band, whether they are halted."""

import msgspec

from exchange.core.event import Event
from exchange.core.events import BandSet, InstrumentHalted, InstrumentListed, InstrumentResumed
from exchange.storage.projection import Handler, Rows
from exchange.storage.writes import Row, insert, update

LISTED = insert(
    "instruments",
    instrument_id="bigint",
    code="text",
    asset_id="bigint",
    title_zh="text",
    title_en="text",
    price_scale="smallint",
    price_tick="bigint",
    price_min="bigint",
    quantity_step="bigint",
    quantity_min="bigint",
    quantity_max="bigint",
    reference_price="bigint",
    region="text",
    basin="text",
    sector="text",
    rule_set="integer",
    halted="boolean",
    band_day="integer",
    band_reference="bigint",
    band_low="bigint",
    band_high="bigint",
)
CHANGED = update(
    "instruments",
    ("instrument_id",),
    "halted = coalesce(u.halted, t.halted), band_day = coalesce(u.band_day, t.band_day),"
    " band_reference = coalesce(u.band_reference, t.band_reference),"
    " band_low = coalesce(u.band_low, t.band_low), band_high = coalesce(u.band_high, t.band_high)",
    instrument_id="bigint",
    halted="boolean",
    band_day="integer",
    band_reference="bigint",
    band_low="bigint",
    band_high="bigint",
)


class InstrumentsProjection:
    """Table `instruments`."""

    def __init__(self) -> None:
        self._listed: dict[int, InstrumentListed] = {}
        self._bands: dict[int, BandSet] = {}
        self._halted: dict[int, bool] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            InstrumentListed: self._on_listed,
            BandSet: self._on_band,
            InstrumentHalted: self._on_halted,
            InstrumentResumed: self._on_resumed,
        }

    def drain(self) -> Rows:
        listed: list[Row] = []
        changed: list[Row] = []
        for key, event in self._listed.items():
            halted = self._halted.pop(key, False)
            band = _band(self._bands.pop(key, None)) or (0, 0, 0, 0)
            listed.append((*msgspec.structs.astuple(event), halted, *band))
        for key in dict.fromkeys([*self._bands, *self._halted]):
            band = _band(self._bands.get(key)) or (None, None, None, None)
            changed.append((key, self._halted.get(key), *band))
        self._listed, self._bands, self._halted = {}, {}, {}
        return [(write, rows) for write, rows in ((LISTED, listed), (CHANGED, changed)) if rows]

    def _on_listed(self, event: InstrumentListed, _seq: int, _at_ns: int) -> None:
        self._listed[event.instrument_id] = event

    def _on_band(self, event: BandSet, _seq: int, _at_ns: int) -> None:
        self._bands[event.instrument_id] = event

    def _on_halted(self, event: InstrumentHalted, _seq: int, _at_ns: int) -> None:
        self._halted[event.instrument_id] = True

    def _on_resumed(self, event: InstrumentResumed, _seq: int, _at_ns: int) -> None:
        self._halted[event.instrument_id] = False


def _band(event: BandSet | None) -> tuple[int | None, ...] | None:
    return None if event is None else (event.day, event.reference_price, event.low, event.high)
