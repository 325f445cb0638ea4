"""The water years of assets, what was used over a share, and the savings that were verified."""

from dataclasses import dataclass, field

from exchange.core.types import AssetId, SavingId


@dataclass(slots=True)
class WaterYear:
    """The year an asset is the water of; `shares` are the totals last set, the region's first."""

    asset_id: AssetId
    year: int
    revision: int
    ratio_ppm: int
    shares: dict[str, int]


@dataclass(slots=True, frozen=True)
class Saving:
    saving_id: SavingId
    asset_id: AssetId
    place: str
    district: str
    potential: int
    tradable: int


@dataclass(slots=True)
class WaterState:
    """`overuse` is by place and year, in cubic metres."""

    years: dict[AssetId, WaterYear] = field(default_factory=dict)
    overuse: dict[tuple[str, int], int] = field(default_factory=dict)
    savings: dict[SavingId, Saving] = field(default_factory=dict)
