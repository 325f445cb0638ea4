"""Markets of water and of emission rights, and short ways to say their commands."""

from exchange.core.crossing.commands import ApproveCrossRegion
from exchange.core.rules import RuleKind
from exchange.core.totals.commands import SetAside
from exchange.core.water.commands import RecordOveruse, SetInflowRatio, VerifySaving
from tests.support.builders import Market, rule

REGION, BAYANNUR, ORDOS, BAOTOU = "150000", "150800", "150600", "150200"
LEAGUES = (BAYANNUR, ORDOS, BAOTOU, "150100", "150300", "152900")
YELLOW, LIAO = "yellow_river", "liao_river"
HETAO = "河套灌区"
POTENTIAL, TRADABLE = 1_107_130_000, 738_086_666
"""Domain case 35: of what Hetao can save a year, two thirds may be traded. Units: m3."""


def ratio(ppm: int, year: int = 2025, asset: int = 1) -> SetInflowRatio:
    return SetInflowRatio(asset, year, ppm, "水量调度计划")


def overuse(quantity: int, place: str = ORDOS, year: int = 2024) -> RecordOveruse:
    return RecordOveruse(place, year, quantity, "通报")


def saving(
    potential: int, district: str = HETAO, place: str = BAYANNUR, asset: int = 1
) -> VerifySaving:
    return VerifySaving(asset, place, district, potential, "核定意见")


def water() -> Market:
    """Asset 1 is the water of a year; 1 of Bayannur, 2 of Ordos."""
    m = Market("water")
    m.define("WATER25", "WATER")
    m.admit(1, region=BAYANNUR, basin=YELLOW)
    m.admit(2, region=ORDOS, basin=YELLOW)
    return m


def flowing(ppm: int = 1_000_000) -> Market:
    m = water()
    m.agreed(ratio(ppm))
    return m


def saved() -> Market:
    m = flowing()
    m.agreed(saving(POTENTIAL))
    return m


def aside(quantity: int) -> SetAside:
    return SetAside(1, BAYANNUR, "saved", quantity, "aside")


def without_coefficient() -> Market:
    m = Market()
    m.define()
    m.total(10, REGION)
    return m


def without_quota() -> Market:
    m = Market()
    m.define()
    return m


def leagues_above_region() -> Market:
    m = water()
    m.activate(rule("water.totals.quota", RuleKind.INTEGER, "5859999999"))
    return m


def other_leagues() -> Market:
    m = flowing()
    lines = (
        f"text league {BAYANNUR} {ORDOS}",
        "input ratio 1 6",
        "param quota totals.quota by league",
        "result = floor(quota * ratio, 0)",
    )
    m.activate(rule("water.allocation.formula.league", RuleKind.FORMULA, *lines))
    return m


def emission() -> Market:
    """1 to 3 of Baotou, steel, cement and power; 4 of Ordos, 5 by the Liao, 6 a farm.

    1 and 3 hold 10 t of SO2 (asset 1) and COD (asset 2), neither bound to a place; so does 6.
    """
    m = Market("emission")
    m.define("SO2", "SO2", scale=3)
    m.define("COD", "COD", scale=3)
    m.authorise("100", 1)
    m.authorise("100", 2)
    members = (
        (1, BAOTOU, YELLOW, "steel"),
        (2, BAOTOU, YELLOW, "cement"),
        (3, BAOTOU, YELLOW, "thermal_power"),
        (4, ORDOS, YELLOW, "chemicals"),
        (5, BAOTOU, LIAO, "nonferrous"),
        (6, BAOTOU, YELLOW, "agriculture"),
    )
    for member, region, basin, sector in members:
        m.admit(member, region=region, basin=basin, sector=sector)
        for asset in (1, 2):
            m.issue(member, "10", asset)
    return m


def crossing(quantity: int, giver: int = 1, taker: int = 4, asset: int = 1) -> ApproveCrossRegion:
    return ApproveCrossRegion(asset, giver, taker, quantity, "批复")


def give(m: Market, giver: int, taker: int, quantity: int, asset: int = 1, *, pending=False):
    leg = (m.holding(giver, asset), m.holding(taker, asset), quantity, 0)
    return m.transfer(giver, leg, pending=pending)
