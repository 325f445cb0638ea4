"""What orders hold and trades move: units against money, rounding, fees, the rest given back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.core.events import OrderAccepted, OrderReplaced, TradeExecuted
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleKind
from exchange.core.types import Purpose
from matching import CancelReason, Side
from tests.support.builders import Market, cancelled, carbon_market, order, rule, trades

BUY, SELL = Side.BUY, Side.SELL
PLENTY = 10_000_000_000


def fees(buyer: str, seller: str, ledger: str = "carbon"):
    return (
        rule(f"{ledger}.fees.buyer", RuleKind.RATIO, buyer),
        rule(f"{ledger}.fees.seller", RuleKind.RATIO, seller),
    )


# Holds


def test_a_bid_holds_its_price_and_an_ask_its_units():
    m = carbon_market()
    m.buy(2, "10@48.00")
    m.sell(1, "30@49.00")
    assert (m.cash(2).held, m.cash(2).available) == (48_000, PLENTY - 48_000)
    assert (m.holding(1).held, m.holding(1).available) == (30, 99_970)


def test_a_bid_filled_at_a_better_price_gets_the_difference_back():
    m = carbon_market()
    m.sell(1, "10@47.00")
    m.buy(2, "10@48.00")
    assert (m.cash(2).held, m.cash(2).posted) == (0, PLENTY - 47_000)


def test_a_part_fill_keeps_the_hold_of_what_is_left():
    m = carbon_market()
    m.sell(1, "4@47.00")
    m.buy(2, "10@48.00")
    assert (m.cash(2).held, m.cash(2).posted) == (6 * 4800, PLENTY - 4 * 4700)


def test_cancelling_releases_the_whole_hold():
    m = carbon_market()
    m.buy(2, "10@48.00")
    outcome = m.cancel(2, 1)
    assert cancelled(outcome) == [(1, 10, CancelReason.REQUESTED)]
    assert (m.cash(2).held, m.cash(2).available) == (0, PLENTY)


def test_what_is_held_cannot_be_spent_twice():
    m = carbon_market()
    m.sell(1, "99999@48.00")
    assert m.sell(1, "1@48.00").refusal is None
    assert m.sell(1, "1@48.00").refusal.reason is RejectReason.UNITS_INSUFFICIENT


@pytest.mark.parametrize(
    ("text", "held", "kept"),
    [
        ("10@47.00", 47_000, False),
        ("10@49.00", 49_000, False),
        ("4@48.00", 19_200, True),
        ("20@48.00", 96_000, False),
    ],
)
def test_replacing_changes_the_hold_and_the_place_in_the_queue(text, held, kept):
    m = carbon_market()
    m.buy(2, "10@48.00")
    (replaced,) = m.replace(2, 1, text).events
    assert isinstance(replaced, OrderReplaced)
    assert (m.cash(2).held, replaced.held_change) == (held, held - 48_000)
    assert replaced.kept_priority is kept


def test_the_total_of_a_replaced_order_counts_what_it_has_bought():
    m = carbon_market()
    m.sell(1, "4@48.00")
    m.buy(2, "10@48.00")
    (replaced,) = m.replace(2, 2, "9@48.00").events
    assert (replaced.old_leaves, replaced.leaves, m.cash(2).held) == (6, 5, 5 * 4800)


def test_replacing_by_more_than_the_means_is_refused_and_the_order_stays():
    m = carbon_market()
    m.buy(3, "1000@48.00")
    assert m.replace(3, 1, "3000@48.00").refusal.reason is RejectReason.CASH_INSUFFICIENT
    assert m.venue.state.orders[1].quantity == 1000


def test_replacing_up_to_an_ask_trades_at_the_price_of_the_ask():
    m = carbon_market()
    m.sell(1, "10@48.00")
    m.buy(2, "10@47.00")
    assert trades(m.replace(2, 2, "10@49.00")) == ["1>2 10@4800"]
    assert (m.cash(2).held, m.cash(2).posted) == (0, PLENTY - 48_000)


# Delivery against payment


def test_units_and_money_change_hands_in_one_trade():
    m = carbon_market()
    m.sell(1, "160@52.78")
    (_, accepted, trade) = m.buy(2, "160@52.78").events
    assert isinstance(accepted, OrderAccepted)
    assert trade.consideration_fen == 844_480
    assert (m.cash(1).posted, m.cash(2).posted) == (844_480, PLENTY - 844_480)
    assert (m.holding(1).posted, m.holding(2).posted) == (99_840, 160)
    assert trade.taker_side is BUY


def test_price_then_time_decides_who_trades_first():
    m = carbon_market()
    m.sell(1, "10@48.00")
    m.sell(3, "10@47.90")
    m.sell(1, "10@47.90")
    assert trades(m.buy(2, "25@48.00")) == ["2>4 10@4790", "3>4 10@4790", "1>4 5@4800"]


def emission_market(scale: int = 4) -> Market:
    m = Market("emission")
    m.define("NH3N", "NH3N", scale=scale)
    m.authorise("1000")
    m.admit(1)
    m.admit(2)
    m.issue(1, "1000")
    m.deposit(2, "10000000.00")
    m.list("0", code="NH3N")
    return m


@pytest.mark.parametrize(
    ("quantity", "price", "fen"),
    [
        ("1.4508", "28800.00", 4_178_304),
        ("0.0001", "28850.00", 289),  # 2.885 yuan: a half goes up
        ("0.0001", "28840.00", 288),
        ("0.0003", "10050.00", 302),  # 3.015
        ("0.2980", "15721.48", 468_500),
    ],
)
def test_a_consideration_is_rounded_half_up_to_the_fen(quantity, price, fen):
    m = emission_market()
    m.sell(1, f"{quantity}@{price}")
    trade = m.buy(2, f"{quantity}@{price}").events[-1]
    assert trade.consideration_fen == fen
    assert m.cash(1).posted == fen
    assert m.cash(2).held == 0


def test_many_small_fills_never_cost_more_than_was_held():
    m = emission_market()
    for _ in range(7):
        m.sell(1, "0.0001@28850.00")
    outcome = m.buy(2, "0.0007@28850.00")
    assert len(trades(outcome)) == 7
    assert m.cash(1).posted == 7 * 289
    assert m.cash(2).held == 0


# Fees


def test_both_sides_pay_their_fee_into_the_fee_account():
    m = carbon_market()
    m.activate(*fees("0.003", "0.005"))
    m.sell(1, "100@48.00")
    trade = m.buy(2, "100@48.00").events[-1]
    assert (trade.consideration_fen, trade.buyer_fee_fen, trade.seller_fee_fen) == (
        480_000,
        1_440,
        2_400,
    )
    assert m.cash(2).posted == PLENTY - 481_440
    assert m.cash(1).posted == 477_600
    assert m.house(Purpose.FEES).posted == 3_840


def test_a_fee_is_rounded_half_up():
    m = carbon_market()
    m.activate(*fees("0.00125", "0.001249"))
    m.sell(1, "1@48.00")
    trade = m.buy(2, "1@48.00").events[-1]
    assert (trade.buyer_fee_fen, trade.seller_fee_fen) == (6, 6)  # 6.00 and 5.9952
    m.sell(1, "1@52.00")
    trade = m.buy(2, "1@52.00").events[-1]
    assert (trade.buyer_fee_fen, trade.seller_fee_fen) == (7, 6)  # 6.50 and 6.4948


def test_a_bid_that_can_pay_the_price_but_not_the_fee_is_refused():
    m = carbon_market()
    m.activate(*fees("0.01", "0"))
    m.admit(4)
    m.deposit(4, "48.47")
    assert m.buy(4, "1@48.00").refusal.reason is RejectReason.CASH_INSUFFICIENT
    m.deposit(4, "0.01")
    assert m.buy(4, "1@48.00").refusal is None


def test_an_open_order_keeps_the_fee_it_was_accepted_under():
    m = carbon_market()
    m.activate(*fees("0.001", "0.001"))
    m.buy(2, "100@48.00")
    m.activate(
        rule("carbon.fees.buyer", RuleKind.RATIO, "0.5", version=100),
        rule("carbon.fees.seller", RuleKind.RATIO, "0.002", version=100),
    )
    trade = m.sell(1, "100@48.00").events[-1]
    assert (trade.buyer_fee_fen, trade.seller_fee_fen) == (480, 960)


@settings(max_examples=60, deadline=None)
@given(
    limit=st.integers(1000_00, 30_000_00),
    asks=st.lists(
        st.tuples(st.integers(1000_00, 30_000_00), st.integers(1, 40)), min_size=1, max_size=6
    ),
    steps=st.integers(1, 150),
    buyer=st.integers(0, 30_000),
    seller=st.integers(0, 30_000),
)
def test_a_hold_covers_every_fill_and_fee(limit, asks, steps, buyer, seller):
    m = emission_market()
    m.activate(*fees(f"0.{buyer:06}", f"0.{seller:06}", "emission"))
    for price, quantity in asks:
        m.apply(order(1, SELL, quantity, price))
    outcome = m.apply(order(2, BUY, steps, limit))
    (accepted,) = [event for event in outcome.events if isinstance(event, OrderAccepted)]
    fills = [event for event in outcome.events if isinstance(event, TradeExecuted)]
    for fill in fills:
        assert fill.consideration_fen + fill.buyer_fee_fen <= fill.released_fen
        assert fill.seller_fee_fen <= fill.consideration_fen
    spent = sum(fill.consideration_fen + fill.buyer_fee_fen for fill in fills)
    assert spent + m.cash(2).held <= accepted.held
    assert m.cash(2).posted == 1_000_000_000 - spent
    assert m.house(Purpose.FEES).posted == sum(
        fill.buyer_fee_fen + fill.seller_fee_fen for fill in fills
    )
