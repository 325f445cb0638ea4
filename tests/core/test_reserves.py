"""The government's reserve: what comes in on which ground, what goes out at which price."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core.events import OrderCancelled, TransferPosted
from exchange.core.paid_use.commands import AcceptContract, OfferContract, PayInvoice
from exchange.core.reasons import RejectReason
from exchange.core.reserves.events import ReserveMoved, ReserveOffered
from exchange.core.reserves.grounds import Ground, Recovery
from exchange.core.rules import RuleKind
from exchange.core.totals.commands import SetAside
from exchange.core.types import AccountType, Day, Purpose
from exchange.core.venue import Venue
from tests.core.after_issue_markets import SETTLE, owing
from tests.core.budget_markets import league, report
from tests.core.reserve_markets import (
    BAOTOU,
    CEMENT,
    FLOOR,
    ORDOS,
    RESERVE,
    STEEL,
    accept,
    bid_for,
    buy_back,
    market,
    on_sale,
    release,
    retain,
    retained,
    small,
    take,
    withdraw,
)
from tests.support.builders import Market, asking, rule


def treasury(m: Market) -> int:
    return m.house(Purpose.TREASURY).posted


def test_what_a_place_retains_leaves_its_pot_for_the_reserve():
    m = retained()
    assert m.holding(RESERVE).posted == 4_000
    assert m.at(Purpose.RESERVED, f"{BAOTOU}:government") == 1_000
    assert m.at(Purpose.ALLOCATED, BAOTOU) == 14_000
    told = m.outcomes[-1].events[-1]
    assert (told.ground, told.quantity, told.party_id) == (Ground.RETAINED, 4_000, 0)
    (lot,) = [lot for lot in m.venue.state.lots.values() if lot.source == "retained: 留存"]
    assert lot.region == BAOTOU


@pytest.mark.parametrize("ground", Recovery)
def test_units_of_who_is_gone_are_taken_without_payment(ground):
    m = market()
    m.list("5000.00")
    m.sell(STEEL, "6@5000.00")
    events = m.agreed(take(7_000, ground=ground))
    assert [type(event) for event in events if isinstance(event, OrderCancelled)]
    told = events[-1]
    assert isinstance(told, ReserveMoved)
    assert (told.ground, told.quantity, told.consideration_fen) == (Ground(ground), 7_000, 0)
    assert (m.holding(RESERVE).posted, m.holding(STEEL).posted) == (7_000, 3_000)
    assert m.cash(STEEL).posted == 0


def test_what_was_paid_for_is_not_taken_for_nothing():
    m = market()
    m.deposit(STEEL, "1000000.00")
    m.agreed(OfferContract(STEEL, 1, 2_000, 5, "", Day(20_544), "contract"))
    m.do(AcceptContract(STEEL, 1, 0, 0))
    m.do(PayInvoice(STEEL, 1))
    assert m.holding(STEEL).posted == 12_000
    figures = dict(m.refused(asking(take(10_001))).figures)
    assert figures == {"available": "10.000", "required": "10.001"}
    m.agreed(take(10_000))
    assert (m.holding(STEEL).posted, m.holding(RESERVE).posted) == (2_000, 10_000)


def test_units_of_several_lots_are_taken_as_one_chain():
    m = market()
    m.agreed(SetAside(1, BAOTOU, "government", 5_000, "retained"))
    m.admit(8, AccountType.GOV_RESERVE, region=BAOTOU)
    m.agreed(retain(3_000, reserve=8))
    m.agreed(retain(2_000, reserve=8))
    events = m.agreed(take(4_000, 8))
    legs = [event for event in events if isinstance(event, TransferPosted)]
    assert [leg.quantity for leg in legs] == [3_000, 1_000]
    assert {leg.chain_id for leg in legs} == {events[-1].chain_id}


def test_a_sale_pays_the_treasury_and_moves_the_totals():
    m = on_sale()
    events = m.do(accept(2_000))
    assert (m.holding(CEMENT).posted, m.holding(RESERVE).posted) == (2_000, 2_000)
    assert treasury(m) == 500_000
    assert m.cash(CEMENT).posted == 100_000_000 - 500_000
    assert (m.at(Purpose.ALLOCATED, ORDOS), m.at(Purpose.ALLOCATED, BAOTOU)) == (2_000, 12_000)
    told = events[-1]
    assert (told.ground, told.quantity, told.left) == (Ground.PUBLIC_SALE, -2_000, 1_000)
    m.do(accept(1_000))
    assert dict(m.refused(accept(1)).figures)["left"] == "0.000"
    assert treasury(m) == 750_000


def test_who_comes_first_is_served_and_the_next_has_the_rest():
    m = on_sale()
    m.deposit(STEEL, "100000.00")
    m.do(accept(2_500, STEEL))
    figures = dict(m.refused(accept(501)).figures)
    assert figures == {"left": "0.500", "requested": "0.501"}


def test_an_agreement_is_with_one_member():
    m = on_sale(party=CEMENT)
    events = m.do(accept(3_000))
    assert events[-1].ground is Ground.AGREEMENT


def test_a_small_sale_takes_one_person():
    m = retained()
    (offered,) = m.do(small(1_000))
    assert isinstance(offered, ReserveOffered)
    assert (offered.ground, offered.floor) == (Ground.SIMPLIFIED_SALE, FLOOR)
    assert m.do(accept(1_000))[-1].ground is Ground.SIMPLIFIED_SALE


def test_the_reserve_buys_back_with_its_own_money():
    m = bid_for()
    events = m.do(accept(1_500, STEEL))
    assert events[-1].ground is Ground.REPURCHASED
    assert (m.holding(RESERVE).posted, m.holding(STEEL).posted) == (1_500, 8_500)
    assert m.cash(STEEL).posted == 375_000
    assert m.cash(RESERVE).posted == 100_000_000 - 375_000


def test_a_price_to_buy_has_no_floor():
    m = market()
    m.agreed(buy_back(1_000, 1_000))
    assert m.venue.state.reserves.offers[1].price == 1_000


def test_the_floor_follows_the_fee_and_the_term():
    m = retained()
    m.activate(rule("emission.paid_use.years", RuleKind.INTEGER, "3"))
    figures = dict(m.refused(asking(release(1, 14_999_999))).figures)
    assert figures == {"price": "1499.9999", "floor": "1500.0000"}
    assert m.agreed(release(1, 15_000_000))[-1].floor == 15_000_000


def test_an_offer_is_open_in_its_window_alone():
    m = retained()
    m.agreed(release(1_000, opens_on=20_515, closes_on=20_516))
    assert m.apply(accept(1)).refusal.reason == "offer_not_open"
    m.advance("2026-03-03 00:00")
    m.do(accept(1_000 - 1))
    m.advance("2026-03-05 00:00")
    figures = dict(m.refused(accept(1)).figures)
    assert figures == {"opens_on": "2026-03-03", "closes_on": "2026-03-04", "left": "0.001"}


def test_units_that_went_meanwhile_are_not_sold_twice():
    m = retained()
    m.agreed(release(3_000))
    m.agreed(release(3_000))
    m.do(accept(3_000))
    refusal = m.refused(accept(2_000, offer=2))
    assert (refusal.reason, dict(refusal.figures)["available"]) == ("units_insufficient", "1.000")


def test_an_offer_may_be_withdrawn_before_it_opens():
    m = retained()
    m.agreed(release(1_000, opens_on=20_515, closes_on=20_516))
    m.do(withdraw())
    m.advance("2026-03-03 00:00")
    assert m.apply(accept(1)).refusal.reason == "offer_not_open"


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 3_000)), max_size=6))
def test_money_and_units_never_come_apart(deals):
    m = on_sale()
    m.agreed(buy_back(3_000))
    before = m.holding(RESERVE).posted
    for buys, quantity in deals:
        m.apply(accept(quantity, CEMENT) if buys else accept(quantity, STEEL, 2))
    told = [event for one in m.outcomes for event in one.events if isinstance(event, ReserveMoved)]
    sold = [one for one in told if one.ground is Ground.PUBLIC_SALE]
    bought = [one for one in told if one.ground is Ground.REPURCHASED]
    assert m.holding(RESERVE).posted == before + sum(one.quantity for one in sold + bought)
    if sold:
        assert treasury(m) == sum(one.consideration_fen for one in sold)
    spent = sum(one.consideration_fen for one in bought)
    assert m.cash(RESERVE).posted == 100_000_000 - spent
    again = Venue.restore(m.venue.snapshot())
    assert again.snapshot() == m.venue.snapshot()


def moved_away() -> Market:
    """The reserve that would buy has moved to a place without a total."""
    m = bid_for()
    m.admit(RESERVE, AccountType.GOV_RESERVE, region="110000")
    return m


def shut_out() -> Market:
    """The reserve that would buy is outside the total that was set since."""
    m = Market("emission")
    m.define("SO2", "SO2", scale=3)
    m.admit(STEEL, region=BAOTOU)
    m.admit(RESERVE, AccountType.GOV_RESERVE, region="110000")
    m.authorise("20")
    m.issue(STEEL, "10")
    m.deposit(RESERVE, "1000000.00")
    m.agreed(buy_back(2_000))
    m.total(30_000, "150000")
    return m


@pytest.mark.parametrize("build", [moved_away, shut_out])
def test_a_reserve_outside_the_totals_takes_nothing(build):
    m = build()
    refusal = m.refused(accept(1_500, STEEL))
    assert refusal.reason is RejectReason.CONTROL_TOTAL_MISSING
    assert dict(refusal.figures) == {"region": "110000"}
    m.admit(RESERVE, AccountType.GOV_RESERVE, region=BAOTOU)
    m.do(accept(1_500, STEEL))


def test_no_units_of_a_reserve_come_into_a_place_in_red():
    m = league()
    m.admit(RESERVE, AccountType.GOV_RESERVE, region=BAOTOU)
    m.agreed(SetAside(1, BAOTOU, "government", 100, "retained"))
    m.agreed(retain(100))
    day = Day(m.venue.state.today + 1)
    m.agreed(release(100, 10_000, opens_on=day, closes_on=day))
    m.advance("2026-03-11 09:35")
    m.do(accept(10))
    m.agreed(report(ORDOS))
    assert m.refused(accept(10)).reason is RejectReason.TARGET_IN_RED
    m.do(accept(10, STEEL))


def test_a_claim_goes_before_the_reserve():
    m = owing()
    m.admit(RESERVE, AccountType.GOV_RESERVE, region=m.venue.state.participants[1].region)
    m.sell(2, "50@48.00")
    m.buy(1, "50@48.00")
    refusal = m.refused(asking(take(50)))
    assert refusal.reason is RejectReason.CLAIM_OPEN
    m.do(SETTLE)
    assert m.refused(asking(take(50))).reason is RejectReason.CLAIM_OPEN
    assert m.holding(1).posted == 0
