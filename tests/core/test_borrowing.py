"""Borrowing: within the gap's share, out of the coming total, deducted from what comes."""

import pytest

from exchange.core.after_issue.events import AllowancesBorrowed
from exchange.core.reasons import RejectReason as R
from exchange.core.rules import RuleRef
from exchange.core.types import Purpose
from tests.core.after_issue_markets import borrowing, cleaning
from tests.core.allocation_markets import REGION, issued
from tests.support.builders import issuing, plan


def test_a_gap_of_twelve_per_cent_lends_half_of_itself_and_no_unit_more():
    m = cleaning()
    refusal = m.ask(borrowing(60_001)).refusal
    assert (refusal.reason, dict(refusal.figures)) == (
        R.BORROW_EXCEEDS_GAP,
        {"most": "60000", "borrowed": "0", "requested": "60001"},
    )
    borrowed = m.agreed(borrowing(60_000))[1]
    rule = RuleRef("carbon.allocation.formula.borrow", 1)
    assert borrowed == AllowancesBorrowed(
        *(1, "a", 1, m.holding(1).account_id, 1, 60_000, 60_000, 1_000_000, 880_000, 1),
        rule,
        "borrowed",
    )
    assert (m.holding(1).posted, m.at(Purpose.ALLOCATED, REGION)) == (60_000, 60_000)
    again = m.ask(borrowing(1)).refusal
    assert dict(again.figures) == {"most": "60000", "borrowed": "60000", "requested": "1"}


def test_a_gap_of_eight_per_cent_lends_nothing():
    refusal = cleaning().ask(borrowing(1, 920_000)).refusal
    assert (refusal.reason, dict(refusal.figures)["most"]) == (R.BORROW_EXCEEDS_GAP, "0")


def test_what_was_borrowed_is_cut_from_the_allocation_that_it_was_borrowed_from():
    m = cleaning()
    m.agreed(borrowing(60_000))
    content = plan(("a", 1, 900_000))
    m.publish(content, until="2023-09-01")
    m.advance("2023-09-04 09:35")
    issued_event = m.agreed(issuing(content))[0]
    assert issued_event.entries[0].quantity == 840_000
    assert (m.holding(1).posted, m.at(Purpose.HEADROOM, REGION)) == (900_000, 0)


def test_the_coming_total_is_a_limit_too():
    m = cleaning()
    refusal = m.ask(borrowing(900_001, 0)).refusal
    assert refusal.reason is R.HEADROOM_INSUFFICIENT


@pytest.mark.parametrize("changes", [{"quantity": 0}, {"member_id": 9}, {"asset_id": 0}])
def test_what_makes_no_sense_is_refused(changes):
    assert cleaning().ask(borrowing(**changes)).refusal is not None


def test_nobody_borrows_when_no_plan_lets_them():
    refusal = issued().ask(borrowing(1)).refusal
    assert (refusal.reason, dict(refusal.figures)) == (
        R.RULE_MISSING,
        {"rule": "carbon.allocation.formula.borrow"},
    )
