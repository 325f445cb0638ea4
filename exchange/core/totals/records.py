"""The places with totals as part of a snapshot."""

import msgspec

from exchange.core.totals.state import TotalsState
from exchange.core.types import AssetId


class TotalsRecord(msgspec.Struct, array_like=True):
    places: list[tuple[AssetId, list[str]]]


def encode(state: TotalsState) -> TotalsRecord:
    return TotalsRecord([(asset_id, list(places)) for asset_id, places in state.places.items()])


def restore(record: TotalsRecord) -> TotalsState:
    return TotalsState({asset_id: dict.fromkeys(places) for asset_id, places in record.places})
