"""Commands on control totals. All take two people."""

from exchange.core.command import Command
from exchange.core.types import AssetId


class SetControlTotal(Command, frozen=True):
    """Give a place its total of an asset.

    The first place of an asset is the root, for which the total is made; every other place is
    given its total out of what its parent has left.
    """

    asset_id: AssetId
    place: str
    quantity: int
    document: str


class AdjustControlTotal(Command, frozen=True):
    """Raise or (below zero) lower the total of a place, out of or back to its parent."""

    asset_id: AssetId
    place: str
    change: int
    document: str


class SetAside(Command, frozen=True):
    """Put part of what a place has left into a pot, or (below zero) out of it again."""

    asset_id: AssetId
    place: str
    pot: str
    quantity: int
    document: str


class CancelTotal(Command, frozen=True):
    """Cancel part of what a place has left: its total and all above it shrink for good."""

    asset_id: AssetId
    place: str
    quantity: int
    document: str


TotalsCommand = SetControlTotal | AdjustControlTotal | SetAside | CancelTotal
