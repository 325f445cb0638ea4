"""Closures give back by months; a member that moves takes its units along."""

from exchange.core.after_issue.events import EntityClosed
from exchange.core.reasons import RejectReason as R
from exchange.core.rules import RuleRef
from exchange.core.types import Purpose
from tests.core.after_issue_markets import (
    closing,
    deducted,
    deducting,
    final,
    publishing,
    sold,
    truing_up,
)
from tests.core.allocation_markets import BAOTOU, DAY, ORDOS, issued, moving


def test_the_months_not_run_come_back_into_the_pot_named():
    m = issued()
    closed = m.agreed(closing(months=7))[0]
    rule = RuleRef("carbon.allocation.formula.closure", 1)
    assert closed == EntityClosed(
        1, "a", 1, 1, DAY, 7, 400, 234, 166, 0, "adjustment", rule, "closed"
    )
    assert (m.holding(1).posted, m.at(Purpose.ALLOCATED, BAOTOU)) == (234, 234)
    assert m.at(Purpose.RESERVED, f"{BAOTOU}:adjustment") == 166
    assert m.at(Purpose.HEADROOM, BAOTOU) == 200


def test_without_a_pot_it_is_what_the_place_has_left():
    m = issued()
    m.agreed(closing(months=0, pot=""))
    assert (m.holding(1).posted, m.at(Purpose.HEADROOM, BAOTOU)) == (0, 600)


def test_what_was_sold_is_owed_and_comes_into_the_pot_later():
    m = sold(350)
    m.agreed(closing(months=6))
    (claim,) = m.venue.state.after_issue.claims.values()
    assert (claim.left, claim.pot) == (150, "adjustment")
    m.buy(1, "10@48.00")
    m.sell(2, "10@48.00")
    m.advance("2026-03-11 09:35")
    assert m.at(Purpose.RESERVED, f"{BAOTOU}:adjustment") == 60


def test_what_was_never_given_need_not_come_back():
    m = deducted(deducting(300))
    m.agreed(closing(months=6))
    assert (m.holding(1).posted, m.venue.state.after_issue.claims) == (0, {})
    assert m.venue.state.after_issue.deductions[1].left == 100


def test_a_closed_entity_may_be_trued_down_but_not_up():
    m = issued()
    m.agreed(closing(months=6))
    m.do(publishing(final(("a", 1, 201))))
    m.do(publishing(final(("a", 1, 150), plan_id=3)))
    m.advance("2026-03-18 09:35")
    refusal = m.ask(truing_up(final(("a", 1, 201)))).refusal
    assert (refusal.reason, dict(refusal.figures)) == (R.ENTITY_CLOSED, {"row": "1", "entity": "a"})
    m.agreed(truing_up(final(("a", 1, 150), plan_id=3)))
    assert m.holding(1).posted == 150


def test_months_outside_the_year_are_refused_with_what_the_formula_says():
    refusal = issued().ask(closing(months=13)).refusal
    assert refusal.reason is R.FORMULA_REFUSES
    assert dict(refusal.figures) == {
        "code": "parameter_out_of_range",
        "input": "months",
        "value": "13",
        "maximum": "12",
    }


def test_the_second_person_is_told_what_comes_back():
    (asked,) = issued().ask(closing(months=7)).events
    assert dict(asked.figures) == {
        "plan": "n1",
        "entity": "a",
        "closed_on": "2026-03-02",
        "months_run": "7",
        "issued": "400",
        "returned": "166",
        "pot": "adjustment",
    }


def test_who_moves_takes_its_units_along_and_gives_back_at_its_new_place():
    m = issued()
    m.do(moving(1, ORDOS))
    assert (m.at(Purpose.ALLOCATED, BAOTOU), m.at(Purpose.ALLOCATED, ORDOS)) == (0, 700)
    m.agreed(closing(months=6))
    assert m.at(Purpose.RESERVED, f"{ORDOS}:adjustment") == 200
    assert (m.at(Purpose.HEADROOM, BAOTOU), m.at(Purpose.ALLOCATED, ORDOS)) == (200, 500)
