"""A year's water by its inflow ratio (丰增枯减), overuse, and saved water. Domain case 35."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core import evaluation
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleKind
from exchange.core.totals.commands import AdjustControlTotal
from exchange.core.types import Purpose
from exchange.core.units import NUMBER_MAX
from exchange.core.venue import Venue
from exchange.core.water.events import InflowRatioSet, OveruseRecorded, SavingVerified
from tests.core.refusals_cancellation import cancelling
from tests.core.water_markets import (
    BAYANNUR,
    HETAO,
    LEAGUES,
    ORDOS,
    POTENTIAL,
    REGION,
    TRADABLE,
    aside,
    flowing,
    overuse,
    ratio,
    saved,
    saving,
    water,
)
from tests.support.builders import Market, asking, issuing, plan, rule

R = RejectReason
QUOTAS = (4_000_000_000, 700_000_000, 550_000_000, 510_000_000, 50_000_000, 50_000_000)


def left(m: Market, place: str) -> int:
    return m.at(Purpose.HEADROOM, place)


def given_out(m: Market, content) -> None:
    m.publish(content)
    m.advance("2026-03-10 09:35")
    m.agreed(issuing(content))


def test_every_league_gets_its_quota_in_one_proportion():
    m = water()
    *_, told = m.agreed(ratio(683_333))
    assert isinstance(told, InflowRatioSet)
    expected = [quota * 683_333 // 1_000_000 for quota in QUOTAS]
    assert [left(m, place) for place in LEAGUES] == expected
    assert left(m, REGION) == 5_860_000_000 * 683_333 // 1_000_000 - sum(expected)
    assert [share.place for share in told.shares] == [REGION, *LEAGUES]
    assert told.formula.rule_id == "water.allocation.formula.league"


def test_the_water_year_begins_on_the_first_of_july():
    m = water()
    (*_, told) = m.agreed(ratio(1_000_000))
    days = {name: getattr(told, name) for name in ("first_day", "last_day")}
    assert days == {"first_day": 20_270, "last_day": 20_634}  # 2025-07-01, 2026-06-30
    m.advance("2026-07-01 09:35")
    assert m.refused(asking(ratio(900_000))).reason is R.WATER_YEAR_OUT_OF_RANGE


@given(st.lists(st.integers(1, 3_000_000), min_size=1, max_size=4))
def test_totals_follow_the_last_ratio_whatever_came_before(ratios):
    m = water()
    for ppm in ratios:
        m.agreed(ratio(ppm))
    last = ratios[-1]
    assert [left(m, place) for place in LEAGUES] == [quota * last // 10**6 for quota in QUOTAS]
    total = 5_860_000_000 * last // 10**6
    assert left(m, REGION) + sum(left(m, place) for place in LEAGUES) == total


def test_a_later_ratio_keeps_what_was_handed_out():
    m = flowing()
    given_out(m, plan(("a", 2, 500_000_000), ledger="water"))
    refusal = m.refused(asking(ratio(714_285)))
    assert (refusal.reason, dict(refusal.figures)) == (
        R.HEADROOM_INSUFFICIENT,
        {"place": ORDOS, "headroom": "200000000", "requested": "200000500"},
    )
    m.agreed(ratio(714_286))
    assert left(m, ORDOS) == 200


def test_units_issued_before_the_ratio_belong_to_the_shares():
    m = water()
    m.authorise("700000001")
    m.issue(2, "700000001")
    refusal = m.refused(asking(ratio(1_000_000)))
    assert (refusal.reason, dict(refusal.figures)["place"]) == (R.HEADROOM_INSUFFICIENT, ORDOS)
    m.agreed(ratio(1_100_000))
    assert (left(m, ORDOS), m.at(Purpose.ALLOCATED, ORDOS)) == (69_999_999, 700_000_001)


def test_a_member_outside_the_leagues_counts_at_the_region():
    m = water()
    m.admit(3, region="150400")
    m.authorise("1")
    m.issue(3, "1")
    refusal = m.refused(asking(ratio(1_000_000)))
    assert dict(refusal.figures)["requested"] == "5860000001"


def test_what_was_overused_is_withheld_twice_the_next_year():
    m = water()
    *_, told = m.agreed(overuse(30_000_000))
    assert isinstance(told, OveruseRecorded)
    m.agreed(overuse(10_000_000))
    m.agreed(ratio(500_000))
    assert left(m, ORDOS) == 350_000_000 - 2 * 40_000_000
    assert left(m, REGION) == 2 * 40_000_000
    m.agreed(overuse(200_000_000))
    m.agreed(ratio(500_000))
    assert left(m, ORDOS) == 0


def test_of_a_saving_potential_two_thirds_may_be_traded():
    m = flowing()
    *_, told, _ = m.agreed(saving(POTENTIAL))
    assert isinstance(told, SavingVerified)
    assert (told.tradable, told.coefficient.rule_id) == (TRADABLE, "water.saving.coefficient")
    assert m.at(Purpose.RESERVED, f"{BAYANNUR}:saved") == TRADABLE
    assert left(m, BAYANNUR) == 4_000_000_000 - TRADABLE


def test_the_coefficient_rounds_as_its_formula_does():
    m = flowing()
    book = m.venue.state.rules
    method = evaluation.method(book, "allocation.formula.saved")
    for number, potential in enumerate((2, 3, 4, 5, 1_000_001, POTENTIAL)):
        value = evaluation.evaluate(method, book, {"potential": str(potential)}).value
        told = m.agreed(saving(potential, f"district {number}"))
        (verified,) = [event for event in told if isinstance(event, SavingVerified)]
        assert verified.tradable == value


@pytest.mark.parametrize(("quantity", "fits"), [(TRADABLE, True), (TRADABLE + 1, False)])
def test_saved_water_is_transferred_to_another_league_up_to_what_was_verified(quantity, fits):
    m = saved()
    content = plan(("a", 2, quantity), ledger="water", pot=f"{BAYANNUR}:saved")
    m.publish(content)
    m.advance("2026-03-10 09:35")
    if fits:
        m.agreed(issuing(content))
        assert m.at(Purpose.ALLOCATED, ORDOS) == quantity
        return
    assert m.refused(asking(issuing(content))).reason is R.POT_INSUFFICIENT


def test_a_request_of_740_million_is_refused_with_the_figures():
    m = saved()
    content = plan(("a", 2, 740_000_000), ledger="water", pot=f"{BAYANNUR}:saved")
    m.publish(content)
    m.advance("2026-03-10 09:35")
    figures = dict(m.refused(asking(issuing(content))).figures)
    assert (figures["available"], figures["requested"]) == ("738086666", "740000000")


def test_saved_water_may_be_put_back_and_not_topped_up():
    m = saved()
    m.agreed(aside(-86_666))
    assert m.refused(asking(aside(86_666))).reason is R.POT_NEEDS_ACT


def test_another_district_saves_for_itself():
    m = saved()
    *_, told, _ = m.agreed(saving(3, "镫口灌区"))
    assert (told.saving_id, told.district) == (2, "镫口灌区")
    assert m.refused(asking(saving(3, HETAO))).reason is R.SAVING_EXISTS


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("saving.coefficient", RuleKind.FRACTION, "3/2"),
        ("saving.coefficient", RuleKind.FRACTION, "0/2"),
        ("water_year.first_month", RuleKind.INTEGER, "13"),
        ("water_year.first_month", RuleKind.INTEGER, "0"),
    ],
)
def test_figures_that_cannot_be_are_not_activated(name, kind, value):
    m = water()
    assert m.activate(rule(f"water.{name}", kind, value)).refusal.reason is R.RULE_INVALID


def test_years_and_savings_survive_a_snapshot():
    m = saved()
    m.agreed(overuse(5))
    again = Venue.restore(m.venue.snapshot())
    assert again.snapshot() == m.venue.snapshot()
    assert again.state.water == m.venue.state.water


def test_water_that_ended_before_the_first_ratio_counts():
    m = water()
    m.authorise("5860000000")
    m.issue(1, "100")
    m.agreed(cancelling(60))
    figures = dict(m.refused(asking(ratio(1_000_000))).figures)
    assert (figures["headroom"], figures["requested"]) == ("5860000000", "5860000060")
    m.agreed(overuse(60))
    m.agreed(ratio(1_000_000))
    assert m.at(Purpose.USED, REGION) == 60


def test_a_change_makes_no_total_that_is_too_large():
    m = flowing()
    m.agreed(AdjustControlTotal(1, REGION, NUMBER_MAX - 5_860_000_000, "more"))
    assert m.refused(asking(ratio(1_100_000))).reason is R.NUMBER_TOO_LARGE
    m.agreed(ratio(900_000))


@pytest.mark.parametrize("district", [f"{HETAO} ", f"\u3000{HETAO}"])
def test_blanks_make_no_other_district(district):
    m = saved()
    assert m.refused(asking(saving(3, district))).reason is R.SAVING_EXISTS
