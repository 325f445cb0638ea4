"""The command that lets a right leave its league. It takes two people."""

from exchange.core.command import Command
from exchange.core.types import AssetId, ParticipantId


class ApproveCrossRegion(Command, frozen=True):
    """Let one member transfer up to a quantity of an asset to one of another league."""

    asset_id: AssetId
    giver_id: ParticipantId
    taker_id: ParticipantId
    quantity: int
    document: str


CrossingCommand = ApproveCrossRegion
