"""Water years, overuse and savings as part of a snapshot."""

import msgspec

from exchange.core.water.state import Saving, WaterState, WaterYear


class WaterRecord(msgspec.Struct, array_like=True):
    years: list[WaterYear]
    overuse: list[tuple[str, int, int]]
    savings: list[Saving]


def encode(state: WaterState) -> WaterRecord:
    return WaterRecord(
        list(state.years.values()),
        [(place, year, quantity) for (place, year), quantity in state.overuse.items()],
        list(state.savings.values()),
    )


def restore(record: WaterRecord) -> WaterState:
    return WaterState(
        {year.asset_id: year for year in record.years},
        {(place, year): quantity for place, year, quantity in record.overuse},
        {saving.saving_id: saving for saving in record.savings},
    )
