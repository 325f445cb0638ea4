"""Which places have a total of which asset. How much is on the accounts."""

from dataclasses import dataclass, field

from exchange.core.types import AssetId


@dataclass(slots=True)
class TotalsState:
    """The places of each asset that has a total, in order of entry: the first is the root."""

    places: dict[AssetId, dict[str, None]] = field(default_factory=dict)
