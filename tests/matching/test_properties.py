"""What holds after any messages at all."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import (
    Accepted,
    Cancel,
    CancelAll,
    Cancelled,
    Expire,
    New,
    OrderBook,
    OrderType,
    Rejected,
    Replace,
    Replaced,
    SelfTradePrevention,
    SetBand,
    Side,
    TimeInForce,
    Traded,
)

ids = st.integers(1, 12)
owners = st.integers(0, 3)
prices = st.integers(0, 8)
quantities = st.integers(0, 9)
new_orders = st.builds(
    New,
    order_id=ids,
    owner=owners,
    side=st.sampled_from(Side),
    quantity=quantities,
    price=prices,
    order_type=st.sampled_from(OrderType),
    time_in_force=st.sampled_from(TimeInForce),
    post_only=st.booleans(),
    expires_on=st.integers(0, 3),
    group=st.integers(0, 1),
    self_trade_prevention=st.sampled_from(SelfTradePrevention),
)
plain_orders = st.builds(
    New, ids, owners, st.sampled_from(Side), quantities, prices, group=st.integers(0, 1)
)
messages = st.one_of(
    plain_orders,
    new_orders,
    st.builds(Replace, ids, prices, quantities, owners),
    st.builds(Cancel, ids, owners),
    st.builds(CancelAll, owners, st.none() | st.sampled_from(Side)),
    st.builds(Expire, st.integers(0, 4)),
    st.sampled_from((SetBand(0, 0), SetBand(2, 6))),
)
flows = st.lists(messages, max_size=40).map(lambda flow: list(number(flow)))
common = settings(max_examples=150, deadline=None, database=None, derandomize=True)


def number(flow):
    """Give most new orders the next id, so that they are not all refused."""
    last = 0
    for message in flow:
        if isinstance(message, New) and message.order_id != 12:
            last += 1
            fields = {name: getattr(message, name) for name in New.__struct_fields__}
            yield New(**fields | {"order_id": last})
        else:
            yield message


@common
@given(flows)
def test_the_book_is_never_crossed_and_its_levels_add_up(flow):
    book = OrderBook()
    for message in flow:
        book.apply(message)
        assert not 0 < book.best_ask <= book.best_bid
        resting = list(book.resting())
        assert len(resting) == len(book)
        for side, levels in zip(Side, (book.depth(99).bids, book.depth(99).asks), strict=True):
            at = [level.price for level in levels]
            assert at == sorted(at, reverse=side == Side.BUY)
            for level in levels:
                queue = [o for o in resting if o.side == side and o.price == level.price]
                assert (len(queue), sum(o.leaves for o in queue)) == (level.orders, level.quantity)
                assert min(o.leaves for o in queue) > 0


@common
@given(flows)
def test_every_unit_accepted_is_traded_cancelled_or_open(flow):
    book = OrderBook()
    open_by_id = {}
    for message in flow:
        for event in book.apply(message):
            match event:
                case Accepted(order_id, leaves) | Replaced(order_id, _, _, leaves):
                    open_by_id[order_id] = leaves
                case Traded(maker, taker, _, quantity, maker_leaves, taker_leaves):
                    open_by_id[maker] -= quantity
                    open_by_id[taker] -= quantity
                    assert (open_by_id[maker], open_by_id[taker]) == (maker_leaves, taker_leaves)
                case Cancelled(order_id, quantity):
                    assert open_by_id.pop(order_id) == quantity
    left = {order_id: leaves for order_id, leaves in open_by_id.items() if leaves}
    assert left == {order.order_id: order.leaves for order in book.resting()}


@common
@given(flows)
def test_nobody_trades_with_himself_nor_beyond_his_limit(flow):
    book = OrderBook()
    terms = {}
    limits = {}
    for message in flow:
        for event in book.apply(message):
            match event:
                case Accepted(order_id):
                    terms[order_id] = message
                    limits[order_id] = message.price
                case Replaced(order_id, price):
                    limits[order_id] = price
                case Traded(maker_id, taker_id, price):
                    maker, taker = terms[maker_id], terms[taker_id]
                    assert maker.owner == 0 or maker.owner != taker.owner
                    assert maker.group == 0 or maker.group != taker.group
                    assert price == limits[maker_id]
                    better = limits[taker_id] - price
                    market = taker.order_type == OrderType.MARKET
                    assert market or (better >= 0 if taker.side == Side.BUY else better <= 0)


@common
@given(flows)
def test_a_rejected_message_changes_nothing_and_the_checks_foretell_it(flow):
    book = OrderBook()
    for message in flow:
        before = book.snapshot()
        foretold = None
        if isinstance(message, New):
            foretold = book.refusal(message)
        elif isinstance(message, Replace):
            fields = (message.order_id, message.price, message.quantity, message.owner)
            foretold = book.replace_refusal(*fields)
        assert book.snapshot() == before
        events = book.apply(message)
        if foretold is not None:
            assert events == [Rejected(message.order_id, foretold)]
        if events and isinstance(events[0], Rejected):
            assert book.snapshot() == before


@common
@given(flows, st.integers(0, 40))
def test_the_same_messages_give_the_same_events_from_a_snapshot_too(flow, cut):
    first = OrderBook()
    second = OrderBook()
    for message in flow[:cut]:
        assert first.apply(message) == second.apply(message)
    second = OrderBook.restore(first.snapshot())
    for message in flow[cut:]:
        assert first.apply(message) == second.apply(message)
    assert first.state_hash() == second.state_hash()
