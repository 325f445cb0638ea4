"""What happened to water years and savings; the postings follow as transfers."""

import msgspec

from exchange.core.event import Event
from exchange.core.rules import RuleRef
from exchange.core.types import AccountId, AssetId, Day, SavingId


class Share(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a place has of a year's water; `withheld` came off for overuse the year before."""

    place: str
    quantity: int
    withheld: int


class InflowRatioSet(Event, frozen=True):
    """The first share is the region's. `revision` counts how often the asset's ratio was set."""

    asset_id: AssetId
    year: int
    revision: int
    ratio_ppm: int
    first_day: Day
    last_day: Day
    shares: tuple[Share, ...]
    formula: RuleRef
    rule_set: int
    document: str


class OveruseRecorded(Event, frozen=True):
    """`total` is all that was recorded of the place and year. Units: cubic metres."""

    place: str
    year: int
    quantity: int
    total: int
    document: str


class SavingVerified(Event, frozen=True):
    """`tradable` went to the pot `saved` of the place, whose account is `reserved_id`."""

    saving_id: SavingId
    asset_id: AssetId
    place: str
    district: str
    potential: int
    tradable: int
    reserved_id: AccountId
    coefficient: RuleRef
    document: str


WaterEvent = InflowRatioSet | OveruseRecorded | SavingVerified
