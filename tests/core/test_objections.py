"""Objections: what they hold up, until when, and that they are never forgotten."""

from exchange.core.allocation.commands import DecideObjection, FileObjection
from exchange.core.allocation.events import ObjectionDecided, ObjectionFiled
from exchange.core.reasons import RejectReason as R
from exchange.core.venue import Venue
from tests.core.allocation_markets import (
    GROUNDS,
    OBJECTION,
    PLAN,
    decided,
    due,
    later,
    objected,
    published,
)
from tests.support.builders import issuing, plan


def test_an_objection_is_about_the_version_that_is_published():
    m = published()
    (filed,) = m.do(OBJECTION)
    assert filed == ObjectionFiled(1, 1, 1, 1, "a", GROUNDS, m.venue.state.today)
    (event,) = m.do(DecideObjection(1, False, GROUNDS, "decision"))
    assert event == ObjectionDecided(1, 1, 1, False, GROUNDS, "decision")


def test_the_last_day_is_still_in_time_and_the_next_is_told_both_days():
    m = published()
    m.advance("2026-03-09 23:59")
    m.do(OBJECTION)
    m.advance("2026-03-10 00:00")
    refusal = m.refused(FileObjection(2, 1, "b", GROUNDS))
    assert refusal.reason is R.OBJECTION_DEADLINE_PASSED
    assert refusal.rule.rule_id == "carbon.allocation.objection_days_min"
    assert dict(refusal.figures) == {"deadline": "2026-03-09", "today": "2026-03-10"}


def test_a_dismissed_objection_holds_nothing_up_and_may_be_followed_by_another():
    m = decided()
    m.do(OBJECTION)
    m.do(DecideObjection(2, False, GROUNDS, "again"))
    later(m)
    m.agreed(issuing(PLAN))
    assert m.holding(1).posted == 400


def test_an_upheld_objection_is_met_by_a_later_publication():
    m = decided(upheld=True)
    anew = plan(("a", 1, 450), ("b", 2, 250), version=2)
    m.publish(anew)
    later(m)
    m.agreed(issuing(anew))
    assert m.holding(1).posted == 450


def test_a_version_published_before_the_decision_does_not_meet_it():
    m = objected()
    anew = plan(("a", 1, 450), ("b", 2, 250), version=2)
    m.publish(anew)
    m.do(DecideObjection(1, True, GROUNDS, "decision"))
    later(m)
    refusal = m.ask(issuing(anew)).refusal
    assert refusal.reason is R.PLAN_NOT_REVISED
    assert dict(refusal.figures) == {"objection": "b1", "entity": "a", "version": "2"}


def test_an_objection_that_comes_between_request_and_approval_stops_the_issue():
    m = due()
    m.ask(issuing(PLAN))
    anew = plan(("a", 1, 400), ("b", 2, 300), version=2)
    m.publish(anew, until="2026-03-17")
    m.do(OBJECTION)
    m.advance("2026-03-18 09:35")
    refusal = m.ask(issuing(anew)).refusal
    assert (refusal.reason, dict(refusal.figures)) == (
        R.OBJECTION_UNDECIDED,
        {"objection": "b1", "entity": "a"},
    )


def test_objections_come_back_from_a_snapshot():
    m = decided(upheld=True)
    m.do(FileObjection(2, 1, "b", GROUNDS))
    again = Venue.restore(m.venue.snapshot())
    assert again.state.allocation.objections == m.venue.state.allocation.objections
    assert again.state_hash() == m.venue.state_hash()
