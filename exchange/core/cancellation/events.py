"""What was cancelled; the posting follows as a transfer."""

from exchange.core.event import Event
from exchange.core.types import AssetId, CancellationId, LotId, ParticipantId


class UnitsCancelled(Event, frozen=True):
    cancellation_id: CancellationId
    participant_id: ParticipantId
    asset_id: AssetId
    lot_id: LotId
    quantity: int
    beneficiary: str
    purpose: str


CancellationEvent = UnitsCancelled
