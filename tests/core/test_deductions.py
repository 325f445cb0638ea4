"""Deductions: what is cut from the next allocation, carried over, and given up again."""

import pytest

from exchange.core.after_issue.events import DeductionApplied
from exchange.core.after_issue.state import Grant, Share
from exchange.core.types import Purpose
from tests.core.after_issue_markets import deducted, deducting, final, trued_up
from tests.core.allocation_markets import BAOTOU, ORDOS, REGION, ledger
from tests.support.builders import Market, issuing, plan


def grant(m: Market, entity: str = "a") -> Grant:
    return m.venue.state.after_issue.series[1].grants[entity]


def left(m: Market, number: int = 1) -> int:
    return m.venue.state.after_issue.deductions[number].left


@pytest.mark.parametrize(
    ("allocated", "given", "open_still"),
    [(600_000, 546_375, 0), (50_000, 0, 3_625)],
    ids=["covered", "carried over"],
)
def test_a_shortfall_of_53625_is_cut_from_the_next_allocation(allocated, given, open_still):
    m = ledger()
    m.total(1_000_000, REGION)
    m.agreed(deducting(53_625))
    content = plan(("yichun", 1, allocated))
    m.publish(content)
    m.advance("2026-03-10 09:35")
    issued, *_, applied = m.agreed(issuing(content))
    assert issued.entries[0].quantity == given
    assert applied == DeductionApplied(1, 1, "yichun", allocated - given, open_still, 1)
    assert (m.holding(1).posted, left(m)) == (given, open_still)
    assert m.at(Purpose.HEADROOM, REGION) == 1_000_000 - given


def test_what_was_carried_over_is_cut_from_the_plan_after():
    m = deducted(deducting(450))
    content = plan(("a", 1, 100), plan_id=2)
    m.publish(content, until="2026-03-17")
    m.advance("2026-03-18 09:35")
    m.agreed(issuing(content))
    assert (m.holding(1).posted, left(m)) == (50, 0)


def test_a_ratio_cuts_every_entity_of_one_series_and_no_other():
    m = deducted(deducting(ratio=500_000), rows=(("a", 1, 101), ("b", 2, 300), ("c", 1, 50)))
    assert [m.holding(who).posted for who in (1, 2)] == [51 + 25, 300]
    trued_up(final(("a", 1, 201), plan_id=3), m)
    assert grant(m).shares == (Share(1, 0, 100),)
    content = plan(("a", 1, 100), plan_id=2)
    m.publish(content, until="2026-03-25")
    m.advance("2026-03-26 09:35")
    m.agreed(issuing(content))
    assert m.holding(1).posted == 101 + 25 + 100


def test_one_entity_alone_may_be_meant():
    m = deducted(deducting(60, entity="c"), rows=(("a", 1, 100), ("c", 1, 50)))
    assert (grant(m).net, grant(m, "c").net, left(m)) == (100, 0, 10)


def test_the_plan_needs_only_what_is_given_in_the_end():
    m = deducted(deducting(100), rows=(("a", 1, 700),))
    assert (m.holding(1).posted, m.at(Purpose.HEADROOM, BAOTOU)) == (600, 0)


def test_when_the_allocation_turns_out_smaller_the_deduction_waits_again():
    m = deducted(deducting(150))
    trued_up(final(("a", 1, 100)), m)
    assert (m.holding(1).posted, grant(m).net, left(m)) == (0, 0, 50)
    assert m.venue.state.after_issue.claims == {}


def test_a_ratio_falls_with_the_allocation():
    m = deducted(deducting(ratio=250_000))
    trued_up(final(("a", 1, 200)), m)
    assert (m.holding(1).posted, grant(m).shares) == (150, (Share(1, 0, 50),))


def test_a_deduction_registered_later_cuts_only_what_is_given_more():
    m = deducted()
    m.agreed(deducting(70))
    trued_up(final(("a", 1, 430)), m)
    assert (m.holding(1).posted, left(m)) == (400, 40)


def test_several_are_taken_in_the_order_in_which_they_were_registered():
    m = deducted(deducting(300), deducting(ratio=500_000), deducting(40))
    assert [share.quantity for share in grant(m).shares] == [300, 100]
    assert (left(m), left(m, 3), m.holding(1).posted) == (0, 40, 0)


def test_another_kind_or_another_asset_is_left_alone():
    m = ledger()
    m.define("CCER25", "CCER")
    m.define("CEA26", "CEA")
    m.total(600, REGION)
    m.agreed(deducting(10, asset_id=2))
    m.agreed(deducting(20, asset_id=3, any_of_kind=False))
    m.agreed(deducting(40, asset_id=3))
    content = plan(("a", 1, 100), ("b", 2, 100))
    m.publish(content)
    m.advance("2026-03-10 09:35")
    m.agreed(issuing(content))
    assert [m.holding(who).posted for who in (1, 2)] == [60, 100]
    assert m.at(Purpose.ALLOCATED, REGION) == 160
    assert ORDOS not in m.venue.state.totals.places[1]
