"""What becomes of contracts for paid use: interest, suspension, recall, return, the debt's end."""

from exchange.core.commands import VoidTransfer
from exchange.core.locks.commands import LockUnits
from exchange.core.paid_use.events import (
    ContractRecalled,
    ContractRefunded,
    ContractSuspended,
    InvoicePaid,
)
from exchange.core.paid_use.overdue import accrued_fen
from exchange.core.paid_use.state import ContractStatus, InvoiceStatus
from exchange.core.permits.commands import RenewRight
from exchange.core.types import Day, LockKind, Purpose
from tests.core.paid_markets import (
    TONNE,
    accepting,
    contract,
    in_treasury,
    offering,
    only,
    paid_up,
    paying,
    pot,
    recalled,
    recalling,
    refunding,
    running,
    sold,
    suspended,
)


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
