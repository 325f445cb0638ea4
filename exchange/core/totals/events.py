"""What happened to control totals; the postings follow as transfers."""

from exchange.core.event import Event
from exchange.core.types import AccountId, AssetId


class ControlTotalSet(Event, frozen=True):
    """`parent` is None for the root; the accounts are those of the place."""

    asset_id: AssetId
    place: str
    parent: str | None
    quantity: int
    headroom_id: AccountId
    allocated_id: AccountId
    document: str


class ControlTotalAdjusted(Event, frozen=True):
    asset_id: AssetId
    place: str
    change: int
    document: str


class TotalSetAside(Event, frozen=True):
    """Below zero, so much came back from the pot whose account is `reserved_id`."""

    asset_id: AssetId
    place: str
    pot: str
    quantity: int
    reserved_id: AccountId
    document: str


class TotalCancelled(Event, frozen=True):
    """The totals of `places`, the one itself and all above it, are lower by the quantity."""

    asset_id: AssetId
    place: str
    quantity: int
    places: tuple[str, ...]
    document: str


TotalsEvent = ControlTotalSet | ControlTotalAdjusted | TotalSetAside | TotalCancelled
