"""How much of each asset its holders cancelled. What was claimed by whom the journal tells."""

from dataclasses import dataclass, field

from exchange.core.types import AssetId


@dataclass(slots=True)
class CancellationState:
    """`cancelled` is in smallest units; `last` is the number of the last cancellation."""

    last: int = 0
    cancelled: dict[AssetId, int] = field(default_factory=dict)
