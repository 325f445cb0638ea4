"""Projects under budgets: fed from their place, covered before they start, booked as they use."""

import hashlib

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.core import evaluation, invariants
from exchange.core.budgets.commands import CloseProject, CoverObligation, RecordUse, StartProject
from exchange.core.budgets.events import ObligationDetermined, ProjectStarted
from exchange.core.commands import FreezeParticipant
from exchange.core.reasons import RejectReason as R
from exchange.core.totals.commands import SetAside
from exchange.core.types import CASH, Purpose
from tests.core.budget_markets import (
    BAOTOU,
    COVER,
    HENAN,
    LIST,
    NEW,
    OLD,
    ORDOS,
    START,
    adjust,
    existing,
    league,
    paying,
    registered,
    saved,
)

HEADROOM, BUDGET, USED = Purpose.HEADROOM, Purpose.BUDGET, Purpose.USED


def budget(m, number: int = 1, place: str = BAOTOU) -> int:
    return m.at(BUDGET, f"{place}:j{number}")


def determined(events) -> ObligationDetermined:
    (found,) = [event for event in events if isinstance(event, ObligationDetermined)]
    return found


def test_the_published_example_of_henan():
    """A = 100,000, B = 0.3, C = 1.2, average 0.8: 45,000 tce, and not a tce less lets it start."""
    m = league()
    found = determined(m.agreed(NEW))
    assert (found.quantity, found.payable) == (45_000, False)
    m.do(CoverObligation(1, 1, 44_999))
    refusal = m.refused(START)
    assert refusal.reason is R.OBLIGATION_UNCOVERED
    assert dict(refusal.figures) == {
        "obligation": "45000",
        "covered": "44999",
        "outstanding": "1",
        "unit": "t",
    }
    m.do(CoverObligation(1, 1, 1))
    assert m.do(START) == (ProjectStarted(1),)


def test_a_factor_below_its_limit_is_refused_with_both():
    low = tuple((dict(HENAN) | {"B": "0.2"}).items())
    refusal = league().ask(msgspec.structs.replace(NEW, inputs=low)).refusal
    assert refusal.reason is R.OBLIGATION_INVALID
    assert dict(refusal.figures) == {
        "fault": "parameter_out_of_range",
        "input": "B",
        "rule": "energy.obligation.henan.factor_min",
        "value": "0.2",
        "minimum": "0.3",
    }


def test_anybody_comes_to_the_same_trace_from_what_the_event_says():
    m = league()
    found = determined(m.agreed(NEW))
    rules = m.venue.state.rules
    method = evaluation.method(rules, "obligation.formula.henan")
    trace = evaluation.evaluate(method, rules, dict(found.inputs)).trace
    assert hashlib.sha256(trace.canonical()).digest() == found.trace_hash


def test_what_is_delivered_is_gone_and_counts_as_used_by_its_place():
    m = registered()
    m.do(COVER)
    assert (m.holding(1).posted, m.at(Purpose.ALLOCATED, BAOTOU)) == (5_000, 5_000)
    assert (m.at(USED, BAOTOU), m.at(Purpose.RETIRED)) == (45_000, 45_000)


def test_budgets_leave_what_their_place_has_left_and_come_back():
    m = registered()
    assert (budget(m), m.at(HEADROOM, BAOTOU)) == (100_000, 250_000)
    m.agreed(adjust(1_000))
    assert (budget(m), m.at(HEADROOM, BAOTOU)) == (101_000, 249_000)
    m.agreed(CloseProject(1, "given up"))
    assert (budget(m), m.at(HEADROOM, BAOTOU)) == (0, 350_000)


def test_renewable_energy_and_feedstock_do_not_count():
    m = league()
    terms = {"new": False, "inputs": (), "renewable": 30_000, "feedstock": 20_000}
    m.agreed(msgspec.structs.replace(NEW, **terms))
    assert budget(m) == 50_000
    m.do(START)
    m.agreed(RecordUse(1, 60_000, 15_000, 5_000, "report"))
    assert (budget(m), m.at(USED, BAOTOU), m.at(Purpose.RETIRED)) == (10_000, 40_000, 40_000)


def test_the_obligation_follows_the_energy_until_the_start():
    m = registered()
    assert determined(m.agreed(adjust(10_000))).quantity == 49_500
    assert determined(m.agreed(adjust(-60_000))).quantity == 22_500
    m.do(CoverObligation(1, 1, 22_500))
    m.do(START)
    assert not [e for e in m.agreed(adjust(-1)) if isinstance(e, ObligationDetermined)]


def test_what_was_covered_beyond_a_smaller_obligation_stays_covered():
    m = registered()
    m.do(COVER)
    m.agreed(adjust(-50_000))
    assert m.refused(CoverObligation(1, 1, 1)).reason is R.OBLIGATION_EXCEEDED
    m.do(START)


def test_a_price_is_paid_to_the_treasury():
    m = paying()
    obligation = m.venue.state.budgets.projects[1].obligation
    assert (obligation.quantity, obligation.payable) == (1_000 * 5022, True)
    before = m.cash(2).posted
    m.do(CoverObligation(2, 1, obligation.quantity))
    treasury = m.venue.state.accounts.house(CASH, Purpose.TREASURY)
    assert (treasury.posted, before - m.cash(2).posted) == (5_022_000, 5_022_000)
    m.do(StartProject(2, 1))


def test_money_one_has_not_is_refused():
    m = paying()
    quantity = m.venue.state.budgets.projects[1].obligation.quantity
    cash = m.cash(2)
    m.transfer(2, (cash, m.cash(1), cash.posted - 1, 0))
    assert m.refused(CoverObligation(2, 1, quantity)).reason is R.CASH_INSUFFICIENT


def test_an_existing_project_starts_without_covering():
    m = existing()
    m.agreed(adjust(5))
    assert budget(m) == 100_005


def test_a_pot_serves_the_projects_on_the_list():
    m = saved()
    m.agreed(LIST)
    m.agreed(adjust(400, "saved"))
    assert m.at(Purpose.RESERVED, f"{BAOTOU}:saved") == 100
    refusal = m.ask(adjust(101, "saved")).refusal
    assert refusal.reason is R.POT_INSUFFICIENT
    m.agreed(adjust(-100, "idle"))
    assert m.at(Purpose.RESERVED, f"{BAOTOU}:idle") == 100


def test_units_on_offer_do_not_cover():
    m = registered()
    m.sell(1, "10000@100.00")
    assert m.refused(COVER).reason is R.UNITS_INSUFFICIENT


def test_a_frozen_member_starts_nothing():
    m = registered()
    m.do(COVER)
    m.do(FreezeParticipant(1, "court"))
    assert m.refused(START).reason is R.PARTICIPANT_FROZEN


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.integers(-400, 600), st.sampled_from(("", "saved"))),
        max_size=14,
    )
)
def test_whatever_is_granted_and_used_no_place_goes_beyond_its_total(steps):
    m = existing()
    m.agreed(LIST)
    for kind, quantity, pot in steps:
        act = (
            adjust(quantity, pot),
            RecordUse(1, quantity, quantity // 3, 0, "report"),
            SetAside(1, BAOTOU, "saved", quantity, "saved"),
            msgspec.structs.replace(OLD, code=f"S{quantity}", energy=quantity * 900),
            msgspec.structs.replace(OLD, code=f"O{quantity}", place=ORDOS, energy=quantity * 900),
        )[kind]
        if m.ask(act).refusal is None:
            m.approve()
    state = m.venue.state
    assert invariants.violations(state) == []
    parts = {BAOTOU: 0, ORDOS: 0}
    for account in state.accounts.all.values():
        place = account.place.partition(":")[0]
        if place in parts and account.participant_id == 0:
            parts[place] += account.posted
    assert parts == {BAOTOU: 400_000, ORDOS: 300_000}
