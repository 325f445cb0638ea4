"""Long sweeps, deep books and long histories: nothing is lost and memory stays bounded."""

from collections import Counter

from matching import Cancelled, New, OrderBook, Side, TimeInForce, Traded
from matching.levels import SPARE_LEVELS, BookSide

FILLS = 5_000


def test_a_sweep_of_5000_fills_over_many_levels_loses_nobody():
    book = OrderBook()
    for order_id in range(1, FILLS + 1):
        book.place(New(order_id, order_id, Side.SELL, 2, 1000 + order_id * 7919 % 500))
    waiting = [(o.order_id, o.price) for o in book.resting()]
    _, *fills = book.place(New(FILLS + 1, 0, Side.BUY, 2 * FILLS + 1, 2000))
    assert [(fill.maker_order_id, fill.price) for fill in fills] == waiting
    assert [fill.taker_leaves for fill in fills] == list(range(2 * FILLS - 1, 0, -2))
    assert (len(book), book.best_bid, book.best_ask) == (1, 2000, 0)


def test_a_sweep_past_5000_own_orders_cancels_them_all():
    book = OrderBook()
    for order_id in range(1, FILLS + 1):
        book.place(New(order_id, 7, Side.SELL, 2, 1000))
    book.place(New(FILLS + 1, 8, Side.SELL, 1, 1000))
    oldest = {"self_trade_prevention": 2}
    fok = New(FILLS + 2, 7, Side.BUY, 1, 1000, time_in_force=TimeInForce.FOK, **oldest)
    events = book.place(fok)
    assert Counter(type(event) for event in events)[Cancelled] == FILLS
    assert isinstance(events[-1], Traded)
    assert len(book) == 0


def test_levels_that_emptied_do_not_pile_up():
    book = OrderBook()
    book.place(New(1, 1, Side.BUY, 1, 1_000_000))
    for order_id in range(2, 5_000):
        book.place(New(order_id, 1, Side.BUY, 1, order_id))
        book.cancel(order_id)
    bids = book._bids
    assert len(bids.heap) == len(bids.levels) <= 2 + SPARE_LEVELS + 1


def test_emptying_the_best_levels_drops_the_empty_ones_behind():
    book = OrderBook()
    for order_id in range(1, 2_001):
        book.place(New(order_id, 1, Side.SELL, 1, order_id))
    for order_id in [*range(500, 1_500), *range(1, 500), *range(1_500, 2_000)]:
        book.cancel(order_id)
    asks = book._asks
    assert book.best_ask == 2_000
    assert len(asks.heap) == len(asks.levels) <= 2 + SPARE_LEVELS


def test_a_finished_order_holds_no_other():
    book = OrderBook()
    for order_id in range(1, 4):
        book.place(New(order_id, 1, Side.SELL, 1, 1000))
    orders = [book.find(order_id) for order_id in range(1, 4)]
    for order_id in (2, 1, 3):
        book.cancel(order_id)
    assert [(order.ahead, order.behind) for order in orders] == [(None, None)] * 3


def test_depth_shows_as_many_levels_as_asked():
    book = OrderBook()
    for order_id in range(1, 101):
        book.place(New(order_id, 1, Side.BUY, order_id, 1 + order_id * 37 % 50))
    bids = book.depth(3).bids
    assert [(level.price, level.orders) for level in bids] == [(50, 2), (49, 2), (48, 2)]
    assert book.depth(0).bids == []
    assert len(book.depth(1_000).bids) == 50


def test_an_empty_side_has_no_best_price():
    side = BookSide(1)
    assert (side.best_price, list(side.best_first())) == (0, [])
