"""True-ups: each entity to its final quantity, from where its series has brought it."""

from exchange.core.after_issue.events import AllocationTruedUp, TruedUpEntry
from exchange.core.after_issue.state import Claim
from exchange.core.commands import FreezeUnits
from exchange.core.reasons import RejectReason as R
from exchange.core.totals.commands import SetAside
from exchange.core.types import Purpose
from exchange.core.venue import Venue
from tests.core.after_issue_markets import (
    due,
    final,
    owing,
    publishing,
    sold,
    trued_up,
    truing_up,
)
from tests.core.allocation_markets import BAOTOU, ORDOS, issued
from tests.core.allocation_markets import due as plan_due
from tests.support.builders import issuing, plan


def test_each_entity_comes_to_its_final_quantity():
    m = due(final(("a", 1, 450), ("b", 2, 120), ("c", 5, 7)))
    trued = m.agreed(truing_up(final(("a", 1, 450), ("b", 2, 120), ("c", 5, 7))))[0]
    assert isinstance(trued, AllocationTruedUp)
    assert trued.entries == (
        TruedUpEntry("a", 1, BAOTOU, 400, 450, 50, 3, 0, 0),
        TruedUpEntry("b", 2, ORDOS, 300, 120, 0, 0, 180, 0),
        TruedUpEntry("c", 5, BAOTOU, 0, 7, 7, 4, 0, 0),
    )
    assert [m.holding(who).posted for who in (1, 2, 5)] == [450, 120, 7]
    assert (m.at(Purpose.HEADROOM, BAOTOU), m.at(Purpose.ALLOCATED, BAOTOU)) == (143, 457)
    assert (m.at(Purpose.HEADROOM, ORDOS), m.at(Purpose.ALLOCATED, ORDOS)) == (180, 120)
    assert m.venue.state.lots[3].source == "allocation plan n2"


def test_what_is_not_named_stays_as_it_is():
    m = trued_up(final(("b", 2, 200)))
    assert [m.holding(who).posted for who in (1, 2)] == [400, 200]


def test_a_series_may_come_to_nothing():
    m = trued_up(final(("a", 1, 0), ("b", 2, 0)))
    assert [m.holding(who).posted for who in (1, 2)] == [0, 0]
    assert m.at(Purpose.ISSUABLE) == 1_000
    nothing = plan(("a", 1, 0), plan_id=7)
    assert m.publish(nothing, until="2026-03-30").refusal.reason is R.PLAN_EMPTY


def test_what_comes_back_can_be_given_to_another_of_the_place_at_once():
    content = final(("a", 1, 100), ("c", 5, 500))
    m = due(content)
    m.agreed(truing_up(content))
    assert [m.holding(who).posted for who in (1, 5)] == [100, 500]
    assert m.at(Purpose.HEADROOM, BAOTOU) == 0


def test_what_was_sold_does_not_come_back_and_is_not_given_out():
    content = final(("a", 1, 100), ("c", 5, 500))
    m = due(content, sold(350))
    refusal = m.ask(truing_up(content)).refusal
    assert refusal.reason is R.HEADROOM_INSUFFICIENT
    assert dict(refusal.figures) == {
        "place": BAOTOU,
        "headroom": "250",
        "requested": "500",
        "row": "2",
        "entity": "c",
    }


def test_offers_give_way_and_what_is_beyond_reach_is_owed():
    m = sold(150)
    m.do(FreezeUnits(m.holding(1).account_id, 20, 0, "court order"))
    m.sell(1, "100@49.00")
    trued_up(final(("a", 1, 100)), m)
    assert (m.holding(1).posted, m.holding(1).held) == (20, 20)
    (claim,) = m.venue.state.after_issue.claims.values()
    assert claim == Claim(1, 1, 1, 1, "a", 70, "", m.venue.state.today + 30)
    owed = m.venue.state.accounts.find(1, 1, Purpose.OWED)
    assert (owed.posted, m.at(Purpose.CLAIMED)) == (-70, 70)


def test_phases_follow_one_another():
    m = issued()
    m.do(publishing(final(("a", 1, 300))))
    m.do(publishing(final(("a", 1, 200), plan_id=3)))
    m.advance("2026-03-18 09:35")
    m.agreed(truing_up(final(("a", 1, 300))))
    refusal = m.ask(truing_up(final(("a", 1, 200), plan_id=3))).refusal
    assert (refusal.reason, dict(refusal.figures)) == (
        R.SERIES_OUT_OF_ORDER,
        {"next": "3", "phase": "2"},
    )
    third = final(("a", 1, 350), plan_id=3, phase=3, version=2)
    m.do(publishing(third, until="2026-03-25"))
    m.advance("2026-03-26 09:35")
    m.agreed(truing_up(third))
    assert m.holding(1).posted == 350


def test_a_true_up_may_draw_on_a_pot():
    content = final(("a", 1, 430), pot="adjustment")
    m = due(content)
    m.agreed(SetAside(1, BAOTOU, "adjustment", 30, "aside"))
    m.agreed(truing_up(content))
    assert m.holding(1).posted == 430
    assert m.at(Purpose.RESERVED, f"{BAOTOU}:adjustment") == 0
    assert m.at(Purpose.HEADROOM, BAOTOU) == 170


def test_the_second_person_is_told_what_it_is():
    m = due(final(("a", 1, 450)))
    (asked,) = m.ask(truing_up(final(("a", 1, 450)))).events
    assert dict(asked.figures) == {
        "plan": "n2",
        "version": "1",
        "series": "n1",
        "phase": "2",
        "entities": "1",
        "quantity": "450",
    }


def test_it_comes_back_from_a_snapshot():
    m = owing()
    again = Venue.restore(m.venue.snapshot())
    assert again.state.after_issue == m.venue.state.after_issue
    assert again.state_hash() == m.venue.state_hash()


def test_a_plan_that_was_drafted_as_a_true_up_is_not_published_as_another():
    content = final(("a", 1, 450), plan_id=9)
    m = plan_due()
    m.publish(content, until="2026-03-17")
    m.advance("2026-03-18 09:35")
    assert m.ask(issuing(content)).refusal.reason is R.PLAN_CONTENT_INVALID


def test_what_is_for_own_use_comes_back_and_what_is_given_more_is_for_own_use_too():
    content = plan(("a", 1, 400), ("b", 5, 100), use="own_use")
    m = plan_due(content)
    m.agreed(issuing(content))
    trued_up(final(("a", 1, 150), ("b", 5, 110), use="own_use"), m)
    assert [(m.holding(who).posted, m.holding(who).available) for who in (1, 5)] == [
        (150, 0),
        (110, 0),
    ]
    assert m.venue.state.after_issue.claims == {}
