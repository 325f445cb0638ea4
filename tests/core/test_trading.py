"""Orders in the book: who may not meet whom, how long they live, halts, batches."""

import pytest

from exchange.core.commands import (
    CancelOrders,
    FreezeParticipant,
    HaltInstrument,
    PlaceOrders,
    ResumeInstrument,
)
from exchange.core.events import OrderAccepted
from exchange.core.reasons import RejectReason
from matching import CancelReason, SelfTradePrevention, Side
from tests.support.builders import cancelled, carbon_market, order, trades

BUY, SELL = Side.BUY, Side.SELL
PLENTY = 10_000_000_000


# Self-trade prevention


@pytest.mark.parametrize(
    ("mode", "gone", "resting"),
    [
        ("newest", [(2, 5, CancelReason.SELF_TRADE)], [1]),
        ("oldest", [(1, 10, CancelReason.SELF_TRADE)], [2]),
        ("both", [(1, 10, CancelReason.SELF_TRADE), (2, 5, CancelReason.SELF_TRADE)], []),
    ],
)
def test_members_of_one_group_never_trade_with_each_other(mode, gone, resting):
    m = carbon_market()
    m.admit(1, group=7)
    m.admit(2, group=7)
    m.sell(1, "10@48.00")
    outcome = m.buy(2, f"5@48.00 stp:{mode}")
    assert trades(outcome) == []
    assert cancelled(outcome) == gone
    assert list(m.venue.state.orders) == resting


def test_one_never_trades_with_oneself():
    m = carbon_market()
    m.sell(3, "10@48.00")
    m.sell(1, "10@48.00")
    outcome = m.buy(3, "15@48.00 stp:oldest")
    assert trades(outcome) == ["2>3 10@4800"]
    assert m.holding(3).held == 0
    assert m.cash(3).held == 5 * 4800


# How long an order lives


def test_an_ioc_order_takes_what_is_there_and_the_rest_is_cancelled():
    m = carbon_market()
    m.sell(1, "4@48.00")
    outcome = m.buy(2, "10@48.00 ioc")
    assert trades(outcome) == ["1>2 4@4800"]
    assert cancelled(outcome) == [(2, 6, CancelReason.IOC_REMAINDER)]
    assert m.cash(2).held == 0


def test_a_fok_order_trades_as_a_whole_or_not_at_all():
    m = carbon_market()
    m.sell(1, "4@47.00")
    m.sell(1, "4@48.00")
    outcome = m.buy(2, "9@48.00 fok")
    assert (trades(outcome), m.cash(2).available) == ([], PLENTY)
    assert cancelled(outcome) == [(3, 9, CancelReason.FOK_UNFILLABLE)]
    assert trades(m.buy(2, "8@48.00 fok")) == ["1>4 4@4700", "2>4 4@4800"]


def test_a_post_only_order_rests_or_is_refused():
    m = carbon_market()
    m.sell(1, "4@48.00")
    assert m.buy(2, "1@48.00 post").refusal.reason is RejectReason.POST_ONLY_WOULD_TAKE
    assert m.buy(2, "1@47.99 post").refusal is None
    assert m.replace(2, 2, "1@48.00").refusal.reason is RejectReason.POST_ONLY_WOULD_TAKE


def test_day_orders_end_at_the_last_close_and_dated_ones_on_their_date():
    m = carbon_market()
    m.buy(2, "10@47.00 day")
    m.buy(2, "10@46.00 gtd:2026-03-03")
    m.buy(2, "10@45.00")
    assert cancelled(m.advance("13:00")) == []
    assert cancelled(m.advance("15:00")) == [(1, 10, CancelReason.EXPIRED)]
    assert m.cash(2).held == 46_000 + 45_000
    assert cancelled(m.advance("2026-03-03 14:59")) == []
    assert cancelled(m.advance("2026-03-03 15:00")) == [(2, 10, CancelReason.EXPIRED)]
    assert cancelled(m.advance("2026-03-31 15:00")) == []
    assert m.cash(2).held == 45_000


def test_an_order_dated_on_a_closed_day_ends_at_the_next_close():
    m = carbon_market()
    m.buy(2, "10@47.00 gtd:2026-03-07")
    assert cancelled(m.advance("2026-03-06 15:00")) == []
    assert cancelled(m.advance("2026-03-09 15:00")) == [(1, 10, CancelReason.EXPIRED)]


# Market orders


def test_a_market_bid_holds_up_to_the_band_and_pays_what_it_finds():
    m = carbon_market()
    m.sell(1, "4@52.80")
    m.sell(1, "4@47.00")
    outcome = m.buy(2, "10@mkt ioc")
    accepted = next(event for event in outcome.events if isinstance(event, OrderAccepted))
    assert accepted.held == 10 * 5280
    assert trades(outcome) == ["2>3 4@4700", "1>3 4@5280"]
    assert cancelled(outcome) == [(3, 2, CancelReason.MARKET_REMAINDER)]
    assert (m.cash(2).held, m.cash(2).posted) == (0, PLENTY - 4 * 4700 - 4 * 5280)


def test_a_market_order_does_not_reach_beyond_the_band_of_today():
    m = carbon_market()
    m.sell(1, "4@52.80")
    m.sell(1, "1@45.00")
    m.buy(2, "1@45.00")  # the day closes at 45.00: tomorrow's band ends at 49.50
    m.advance("2026-03-03 09:35")
    outcome = m.buy(2, "4@mkt ioc")
    assert trades(outcome) == []
    assert cancelled(outcome) == [(4, 4, CancelReason.MARKET_REMAINDER)]


# Halts and closed doors


def test_a_halted_instrument_takes_no_orders_but_lets_them_out():
    m = carbon_market()
    m.sell(1, "10@48.00")
    m.do(HaltInstrument(1, "notice"))
    assert m.buy(2, "10@48.00").refusal.reason is RejectReason.INSTRUMENT_HALTED
    assert m.cancel(1, 1).refusal is None
    m.do(ResumeInstrument(1, "notice"))
    assert m.buy(2, "10@48.00").refusal is None


@pytest.mark.parametrize("moment", ["11:30", "12:59", "15:00", "2026-03-07 10:00"])
def test_an_order_can_be_cancelled_when_the_market_is_closed(moment):
    m = carbon_market()
    m.sell(1, "10@48.00")
    m.advance(moment)
    assert m.buy(2, "10@48.00").refusal.reason is RejectReason.SESSION_CLOSED
    assert m.cancel(1, 1).refusal is None


def test_freezing_a_participant_takes_its_orders_off():
    m = carbon_market()
    m.sell(1, "10@48.00")
    m.sell(3, "10@48.00")
    m.sell(1, "10@49.00")
    outcome = m.apply(FreezeParticipant(1, "court order"))
    assert [order_id for order_id, _, _ in cancelled(outcome)] == [1, 3]
    assert list(m.venue.state.orders) == [2]


@pytest.mark.parametrize(
    ("instrument", "side", "gone"),
    [(0, 0, [1, 2, 3]), (1, 0, [1, 2]), (0, SELL, [1]), (2, BUY, [3]), (2, SELL, [])],
)
def test_a_sweep_cancels_what_fits_and_nothing_else(instrument, side, gone):
    m = carbon_market()
    m.list("48.00", code="CEA25-B")
    m.sell(3, "10@49.00")
    m.buy(3, "10@47.00")
    m.buy(3, "10@47.00", 2)
    m.buy(2, "10@47.00")
    outcome = m.apply(CancelOrders(3, instrument, side))
    assert [order_id for order_id, _, _ in cancelled(outcome)] == gone


# Batches


def test_a_batch_is_placed_in_order():
    m = carbon_market()
    m.do(PlaceOrders(1, (order(1, SELL, 10, 4800), order(1, SELL, 10, 4700))))
    assert trades(m.buy(2, "15@48.00")) == ["2>3 10@4700", "1>3 5@4800"]


def test_a_batch_that_cannot_be_paid_as_a_whole_does_nothing():
    m = carbon_market()
    half = order(3, BUY, 1050, 4800)
    refusal = m.refused(PlaceOrders(3, (half, half)))
    assert refusal.reason is RejectReason.CASH_INSUFFICIENT
    assert not m.venue.state.orders


def test_a_post_only_order_may_not_take_an_order_of_its_own_batch():
    m = carbon_market()
    batch = PlaceOrders(3, (order(3, SELL, 1, 4800), order(3, BUY, 1, 4800, "post")))
    assert m.refused(batch).reason is RejectReason.POST_ONLY_WOULD_TAKE


@pytest.mark.parametrize("words", ["mkt ioc", "ioc", "fok"])
def test_an_order_that_cannot_rest_does_not_hinder_a_post_only_one_behind_it(words):
    m = carbon_market()
    passing = order(3, SELL, 1, 0 if "mkt" in words else 4800, words)
    m.do(PlaceOrders(3, (passing, order(3, BUY, 1, 4800, "post"))))
    assert list(m.venue.state.orders) == [2]


def test_self_trade_prevention_is_the_takers_choice():
    m = carbon_market()
    m.sell(3, "10@48.00 stp:oldest")
    outcome = m.buy(3, "10@48.00")
    accepted = next(event for event in outcome.events if isinstance(event, OrderAccepted))
    assert accepted.self_trade_prevention is SelfTradePrevention.CANCEL_NEWEST
    assert cancelled(outcome) == [(2, 10, CancelReason.SELF_TRADE)]
