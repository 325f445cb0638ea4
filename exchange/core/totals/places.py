"""Places: codes of GB/T 2260 and their parents; which place a member's units count in.

The parent of a place is arithmetic: banner 150221, city 150200, region 150000, the whole country
(written as nothing).
"""

import re
from collections.abc import Iterator

from exchange.core.state import State
from exchange.core.types import AssetId

_CODE = re.compile(r"[1-9][0-9]{5}\Z", re.ASCII)


def is_place(text: str) -> bool:
    return not text or _CODE.match(text) is not None


def parent(place: str) -> str:
    """Return what a place belongs to. The whole country belongs to itself."""
    if _CODE.match(place) is None or place.endswith("0000"):
        return ""
    if place.endswith("00"):
        return place[:2] + "0000"
    return place[:4] + "00"


def league(region: str) -> str:
    """Return the league or city that a region is or lies in; the region itself above those."""
    return region[:4] + "00" if _CODE.match(region) else region


def chain(place: str) -> Iterator[str]:
    """Yield a place and all that it belongs to, the country last."""
    while place:
        yield place
        place = parent(place)
    yield ""


def of(state: State, asset_id: AssetId, region: str) -> str | None:
    """Return the narrowest place with a total of the asset that a region lies in, or None."""
    places = state.totals.places[asset_id]
    return next((place for place in chain(region) if place in places), None)


def root(state: State, asset_id: AssetId) -> str:
    """Return the place for which an asset's whole total was made."""
    return next(iter(state.totals.places[asset_id]))
