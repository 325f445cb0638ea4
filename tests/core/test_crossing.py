"""Who may give an emission right to whom outside the order book. Domain case 29."""

import pytest

from exchange.core.commands import PostTransfer, VoidTransfer
from exchange.core.crossing.events import CrossRegionUsed
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleKind
from exchange.core.venue import Venue
from tests.core.water_markets import crossing, emission, give
from tests.support.builders import Market, rule

R = RejectReason
SO2, COD = 1, 2
STEEL, CEMENT, POWER, ORDOS, LIAO, FARM = range(1, 7)

ROWS = [
    ("air within the league", STEEL, CEMENT, SO2, None),
    ("air from Baotou to Ordos", STEEL, ORDOS, SO2, R.REGION_NOT_ELIGIBLE),
    ("air from a power plant to a cement plant", POWER, CEMENT, SO2, R.SECTOR_NOT_ELIGIBLE),
    ("air from a cement plant to a power plant", CEMENT, POWER, SO2, R.SECTOR_NOT_ELIGIBLE),
    ("water rights from a farm to industry", FARM, CEMENT, COD, R.SECTOR_NOT_ELIGIBLE),
    ("water rights from a power plant", POWER, CEMENT, COD, None),
    ("water rights across leagues", STEEL, ORDOS, COD, None),
    ("water rights from the Yellow River to the Liao", STEEL, LIAO, COD, R.BASIN_NOT_ELIGIBLE),
]


@pytest.mark.parametrize(
    ("giver", "taker", "asset", "reason"), [pytest.param(*row, id=name) for name, *row in ROWS]
)
def test_the_two_sides_of_a_transfer_stay_in_league_basin_and_sector(giver, taker, asset, reason):
    m = emission()
    refusal = give(m, giver, taker, 1_000, asset).refusal
    assert (refusal and refusal.reason) is reason


def left(m: Market) -> int:
    return m.venue.state.crossing.left[SO2, STEEL, ORDOS]


def test_an_approval_lets_its_quantity_cross_and_no_more():
    m = emission()
    m.agreed(crossing(1_000))
    outcome = give(m, STEEL, ORDOS, 600)
    assert outcome.events[-1] == CrossRegionUsed(SO2, STEEL, ORDOS, 600, 400, 15)
    figures = dict(give(m, STEEL, ORDOS, 401).refusal.figures)
    assert figures == {"approved": "0.400", "requested": "0.401"}
    m.agreed(crossing(1))
    assert give(m, STEEL, ORDOS, 401).refusal is None
    assert give(m, STEEL, ORDOS, 1).refusal.reason is R.REGION_NOT_ELIGIBLE


def test_legs_of_one_chain_share_an_approval():
    m = emission()
    m.agreed(crossing(1_000))
    leg = (m.holding(STEEL), m.holding(ORDOS), 501, 0)
    assert m.transfer(STEEL, leg, leg).refusal.reason is R.REGION_NOT_ELIGIBLE
    assert left(m) == 1_000


def test_an_approval_is_of_one_way():
    m = emission()
    m.agreed(crossing(1_000))
    assert give(m, ORDOS, STEEL, 1).refusal.reason is R.REGION_NOT_ELIGIBLE
    assert give(m, CEMENT, ORDOS, 1).refusal.reason is R.REGION_NOT_ELIGIBLE


def test_an_approval_opens_no_other_limit():
    m = emission()
    m.agreed(crossing(1_000, POWER))
    assert give(m, POWER, ORDOS, 1).refusal.reason is R.SECTOR_NOT_ELIGIBLE
    m.agreed(crossing(1_000, STEEL, LIAO, COD))
    assert give(m, STEEL, LIAO, 1, COD).refusal.reason is R.BASIN_NOT_ELIGIBLE


def test_a_pending_chain_keeps_its_part_until_it_is_voided():
    m = emission()
    m.agreed(crossing(1_000))
    (chain, _) = give(m, STEEL, ORDOS, 700, pending=True).events
    assert left(m) == 300
    again = Venue.restore(m.venue.snapshot())
    assert again.snapshot() == m.venue.snapshot()
    events = m.do(VoidTransfer(STEEL, chain.chain_id))
    assert (left(m), events[-1].quantity) == (1_000, -700)
    (chain, _) = give(m, STEEL, ORDOS, 700, pending=True).events
    m.do(PostTransfer(STEEL, chain.chain_id))
    assert left(m) == 300
    assert m.venue.state.crossing.pended == {}


def test_a_right_bound_to_a_league_leaves_it_by_approval():
    m = Market("emission")
    m.define("SO2-BT", "SO2", scale=3, region="150200")
    m.authorise("10")
    m.admit(1, region="150200", sector="steel")
    m.admit(2, region="150600", sector="steel")
    m.issue(1, "10")
    m.agreed(crossing(1_000, 1, 2))
    assert give(m, 1, 2, 1_000).refusal is None
    assert m.holding(2).posted == 1_000
    assert give(m, 1, 2, 1).refusal.reason is R.REGION_NOT_ELIGIBLE


def test_without_the_rule_only_member_and_asset_decide():
    m = emission()
    m.activate(rule("emission.eligibility.counterparties.SO2", RuleKind.NAMES, "none"))
    assert give(m, STEEL, ORDOS, 1).refusal is None
