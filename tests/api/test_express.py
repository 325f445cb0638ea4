"""The express lane takes what the ordinary way takes, reads it alike, and leaves all else to it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from exchange.api.body import strict_json
from exchange.api.directory import AssetFacts, InstrumentFacts
from exchange.api.express import usual_token
from exchange.core.types import AssetId, InstrumentId
from exchange.errors import ExchangeError
from exchange.orders.express import OrderForm, read_batch, read_order
from exchange.orders.placing import to_command
from exchange.orders.schemas import BatchRequest, PlaceOrderRequest

FACTS = InstrumentFacts(
    "carbon",
    InstrumentId(1),
    "CEA24",
    2,
    AssetFacts("carbon", AssetId(1), "CEA24", "CEA", "tCO2e", 0),
)
PLAIN = {
    "client_order_id": "a.1",
    "instrument": "CEA24",
    "side": "buy",
    "quantity": "100",
    "price": "98.00",
}


def command_of(asked: object) -> object:
    try:
        return to_command(asked, FACTS, 7)
    except ExchangeError as error:
        return error.errors


def body(**changes: object) -> bytes:
    return json.dumps(PLAIN | changes, ensure_ascii=False).encode()


def test_the_form_names_the_fields_of_the_model():
    assert OrderForm.__struct_fields__ == tuple(PlaceOrderRequest.model_fields)


@pytest.mark.parametrize(
    "data",
    [
        body(),
        body(price=None, order_type="market"),
        body(time_in_force="gtd", good_till_date="2026-03-05", post_only=True),
        body(order_type="limit", time_in_force="gtc", self_trade_prevention="cancel_both"),
        body(good_till_date=None, post_only=False),
        body(price=None),
        body(price="98.001"),
        body(quantity="1.5"),
        body(client_order_id="side", instrument="CEA24"),
    ],
)
def test_what_the_lane_reads_means_the_same_there(data):
    form = read_order(data)
    if form is None:
        assert b'"client_order_id": "side"' in data, "a value that is a field's name may be left"
        return
    model = PlaceOrderRequest.model_validate(strict_json(data))
    assert command_of(form) == command_of(model)


@pytest.mark.parametrize(
    "data",
    [
        body()[:-1],
        body() + b"x",
        b"[]",
        b"",
        body(price=98),
        body(price="1e3"),
        body(price="+5"),
        body(quantity="٣"),
        body(quantity="100 "),
        body(quantity="0100"),
        body(side="BUY"),
        body(extra="1"),
        body(post_only="true"),
        body(post_only=1),
        body(client_order_id="a\\u0062"),
        body(client_order_id=""),
        body(client_order_id="x" * 65),
        body(instrument="-A"),
        body(good_till_date="5 March"),
        b"[" * 100_000,
        body().replace(b'"price"', b'"pric\\u0065"'),
        body().replace(b'"side": "buy"', b'"side": "buy", "side": "sell"'),
        body().replace(b'"price": "98.00"', b'"price": "98.00", "price": "98.00"'),
        body().replace(b"CEA24", b"CEA\xff24"),
        b"\xef\xbb\xbf" + body(),
    ],
)
def test_what_is_not_plainly_an_order_is_left_to_the_ordinary_way(data):
    assert read_order(data) is None


def batch(*orders: bytes, mode: bytes = b"independent") -> bytes:
    return b'{"mode": "%s", "orders": [%s]}' % (mode, b",".join(orders))


def test_a_field_named_twice_in_one_order_and_not_in_another_is_seen():
    twice = body().replace(
        b'"side": "buy"', b'"side": "buy", "post_only": true, "post_only": false'
    )
    without = body(client_order_id="b")
    assert read_batch(batch(body(), body(client_order_id="b", post_only=True))) is not None
    assert read_batch(batch(twice, without)) is None


@pytest.mark.parametrize(
    "data",
    [
        batch(),
        batch(body(), mode=b"atomic"),
        batch(body()).replace(b'"mode"', b'"mode": "independent", "mode"'),
        batch(*[body(client_order_id=str(n)) for n in range(1001)]),
        batch(body(), b"null"),
    ],
)
def test_other_batches_are_left_to_the_ordinary_way(data):
    assert read_batch(data) is None


VALUES = st.sampled_from(
    [
        *(None, True, False, 1, 1.5, "", "1", "0.5", "1.50", "-1", "gtc", "ioc", "limit", "market"),
        *("2026-03-05", "buy", "cancel_both", "CEA24", "a\n", "price", [], {}),
    ]
)


@settings(max_examples=400, deadline=None)
@given(changes=st.dictionaries(st.sampled_from([*OrderForm.__struct_fields__, "x"]), VALUES))
def test_the_lane_takes_nothing_that_the_ordinary_way_refuses(changes):
    data = body(**changes)
    form = read_order(data)
    if form is not None:
        model = PlaceOrderRequest.model_validate(strict_json(data))
        assert command_of(form) == command_of(model)


@settings(max_examples=200, deadline=None)
@given(
    orders=st.lists(st.dictionaries(st.sampled_from(OrderForm.__struct_fields__), VALUES)),
    mode=st.sampled_from(["independent", "atomic"]),
)
def test_batches_are_read_alike(orders, mode):
    data = batch(*[body(**changes) for changes in orders], mode=mode.encode())
    form = read_batch(data)
    if form is not None:
        model = BatchRequest.model_validate(strict_json(data))
        assert [command_of(o) for o in form.orders] == [command_of(o) for o in model.orders]


def test_the_ordinary_way_refuses_what_it_should():
    with pytest.raises(ValidationError):
        PlaceOrderRequest.model_validate(json.loads(body(price=98)))


USUAL = [(b"authorization", b"Bearer abc"), (b"content-type", b"application/json")]


@pytest.mark.parametrize(
    "more", [[], [(b"idempotency-key", b"k.1:_-")], [(b"accept", b"*/*"), (b"x-other", b"a b")]]
)
def test_the_lane_takes_requests_with_the_usual_headers(more):
    assert usual_token({"headers": [*USUAL, *more]}) == b"abc"


@pytest.mark.parametrize(
    "headers",
    [
        USUAL[:1],
        USUAL[1:],
        [*USUAL, USUAL[0]],
        [USUAL[0], (b"content-type", b"text/plain"), USUAL[1]],
        [*USUAL, USUAL[1]],
        [USUAL[0], (b"content-type", b"application/json; charset=latin-1")],
        [(b"authorization", b"bearer abc"), USUAL[1]],
        [*USUAL, (b"idempotency-key", b"a b")],
        [*USUAL, (b"idempotency-key", b"")],
        [*USUAL, (b"idempotency-key", b"x" * 65)],
        [*USUAL, (b"idempotency-key", b"k\n")],
        [*USUAL, (b"idempotency-key", b"a b"), (b"idempotency-key", b"k")],
    ],
)
def test_other_headers_are_judged_by_the_ordinary_way(headers):
    assert usual_token({"headers": headers}) is None
