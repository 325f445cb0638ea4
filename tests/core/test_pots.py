"""What a place sets aside for a purpose, what a plan draws from there, and the rest cancelled."""

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.core import invariants
from exchange.core.totals.events import TotalCancelled, TotalSetAside
from exchange.core.types import Purpose
from tests.core.allocation_markets import (
    BAOTOU,
    FROM_POT,
    ORDOS,
    REGION,
    aside,
    cancel,
    due,
    kept,
    tracked,
)
from tests.support.builders import issuing, plan

HEADROOM, ALLOCATED, RESERVED = Purpose.HEADROOM, Purpose.ALLOCATED, Purpose.RESERVED


def test_a_pot_is_filled_from_what_is_left_and_gives_it_back():
    m = tracked()
    events = m.agreed(aside(50))
    (told,) = [event for event in events if isinstance(event, TotalSetAside)]
    assert (told.pot, told.quantity) == ("idle", 50)
    assert (m.at(HEADROOM, BAOTOU), m.at(RESERVED, f"{BAOTOU}:idle")) == (550, 50)
    m.agreed(aside(-20))
    assert (m.at(HEADROOM, BAOTOU), m.at(RESERVED, f"{BAOTOU}:idle")) == (570, 30)
    assert m.at(Purpose.ISSUABLE) == 1_000


def test_a_plan_draws_on_the_pot_that_it_names_and_on_nothing_else():
    newcomers = plan(("a", 1, 30), ("b", 5, 20), pot="new_entrant")
    m = due(newcomers)
    m.agreed(aside(50, "new_entrant"))
    m.agreed(issuing(newcomers))
    assert m.at(RESERVED, f"{BAOTOU}:new_entrant") == 0
    assert (m.at(HEADROOM, BAOTOU), m.at(ALLOCATED, BAOTOU)) == (550, 50)


def test_a_row_that_breaks_the_pot_is_named_with_the_figures():
    m = kept(FROM_POT)
    refusal = m.ask(issuing(FROM_POT)).refusal
    assert dict(refusal.figures) == {
        "place": BAOTOU,
        "pot": "new_entrant",
        "available": "0",
        "requested": "1",
        "row": "2",
        "entity": "b",
    }


def test_what_one_place_saved_can_be_given_to_members_of_another():
    saved = plan(("a", 2, 30), ("b", 1, 5), pot=f"{BAOTOU}:saved")
    m = due(saved)
    m.agreed(aside(40, "saved"))
    m.agreed(issuing(saved))
    assert m.at(RESERVED, f"{BAOTOU}:saved") == 5
    assert (m.at(ALLOCATED, BAOTOU), m.at(ALLOCATED, ORDOS)) == (5, 30)
    assert m.at(HEADROOM, ORDOS) == 300


def test_what_is_cancelled_is_gone_from_every_total_above():
    m = tracked()
    (told, *_) = m.agreed(cancel(100))
    assert isinstance(told, TotalCancelled)
    assert told.places == (BAOTOU, REGION)
    assert (m.at(HEADROOM, BAOTOU), m.at(HEADROOM, REGION)) == (500, 100)
    assert m.at(Purpose.TARGET) == m.at(Purpose.SOURCE) == -900
    assert m.at(Purpose.ISSUABLE) == 900


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from((REGION, BAOTOU, ORDOS)),
            st.sampled_from(("idle", "saved", "")),
            st.integers(-300, 300),
        ),
        max_size=12,
    )
)
def test_whatever_is_set_aside_and_cancelled_the_sums_hold(steps):
    m = tracked()
    cancelled = 0
    for place, pot, quantity in steps:
        command = aside(quantity, pot, place) if pot else cancel(quantity, place)
        if m.ask(command).refusal is None:
            m.approve()
            cancelled += 0 if pot else quantity
    assert invariants.violations(m.venue.state) == []
    assert m.at(Purpose.TARGET) == -(1_000 - cancelled)
