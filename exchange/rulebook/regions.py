"""Inner Mongolia's leagues and cities, and their river basins: reference data, not rules.

Codes are those of GB/T 2260. A league may lie in several basins, a participant or a lot in one.
"""

from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Annotated, Any

import msgspec

from exchange.rulebook.documents import FOLDER, Prose, RulebookError, convert, name_of, read

_FILE = "regions.toml"

RegionCode = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{6}\Z")]


class RegionKind(StrEnum):
    AUTONOMOUS_REGION = "autonomous_region"
    CITY = "city"
    LEAGUE = "league"


class Basin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A river basin, as the word that accounts and lots carry."""

    code: Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z_]*\Z")]
    name_zh: Prose
    name_en: Prose


class Region(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A league or city, or the region that all belong to (`parent` empty)."""

    code: RegionCode
    name_zh: Prose
    name_en: Prose
    kind: RegionKind
    parent: str = ""
    basins: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    basin: list[dict[str, Any]]
    region: list[dict[str, Any]]


def load_basins(folder: Traversable = FOLDER) -> tuple[Basin, ...]:
    """Load all basins in the order of the file.

    Raises: RulebookError.
    """
    basins: list[Basin] = []
    for position, raw in enumerate(read(folder, _FILE, _File).basin, start=1):
        entry = name_of(raw, "code", "basin", position)
        basin = convert(raw, Basin, file=_FILE, entry=entry)
        if any(basin.code == other.code for other in basins):
            raise RulebookError(_FILE, entry, "code", "another basin has this code")
        basins.append(basin)
    return tuple(basins)


def load_regions(folder: Traversable = FOLDER) -> tuple[Region, ...]:
    """Load the region and its leagues in file order: a parent stands before its children.

    Raises: RulebookError.
    """
    basins = {basin.code for basin in load_basins(folder)}
    regions: dict[str, Region] = {}
    for position, raw in enumerate(read(folder, _FILE, _File).region, start=1):
        entry = name_of(raw, "code", "region", position)
        region = convert(raw, Region, file=_FILE, entry=entry)
        if region.code in regions:
            raise RulebookError(_FILE, entry, "code", "another region has this code")
        if region.parent and region.parent not in regions:
            raise RulebookError(_FILE, entry, "parent", f"no region {region.parent!r} stands above")
        for basin in region.basins:
            if basin not in basins:
                raise RulebookError(_FILE, entry, "basins", f"there is no basin {basin!r}")
        regions[region.code] = region
    return tuple(regions.values())
