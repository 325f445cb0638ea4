"""Commands of water years and savings. All take two people."""

from exchange.core.command import Command
from exchange.core.types import AssetId


class SetInflowRatio(Command, frozen=True):
    """Make a year's water the quotas of all leagues in one proportion (丰增枯减).

    `year` is the one in which the water year begins. Set again, it changes the totals. Units: ppm.
    """

    asset_id: AssetId
    year: int
    ratio_ppm: int
    document: str


class RecordOveruse(Command, frozen=True):
    """Record what a league took of a year above its share: the next year's share is less for it.

    Units: cubic metres.
    """

    place: str
    year: int
    quantity: int
    document: str


class VerifySaving(Command, frozen=True):
    """Verify what a district can save; the tradable part of it is set aside as saved water."""

    asset_id: AssetId
    place: str
    district: str
    potential: int
    document: str


WaterCommand = SetInflowRatio | RecordOveruse | VerifySaving
