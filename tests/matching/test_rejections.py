"""One row a reject reason, their precedence, and that a refused message leaves no trace."""

import pytest

from matching import PRICE_MAX, BookLimits, New, OrderBook, RejectReason, Side
from tests.matching.tables import check, parse, split

LIMITS = BookLimits(tick=5, step=10, quantity_min=20, quantity_max=1000)

ROWS = {
    RejectReason.DUPLICATE_ORDER_ID: [
        "B 1 20@15.00 / B 1 20@14.00",
        "B 1 20@15.00 / cancel 1 / B 1 20@15.00",
        "B 1 20@15.00 / S 2 20@15.00 / S 2 20@16.00",
        "B 5 20@15.00 / B 4 20@15.00",
    ],
    RejectReason.UNKNOWN_ORDER: [
        "cancel 9",
        "replace 9 20@15.00",
        "B 1 20@15.00 / S 2 20@15.00 / cancel 1",
        "B 1 20@15.00 / S 2 20@15.00 / replace 1 30@15.00",
        "B 1 20@15.00 / cancel 1 / cancel 1",
        "B 1 20@15.00 / cancel 1 / replace 1 20@15.00",
        "B 1 20@15.00 ioc / cancel 1",
    ],
    RejectReason.NOT_OWNER: [
        "B 1 20@15.00 own:7 / cancel 1 own:8",
        "B 1 20@15.00 own:7 / replace 1 20@15.05 own:8",
    ],
    RejectReason.QUANTITY_NOT_POSITIVE: [
        "B 1 0@15.00",
        "B 1 -20@15.00",
        "B 1 20@15.00 / replace 1 0@15.00",
    ],
    RejectReason.QUANTITY_OFF_STEP: ["B 1 25@15.00", "B 1 20@15.00 / replace 1 25@15.00"],
    RejectReason.QUANTITY_BELOW_MINIMUM: ["B 1 10@15.00", "B 1 20@15.00 / replace 1 10@15.00"],
    RejectReason.QUANTITY_ABOVE_MAXIMUM: ["B 1 1010@15.00", "B 1 20@15.00 / replace 1 1010@15.00"],
    RejectReason.PRICE_NOT_POSITIVE: [
        "B 1 20@0.00",
        "B 1 20@-1.00",
        "B 1 20@15.00 / replace 1 20@0.00",
    ],
    RejectReason.PRICE_OFF_TICK: ["B 1 20@15.01", "B 1 20@15.00 / replace 1 20@15.01"],
    RejectReason.PRICE_OUTSIDE_BAND: [
        "band 15.00..16.00 / B 1 20@14.95",
        "band 15.00..16.00 / B 1 20@16.05",
        "B 1 20@14.00 / band 15.00..16.00 / replace 1 20@14.00",
    ],
    RejectReason.MARKET_ORDER_WITH_PRICE: ["B 1 20@mkt15.00 ioc"],
    RejectReason.MARKET_ORDER_CANNOT_REST: [
        "B 1 20@mkt",
        "B 1 20@mkt day",
        "B 1 20@mkt gtd:5",
    ],
    RejectReason.POST_ONLY_NEEDS_RESTING: [
        "B 1 20@mkt ioc post",
        "B 1 20@15.00 ioc post",
        "B 1 20@15.00 fok post",
    ],
    RejectReason.EXPIRY_MISSING: ["B 1 20@15.00 gtd:0"],
    RejectReason.EXPIRY_UNEXPECTED: ["B 1 20@15.00 expires:5", "B 1 20@15.00 day expires:5"],
    RejectReason.POST_ONLY_WOULD_TAKE: [
        "S 1 20@15.00 / B 2 20@15.00 post",
        "B 1 20@15.00 / S 2 20@15.00 post",
        "S 1 20@15.00 / B 2 20@14.00 post / replace 2 20@15.00",
        "S 1 20@15.00 own:7 / B 2 20@15.00 own:7 post",
    ],
}


def run(book, texts):
    return [event for text in texts for event in book.apply(parse(text))]


@pytest.mark.parametrize(
    ("reason", "row"), [(reason, row) for reason, rows in ROWS.items() for row in rows]
)
def test_each_reason_is_given_and_leaves_no_trace(reason, row):
    *before, last = split(row)
    book = OrderBook(LIMITS)
    run(book, before)
    untouched = book.snapshot()
    (rejected,) = book.apply(parse(last))
    assert rejected.reason is reason
    assert book.snapshot() == untouched


def test_every_reason_has_a_row():
    assert list(ROWS) == list(RejectReason)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("B 1 20@15.00 / B 1 0@0.00", "rejected 1 duplicate_order_id"),
        ("B 1 -5@0.00", "rejected 1 quantity_not_positive"),
        ("B 1 5@0.01", "rejected 1 quantity_off_step"),
        ("B 1 10@-0.01", "rejected 1 quantity_below_minimum"),
        ("band 15.00..16.00 / B 1 20@-0.01", "rejected 1 price_not_positive"),
        ("band 15.00..16.00 / B 1 20@14.01", "rejected 1 price_off_tick"),
        ("band 15.00..16.00 / B 1 20@14.00 gtd:0", "rejected 1 price_outside_band"),
        ("B 1 20@mkt15.00 gtd:0 post", "rejected 1 market_order_with_price"),
        ("B 1 20@mkt gtd:0 post", "rejected 1 market_order_cannot_rest"),
        ("S 1 20@15.00 / B 2 20@15.00 ioc post expires:5", "rejected 2 post_only_needs_resting"),
        ("S 1 20@15.00 / B 2 20@15.00 post expires:5", "rejected 2 expiry_unexpected"),
        ("replace 9 0@0.00 own:7", "rejected 9 unknown_order"),
    ],
)
def test_the_first_of_several_reasons_is_given(row, reason):
    check(f"{row} -> {reason}", LIMITS)


def test_a_refused_id_may_be_used_after_all():
    check("B 1 0@15.00 / B 1 1@15.00 -> rejected 1 quantity_not_positive / book | 1@15.00")


def test_a_replaced_post_only_order_that_would_take_stays_where_it_was():
    check(
        "S 1 5@16.00 / B 2 5@15.00 post / replace 2 5@16.00"
        " -> rejected 2 post_only_would_take / book 5@16.00 | 5@15.00"
    )


def test_ids_in_any_order_are_each_taken_once():
    check(
        "B 9 1@15.00 / B 3 1@15.00 / cancel 3 / B 3 1@15.00 / B 9 1@15.00"
        " -> cancelled 3 1 requested / rejected 3 duplicate_order_id"
        " / rejected 9 duplicate_order_id / book | 1@15.00",
        BookLimits(ids_increase=False),
    )


def test_the_checks_alone_agree_and_change_nothing():
    book = OrderBook(LIMITS)
    assert book.refusal(New(1, 1, Side.BUY, 25, 1500)) is RejectReason.QUANTITY_OFF_STEP
    assert book.refusal(New(1, 1, Side.BUY, 20, 1500)) is None
    assert book.replace_refusal(1, 1500, 20) is RejectReason.UNKNOWN_ORDER
    assert len(book) == 0
    assert book.last_order_id == 0


def test_a_price_beyond_all_bounds_is_refused():
    book = OrderBook()
    reason = RejectReason.PRICE_OUTSIDE_BAND
    assert book.refusal(New(1, 1, Side.BUY, 1, PRICE_MAX + 1)) is reason
    assert book.refusal(New(1, 1, Side.BUY, 1, PRICE_MAX)) is None


@pytest.mark.parametrize(("low", "high"), [(2, 1), (0, 5), (5, 0), (-1, 5), (1, PRICE_MAX + 1)])
def test_a_band_that_is_none_is_an_error(low, high):
    with pytest.raises(ValueError, match="band"):
        OrderBook().set_band(low, high)


@pytest.mark.parametrize(
    "limits",
    [{"tick": 0}, {"step": 0}, {"quantity_min": 0}, {"quantity_min": 2, "quantity_max": 1}],
)
def test_limits_that_contradict_themselves_are_an_error(limits):
    with pytest.raises(ValueError, match=r"at least 1|does not hold"):
        BookLimits(**limits)
