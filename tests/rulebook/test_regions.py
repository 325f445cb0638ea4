"""The leagues and cities of Inner Mongolia and their basins."""

from pathlib import Path

import pytest

from exchange.rulebook.documents import RulebookError
from exchange.rulebook.regions import RegionKind, load_basins, load_regions

BASIN = '[[basin]]\ncode = "inland"\nname_zh = "内陆"\nname_en = "Inland"\n'
REGION = """
[[region]]
code = "{code}"
name_zh = "某市"
name_en = "Somewhere"
kind = "city"
parent = "{parent}"
basins = ["{basin}"]
"""


def test_the_region_has_nine_cities_and_three_leagues() -> None:
    region, *children = load_regions()
    assert (region.code, region.kind, region.parent) == (
        "150000",
        RegionKind.AUTONOMOUS_REGION,
        "",
    )
    assert {child.parent for child in children} == {region.code}
    kinds = [child.kind for child in children]
    assert (kinds.count(RegionKind.CITY), kinds.count(RegionKind.LEAGUE)) == (9, 3)
    assert children[0].code == "150100"
    assert children[-1].name_en == "Alxa League"


def test_seven_leagues_are_touched_by_the_yellow_river() -> None:
    touched = [each.name_en for each in load_regions()[1:] if "yellow_river" in each.basins]
    assert touched == [
        "Hohhot",
        "Baotou",
        "Wuhai",
        "Ordos",
        "Bayannur",
        "Ulanqab",
        "Alxa League",
    ]


def test_the_region_lies_in_every_basin_that_its_leagues_lie_in() -> None:
    region, *children = load_regions()
    assert set(region.basins) == {basin for child in children for basin in child.basins}
    assert set(region.basins) == {basin.code for basin in load_basins()}


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (BASIN + REGION.format(code="15", parent="", basin="inland"), "code"),
        (BASIN + REGION.format(code="150100", parent="150000", basin="inland"), "parent"),
        (BASIN + REGION.format(code="150100", parent="", basin="nile"), "basins"),
        (BASIN + REGION.format(code="150100", parent="", basin="inland") * 2, "code"),
        (BASIN * 2 + REGION.format(code="150100", parent="", basin="inland"), "code"),
    ],
)
def test_a_wrong_region_is_refused(tmp_path: Path, text: str, field: str) -> None:
    (tmp_path / "regions.toml").write_text(text, encoding="utf-8")
    with pytest.raises(RulebookError) as caught:
        load_regions(tmp_path)
    assert caught.value.field == field
