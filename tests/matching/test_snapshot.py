"""A book can be written down at any moment and go on from its bytes as if nothing had happened."""

from hashlib import sha256

import msgspec
import pytest

from matching import BookLimits, New, OrderBook, Side, TimeInForce
from tests.matching.flows import LIMITS, flow
from tests.matching.tables import parse, split


def played(text, limits=None):
    book = OrderBook(limits or BookLimits())
    for message in split(text):
        book.apply(parse(message))
    return book


@pytest.mark.parametrize("ids_increase", [True, False])
def test_a_restored_book_goes_on_like_the_first(ids_increase):
    book = OrderBook(msgspec.structs.replace(LIMITS, ids_increase=ids_increase))
    other = book
    for number, message in enumerate(flow(5, 3_000, ids_increase=ids_increase)):
        if number % 250 == 0:
            other = OrderBook.restore(book.snapshot())
            assert other.limits == book.limits
            assert other.band == book.band
            assert other.last_order_id == book.last_order_id
        assert book.apply(message) == other.apply(message)
    assert len(book) > 10
    assert book.snapshot() == other.snapshot()
    assert book.state_hash() == other.state_hash() == sha256(book.snapshot()).digest()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("B 1 5@15.00 / B 2 5@14.00 / cancel 2", "B 1 5@15.00 / B 2 1@13.00 ioc"),
        ("B 1 5@15.00 / replace 1 5@14.00", "B 1 5@14.00"),
        ("B 1 9@14.00 / B 2 1@14.00 / replace 1 5@14.00", "B 1 5@14.00 / B 2 1@14.00"),
        ("S 1 5@16.00 / B 2 2@16.00", "S 1 5@16.00 / B 2 2@17.00 ioc"),
        ("band 1.00..2.00 / band 0.00..0.00 / B 1 1@1.00", "B 1 1@1.00"),
    ],
)
def test_equal_books_have_equal_hashes_whatever_led_there(one, other):
    assert played(one).state_hash() == played(other).state_hash()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("B 1 5@15.00 / B 2 5@15.00", "B 1 5@15.00 / B 2 5@15.00 / replace 1 5@15.01"),
        ("B 1 5@15.00 own:1", "B 1 5@15.00 own:2"),
        ("B 1 5@15.00 own:1", "B 1 5@15.00 own:1 group:1"),
        ("B 1 5@15.00", "B 1 5@15.00 day"),
        ("B 1 5@15.00", "B 1 5@15.00 post"),
        ("B 1 5@15.00", "B 1 5@15.00 stp:both"),
        ("B 1 5@15.00 gtd:1", "B 1 5@15.00 gtd:2"),
        ("B 1 5@15.00", "B 1 5@15.00 / band 15.00..16.00"),
        ("B 1 5@15.00", "B 1 5@15.00 / B 2 1@15.00 / cancel 2"),
        ("S 1 5@15.00 / B 2 1@15.00", "S 1 4@15.00 / B 2 1@16.00 fok"),
    ],
)
def test_books_that_will_act_differently_have_different_hashes(one, other):
    assert played(one).state_hash() != played(other).state_hash()


def test_priority_across_prices_decides_the_hash_of_a_book():
    one = played("B 1 5@15.00 / B 2 5@15.00 / replace 1 6@15.00")
    other = played("B 1 6@15.00 / B 2 5@15.00")
    assert one.state_hash() != other.state_hash()


def test_a_snapshot_holds_every_property_of_an_order():
    book = OrderBook()
    terms = {
        "owner": 7,
        "group": 3,
        "side": Side.SELL,
        "price": 1600,
        "time_in_force": TimeInForce.GTD,
        "expires_on": 9,
    }
    book.place(New(order_id=1, quantity=5, post_only=True, **terms))
    book.place(New(2, 1, Side.BUY, 2, 1600))
    order = OrderBook.restore(book.snapshot()).find(1)
    assert {name: getattr(order, name) for name in terms} == terms
    assert (order.quantity, order.leaves, order.executed, order.post_only) == (5, 3, 2, True)


def altered(book, position, value):
    fields = msgspec.msgpack.decode(book.snapshot())
    fields[position] = value
    return msgspec.msgpack.encode(fields)


ORDER = [1, 7, 0, 1, 1500, 5, 5, 1, 0, False, 1]


def columns(*orders):
    return [list(column) for column in zip(*orders, strict=True)]


@pytest.mark.parametrize(
    ("position", "value", "problem"),
    [
        (0, "other.book", "unknown snapshot"),
        (1, 1, "unknown snapshot"),
        (1, 3, "unknown snapshot"),
        (2, [0, 1, 1, 9, True], "at least 1"),
        (3, [5, 1], "band"),
        (5, [1], "against its own limits"),
        (6, columns([*ORDER[:6], 6, *ORDER[7:]]), "cannot rest"),
        (6, columns([*ORDER[:6], 0, *ORDER[7:]]), "cannot rest"),
        (6, columns([*ORDER[:4], 0, *ORDER[5:]]), "cannot rest"),
        (6, columns([*ORDER[:4], 10**18 + 1, *ORDER[5:]]), "cannot rest"),
        (6, columns([*ORDER[:3], 3, *ORDER[4:]]), "not a snapshot"),
        (6, columns([9, *ORDER[1:]]), "beyond its last"),
        (6, columns(ORDER, ORDER), "twice"),
        (6, columns(ORDER, [2, 7, 0, 2, *ORDER[4:]]), "crossed"),
        (6, [[1, 2], *columns(ORDER)[1:]], "different lengths"),
        (6, columns(ORDER)[:-1], "not a snapshot"),
        (6, "none", "not a snapshot"),
    ],
)
def test_bytes_that_are_no_book_are_refused(position, value, problem):
    book = played("B 1 5@15.00 own:7 / S 2 1@16.00")
    with pytest.raises(ValueError, match=problem):
        OrderBook.restore(altered(book, position, value))


@pytest.mark.parametrize("cut", [0, 1, 20, -1])
def test_cut_bytes_are_refused(cut):
    with pytest.raises(ValueError, match="not a snapshot"):
        OrderBook.restore(played("B 1 5@15.00").snapshot()[:cut])


def test_an_empty_book_comes_back_empty():
    book = played("B 1 5@15.00 / cancel 1")
    restored = OrderBook.restore(book.snapshot())
    assert len(restored) == 0
    assert restored.snapshot() == book.snapshot()
