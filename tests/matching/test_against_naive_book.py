"""The fast book and the naive one agree, event for event and order for order."""

from collections import Counter

import msgspec
import pytest

from matching import (
    Cancelled,
    CancelReason,
    OrderBook,
    Rejected,
    RejectReason,
    Side,
)
from tests.matching.flows import LIMITS, flow
from tests.support.naive_book import NaiveBook


def queue(orders):
    return [(o.order_id, o.price, o.quantity, o.leaves) for o in orders]


def naive_queue(naive):
    bids = sorted((o for o in naive.queue if o.new.side == Side.BUY), key=lambda o: -o.price)
    asks = sorted((o for o in naive.queue if o.new.side == Side.SELL), key=lambda o: o.price)
    return [(o.new.order_id, o.price, o.total, o.leaves) for o in bids + asks]


@pytest.mark.parametrize("ids_increase", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_a_long_random_flow_gives_the_same_events_and_books(seed, ids_increase):
    limits = msgspec.structs.replace(LIMITS, ids_increase=ids_increase)
    book = OrderBook(limits)
    naive = NaiveBook(limits)
    for number, message in enumerate(flow(seed, 1_000, ids_increase=ids_increase)):
        assert book.apply(message) == naive.apply(message), (number, message)
        if number % 5 == 0:
            assert queue(book.resting()) == naive_queue(naive), (number, message)
            assert book.depth(1_000) == naive.depth(), (number, message)
            assert not 0 < book.best_ask <= book.best_bid


def test_the_flow_reaches_every_reason():
    book = OrderBook(LIMITS)
    reasons = Counter(
        event.reason.name
        for message in flow(0, 8_000)
        for event in book.apply(message)
        if isinstance(event, Cancelled | Rejected)
    )
    every = {*CancelReason, *RejectReason} - {CancelReason.WITHDRAWN}
    assert [reason for reason in every if not reasons[reason.name]] == []
