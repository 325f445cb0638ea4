"""What was approved, what is left of it, and what pending chains have used."""

from dataclasses import dataclass, field

from exchange.core.types import AssetId, ChainId, ParticipantId

Way = tuple[AssetId, ParticipantId, ParticipantId]
"""An asset, who gives it, who takes it."""


@dataclass(slots=True)
class CrossingState:
    approved: dict[Way, int] = field(default_factory=dict)
    left: dict[Way, int] = field(default_factory=dict)
    pended: dict[ChainId, dict[Way, int]] = field(default_factory=dict)
