"""Commands of voluntary cancellation."""

from exchange.core.command import Command
from exchange.core.types import LotId, ParticipantId


class CancelUnits(Command, frozen=True):
    """End units of one's own lot for good. Takes two people of the holder.

    `beneficiary` is in whose name they are claimed, `purpose` for what: both are public.
    """

    participant_id: ParticipantId
    lot_id: LotId
    quantity: int
    beneficiary: str
    purpose: str


CancellationCommand = CancelUnits
