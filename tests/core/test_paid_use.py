"""Paid use: fees by the published standards, instalments, what is overdue, recalls, refunds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.core import evaluation
from exchange.core.paid_use.commands import RefundContract
from exchange.core.paid_use.events import (
    ContractAccepted,
    ContractLapsed,
    ContractOffered,
    ContractRefunded,
    InvoicePaid,
)
from exchange.core.paid_use.spans import later, unused_years
from exchange.core.paid_use.state import ContractStatus
from exchange.core.rules import RuleKind, RuleRef, day_text
from exchange.core.totals.commands import SetAside
from exchange.core.types import Purpose
from exchange.core.units import format_decimal
from exchange.core.venue import Venue
from tests.core.paid_markets import (
    BAOTOU,
    TONNE,
    accepted,
    accepting,
    contract,
    day,
    ending,
    in_treasury,
    offered,
    offering,
    only,
    paying,
    pot,
    priced,
    recalling,
    running,
    schedule,
)
from tests.support.builders import rule


@pytest.mark.parametrize(
    ("kind", "start", "fee", "version"),
    [
        ("SO2", "2026-03-02 09:35", 25_000_000, 2),
        ("COD", "2026-03-02 09:35", 50_000_000, 2),
        ("SO2", "2012-03-01 09:35", 25_000_000, 2),
        ("SO2", "2012-02-29 09:35", 75_000_000, 1),
        ("COD", "2012-02-29 09:35", 100_000_000, 1),
    ],
)
def test_the_fee_is_by_the_standard_of_the_day(kind, start, fee, version):
    m = priced(start=start, kind=kind)
    until = start[:10]
    event = only(m.agreed(offering(until=until)), ContractOffered)
    assert (event.fee_fen, event.standard_fen) == (fee, fee)
    assert event.standard == RuleRef(f"emission.paid_use.fee_standard.{kind}", version)
    rules = m.venue.state.rules
    inputs = {"pollutant": kind, "quantity": "100", "years": "5"}
    method = evaluation.method(rules, "paid_use.formula.fee")
    assert evaluation.evaluate(method, rules, inputs).value == fee


def test_the_narrowest_schedule_in_force_goes_before_the_standard():
    m = priced()
    m.agreed(schedule("600"))
    m.agreed(schedule("700.1234", place=BAOTOU, valid_to=day("2026-03-02")))
    event = only(m.agreed(offering(1)), ContractOffered)
    assert (event.price, event.schedule_id, event.standard) == (7_001_234, 2, None)
    assert event.fee_fen == 350_062
    m.advance("2026-03-03 09:35")
    assert only(m.agreed(offering(1)), ContractOffered).fee_fen == 300_000
    m.agreed(ending("2026-03-03"))
    m.advance("2026-03-04 09:35")
    assert only(m.agreed(offering(1)), ContractOffered).fee_fen == 250_000
    m.agreed(schedule("800", valid_from=day("2026-03-04")))
    assert only(m.agreed(offering(1)), ContractOffered).schedule_id == 3
    assert contract(m).fee_fen == 350_062


def test_a_schedule_that_overlaps_is_told_the_other_and_its_days():
    m = priced()
    m.agreed(schedule(valid_to=day("2026-12-31")))
    refusal = m.ask(schedule("700", valid_from=day("2026-12-31"))).refusal
    assert refusal.figures == (
        ("schedule", "j1"),
        ("valid_from", "2026-03-02"),
        ("valid_to", "2026-12-31"),
    )
    m.agreed(schedule("700", valid_from=day("2027-01-01")))
    m.agreed(schedule("700", place=BAOTOU))


def test_the_rest_is_paid_by_the_year_and_the_last_takes_the_residue():
    m = offered()
    event = only(m.do(accepting(10_000_001, 4)), ContractAccepted)
    assert [one.amount_fen for one in event.invoices] == [10_000_001, *[3_749_999] * 3, 3_750_002]
    assert [day_text(one.due) for one in event.invoices] == [
        "2026-04-01",
        "2027-03-02",
        "2028-03-02",
        "2029-03-02",
        "2030-03-02",
    ]
    refusal = offered().refused(accepting(9_999_999, 4))
    assert refusal.figures == (("first", "99999.99"), ("minimum", "100000.00"))


def test_units_are_set_aside_when_offered_and_usable_from_the_first_payment():
    m = accepted()
    headroom = m.venue.state.accounts.house(1, Purpose.HEADROOM, "")
    assert (headroom.posted, headroom.available) == (1_000 * TONNE, 900 * TONNE)
    m.do(paying())
    assert (headroom.posted, headroom.available) == (900 * TONNE, 900 * TONNE)
    assert m.at(Purpose.ALLOCATED) == m.holding(1).available == 100 * TONNE
    lot = m.venue.state.lots[contract(m).lot_id]
    assert (day_text(lot.valid_from), day_text(lot.valid_to)) == ("2026-03-02", "2031-03-01")
    assert in_treasury(m) == 10_000_000
    assert m.cash(1).posted == 90_000_000


def test_units_may_come_out_of_a_pot():
    m = priced()
    m.agreed(SetAside(1, "", "paid", 100 * TONNE, "aside"))
    m.agreed(offering(pot="paid"))
    refusal = m.ask(offering(1, pot="paid")).refusal
    assert dict(refusal.figures)["available"] == "0.000"
    m.do(accepting())
    m.do(paying())
    assert (pot(m), m.at(Purpose.HEADROOM)) == (0, 900 * TONNE)


def test_who_moves_before_paying_is_given_the_units_in_its_new_place():
    m = priced()
    m.total(500 * TONNE, "150000")
    m.total(100 * TONNE, BAOTOU)
    m.agreed(offering())
    m.do(accepting())
    m.admit(1, region="150600")
    m.do(paying())
    assert m.at(Purpose.HEADROOM, BAOTOU) == m.at(Purpose.ALLOCATED, BAOTOU) == 0
    assert m.at(Purpose.ALLOCATED, "150000") == 100 * TONNE


@pytest.mark.parametrize(("make", "last"), [(offered, "2026-03-31"), (accepted, "2026-04-01")])
def test_what_is_not_accepted_or_paid_in_time_lapses_and_frees_the_units(make, last):
    m = make()
    m.advance(f"{last} 09:35")
    assert contract(m).status is not ContractStatus.LAPSED
    after = later(day(last), 0) + 1
    events = m.advance(f"{day_text(after)} 09:35").events
    lapsed = only(events, ContractLapsed)
    assert lapsed.cancelled == tuple(one.invoice_id for one in contract(m).invoices)
    assert m.venue.state.accounts.house(1, Purpose.HEADROOM, "").available == 1_000 * TONNE
    assert m.venue.state.paid_use.agenda == {}


def test_a_full_term_paid_at_once_is_cheaper_where_a_place_says_so():
    m = offered(100, 4)
    assert only(m.do(accepting(member=4)), ContractAccepted).fee_fen == 20_000_000
    m = offered(100, 4, years=4)
    assert only(m.do(accepting(member=4)), ContractAccepted).fee_fen == 20_000_000
    m = offered(100, 4)
    assert only(m.do(accepting(10_000_000, 4, 4)), ContractAccepted).fee_fen == 25_000_000
    assert only(offered().do(accepting()), ContractAccepted).fee_fen == 25_000_000


def test_instalments_need_a_fee_above_the_threshold_where_a_place_has_one():
    m = offered(80, 4)
    refusal = m.refused(accepting(10_000_000, 4, 4))
    assert refusal.figures == (("fee", "200000.00"), ("above", "200000.00"))
    offered(80).do(accepting(8_000_000, 4))


def test_a_small_fee_is_waived_where_a_place_says_so():
    m = priced()
    event = only(m.agreed(offering(0, 3, quantity=800)), ContractOffered)
    assert (event.standard_fen, event.fee_fen) == (200_000, 0)
    assert only(m.agreed(offering(0, 3, quantity=801)), ContractOffered).fee_fen == 200_250
    assert only(m.agreed(offering(0, 1, quantity=800)), ContractOffered).fee_fen == 200_000
    m.do(accepting(member=3))
    assert (contract(m).status, m.holding(3).available) == (ContractStatus.ACTIVE, 800)
    assert only(m.agreed(RefundContract(1, 800, "back")), ContractRefunded).refund_fen == 0


def test_contracts_come_back_from_a_snapshot_and_go_on_alike():
    m = running()
    m.agreed(offering(1, 2, until="2027-12-31"))
    again = Venue.restore(m.venue.snapshot())
    assert again.snapshot() == m.venue.snapshot()
    assert again.state.paid_use == m.venue.state.paid_use
    m.venue = again
    m.advance("2027-04-05 09:35")
    assert contract(m).status is ContractStatus.SUSPENDED
    assert m.venue.state.paid_use.freezes == {2: 2, 3: 1}


def test_months_end_with_the_month():
    assert day_text(later(day("2024-02-29"), 12)) == "2025-02-28"
    assert day_text(later(day("2026-01-31"), 1)) == "2026-02-28"
    assert day_text(later(day("9999-12-31"), 12)) == "9999-12-31"
    assert unused_years(day("2026-03-02"), 5, day("2026-03-02")) == 4
    assert unused_years(day("2026-03-02"), 5, day("2027-03-01")) == 4
    assert unused_years(day("2026-03-02"), 5, day("2027-03-02")) == 3
    assert unused_years(day("2026-03-02"), 1, day("2026-03-02")) == 0


def test_a_figure_that_the_venue_could_not_act_on_is_refused():
    m = priced()
    for name, kind, value in (
        ("fee_standard.SO2", RuleKind.DECIMAL, "500.12345"),
        ("fee_standard.SO2", RuleKind.DECIMAL, "999999999999999999"),
        ("exempt_up_to", RuleKind.DECIMAL, "0.001"),
        ("first_instalment", RuleKind.RATIO, "1.1"),
        ("years", RuleKind.INTEGER, "101"),
        ("recall_days", RuleKind.TEXT, "soon"),
    ):
        assert m.activate(rule(f"emission.paid_use.{name}", kind, value)).refusal is not None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("offer", "once", "parts", "pay", "pay", "days", "recall", "refund")),
        st.integers(1, 3),
        st.integers(1, 400),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_invoices_sum_to_the_fee_and_the_treasury_has_what_was_paid(steps):
    m = priced()
    money = 0
    for what, number, figure in steps:
        if what == "days":
            m.advance(f"{day_text(m.venue.state.today + figure)} 09:35")
            continue
        command = {
            "offer": offering(figure, quantity=figure * 777, until="2099-01-01"),
            "once": accepting(contract=number),
            "parts": accepting(figure * 400_000, 1 + figure % 4, contract=number),
            "pay": paying(1 + figure % 9),
            "recall": recalling(number),
            "refund": RefundContract(number, figure * 700, "back"),
        }[what]
        if what in ("offer", "recall", "refund"):
            outcome = m.ask(command)
            outcome = outcome if outcome.refusal else m.approve()
        else:
            outcome = m.apply(command)
        for event in outcome.events:
            if isinstance(event, InvoicePaid):
                money += event.amount_fen + event.interest_fen
            if isinstance(event, ContractRefunded):
                money -= event.refund_fen
    treasury = m.venue.state.accounts.find(0, 0, Purpose.TREASURY, "")
    assert (0 if treasury is None else treasury.posted) == money >= 0
    for one in m.venue.state.paid_use.contracts.values():
        if one.status is not ContractStatus.OFFERED and one.invoices:
            total = sum(invoice.amount_fen for invoice in one.invoices)
            assert total == one.fee_fen, format_decimal(total, 2)
