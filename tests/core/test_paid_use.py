"""Paid use: fees by the published standards, instalments, what is overdue, recalls, refunds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.core import evaluation
from exchange.core.commands import VoidTransfer
from exchange.core.locks.commands import LockUnits
from exchange.core.paid_use.commands import RefundContract
from exchange.core.paid_use.events import (
    ContractAccepted,
    ContractLapsed,
    ContractOffered,
    ContractRecalled,
    ContractRefunded,
    ContractSuspended,
    InvoicePaid,
)
from exchange.core.paid_use.overdue import accrued_fen
from exchange.core.paid_use.spans import later, unused_years
from exchange.core.paid_use.state import ContractStatus, InvoiceStatus
from exchange.core.permits.commands import RenewRight
from exchange.core.rules import RuleKind, RuleRef, day_text
from exchange.core.totals.commands import SetAside
from exchange.core.types import Day, LockKind, Purpose
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
    offered,
    offering,
    paid_up,
    paying,
    pot,
    priced,
    recalled,
    recalling,
    refunding,
    running,
    schedule,
    sold,
    suspended,
)
from tests.support.builders import Market, rule

TREASURY = Purpose.TREASURY


def only(events, kind):
    (found,) = (event for event in events if isinstance(event, kind))
    return found


def in_treasury(m: Market) -> int:
    return m.house(TREASURY).posted


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


def test_interest_accrues_by_the_day_up_to_the_amount():
    assert accrued_fen(3_750_000, 500, 1_000_000, 34) == 63_750
    assert accrued_fen(3_750_000, 500, 1_000_000, 2_001) == 3_750_000
    assert accrued_fen(1, 500, 1_000_000, 1) == 0
    assert accrued_fen(3_750_000, 500, 1_000_000, -3) == 0


def test_overdue_suspended_paid_lifted():
    m = running()
    m.list("48.00")
    m.advance("2027-03-02 09:35")
    m.sell(1, "30@48.00")
    assert contract(m).invoices[1].status is InvoiceStatus.OPEN
    m.advance("2027-03-03 09:35")
    assert contract(m).invoices[1].status is InvoiceStatus.OVERDUE
    m.advance("2027-04-01 09:35")
    assert contract(m).status is ContractStatus.ACTIVE
    event = only(m.advance("2027-04-02 09:35").events, ContractSuspended)
    assert event.quantity == 100 * TONNE
    assert m.venue.state.participants[1].open_orders == {}
    assert m.holding(1).available == 0
    assert m.sell(1, "1@48.00").refusal.reason == "units_insufficient"
    before = in_treasury(m)
    paid = only(m.do(paying(2)), InvoicePaid)
    assert (paid.amount_fen, paid.interest_fen) == (3_750_000, 58_125)
    assert in_treasury(m) - before == 3_808_125
    assert contract(m).status is ContractStatus.ACTIVE
    assert m.holding(1).available == 100 * TONNE
    assert m.sell(1, "1@48.00").refusal is None


def test_what_comes_free_while_suspended_is_frozen_at_midnight():
    m = running()
    m.agreed(offering(1, 2))
    m.do(accepting(member=2, contract=2))
    m.do(paying(6, 2))
    m.transfer(1, (m.holding(1), m.holding(2), 40 * TONNE, 1), pending=True)
    (chain,) = m.venue.state.pending
    event = only(m.advance("2027-04-02 09:35").events, ContractSuspended)
    assert event.quantity == 60 * TONNE
    assert [one for one in m.advance("2027-04-03 09:35").events if "Contract" in repr(one)] == []
    m.do(VoidTransfer(1, chain))
    event = only(m.advance("2027-04-04 09:35").events, ContractSuspended)
    assert (event.quantity, m.holding(1).available) == (100 * TONNE, 0)
    m.do(paying(2))
    assert m.holding(1).available == 100 * TONNE


def test_what_is_not_paid_for_in_full_is_not_renewed():
    m = running()
    renewing = RenewRight(m.holding(1).account_id, 1, TONNE, Day(0), "renewal")
    refusal = m.ask(renewing).refusal
    assert (refusal.reason, refusal.figures) == ("contract_unpaid", (("unpaid", "150000.00"),))
    for invoice in range(2, 6):
        m.do(paying(invoice))
    assert m.ask(renewing).refusal.reason == "renewal_above_verified"


def test_a_recall_takes_what_is_there_and_claims_the_fee_of_the_rest():
    m = running()
    m.agreed(offering(1, 2))
    m.do(accepting(member=2, contract=2))
    m.do(paying(6, 2))
    m.transfer(1, (m.holding(1), m.holding(2), 40 * TONNE, 1))
    m.advance("2027-08-30 09:35")
    event = only(m.agreed(recalling()), ContractRecalled)
    assert (event.quantity, event.missing) == (60 * TONNE, 40 * TONNE)
    assert event.claim_fen == 3 * 3_750_000 * 40 // 100
    assert event.cancelled == (3, 4, 5)
    assert (pot(m), m.holding(1).posted) == (60 * TONNE, 0)
    assert only(m.do(paying(2)), InvoicePaid).interest_fen > 0


def test_what_is_for_own_use_stays_locked_and_is_recalled_with_the_rest():
    m = running()
    account = m.holding(1)
    terms = (30 * TONNE, LockKind.OWN_USE, "special purpose", "order")
    m.agreed(LockUnits(account.account_id, 1, *terms))
    m.advance("2027-04-05 09:35")
    assert m.venue.state.freezes[2].quantity == 70 * TONNE
    m.do(paying(2))
    assert (account.available, account.held) == (70 * TONNE, 30 * TONNE)
    m.advance("2028-12-01 09:35")
    event = only(m.agreed(recalling()), ContractRecalled)
    assert (event.quantity, event.missing, account.posted) == (100 * TONNE, 0, 0)


def test_the_first_day_of_a_recall_is_told():
    m = suspended()
    refusal = m.ask(recalling()).refusal
    assert refusal.figures == (("due", "2027-03-02"), ("first_day", "2027-08-30"))
    m.advance("2027-08-29 09:35")
    assert m.ask(recalling()).refusal is not None
    m.advance("2027-08-30 09:35")
    m.agreed(recalling())


def test_what_was_recalled_can_be_given_out_again():
    m = recalled()
    m.agreed(offering(100, 2, pot="paid", until="2027-12-31"))
    m.do(accepting(member=2, contract=2))
    m.do(paying(6, 2))
    assert m.holding(2).available == 100 * TONNE


def test_units_that_are_returned_are_refunded_for_the_years_not_begun():
    m = paid_up()
    event = only(m.agreed(refunding(40)), ContractRefunded)
    assert (event.years, event.refund_fen) == (4, 8_000_000)
    m.advance("2028-03-02 09:35")
    event = only(m.agreed(refunding(60)), ContractRefunded)
    assert (event.years, event.refund_fen, event.left) == (2, 6_000_000, 0)
    assert contract(m).status is ContractStatus.RETURNED
    assert in_treasury(m) == 11_000_000
    assert (pot(m), m.at(Purpose.ALLOCATED)) == (100 * TONNE, 0)
    assert m.cash(1).posted == 100_000_000 - 11_000_000


def test_what_was_given_away_is_not_returned():
    m = sold()
    refusal = m.ask(refunding(61)).refusal
    assert refusal.figures == (("available", "60.000"), ("required", "61.000"))
    m.agreed(refunding(60))


def test_units_frozen_for_a_debt_end_when_it_is_paid_after_the_term():
    m = suspended()
    m.advance("2031-03-03 09:35")
    assert m.holding(1).posted == 100 * TONNE
    assert m.ask(recalling()).refusal.reason == "contract_status_refused"
    for invoice in range(2, 6):
        assert contract(m).status is ContractStatus.SUSPENDED
        m.do(paying(invoice))
    assert m.holding(1).posted == 0
    assert m.at(Purpose.USED) == 100 * TONNE


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
    treasury = m.venue.state.accounts.find(0, 0, TREASURY, "")
    assert (0 if treasury is None else treasury.posted) == money >= 0
    for one in m.venue.state.paid_use.contracts.values():
        if one.status is not ContractStatus.OFFERED and one.invoices:
            total = sum(invoice.amount_fen for invoice in one.invoices)
            assert total == one.fee_fen, format_decimal(total, 2)
