"""Answers as models, problems as exceptions, lists as iterators."""

import pickle
from datetime import UTC, datetime
from decimal import Decimal

import httpx2
import pytest

import steppe
from steppe import operations
from tests.clients.support import ORDER, PLACE, Script, ok, problem


def test_amounts_are_decimals_and_times_are_aware(call, time):
    receipt = call(Script([ok(ORDER)]), time, "place_order", **PLACE)
    assert receipt.leaves == Decimal("100.0000")
    assert str(receipt.leaves) == "100.0000"
    assert receipt.accepted_at == datetime(2026, 3, 2, 1, 35, tzinfo=UTC)


def test_fields_of_a_newer_venue_are_ignored(call, time):
    assert not hasattr(
        call(Script([ok(ORDER)]), time, "place_order", **PLACE), "a_field_of_tomorrow"
    )


def test_a_batch_tells_each_orders_fate(call, time):
    refused = {"code": "price_off_tick", "status": 422, "rule": {"id": "carbon.x", "version": 1}}
    answer = {
        "results": [
            {"status": "accepted", "order": ORDER},
            {"status": "refused", "problem": refused},
        ]
    }
    orders = [steppe.NewOrder(**PLACE), steppe.NewOrder(**PLACE)]
    first, second = call(Script([ok(answer)]), time, "place_orders", orders).results
    assert first.order.order_id == "carbon.o17"
    assert second.problem.code == "price_off_tick"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (422, "session_closed", steppe.SessionClosed),
        (422, "a_reason_of_tomorrow", steppe.Refused),
        (400, "malformed_json", steppe.Invalid),
        (413, "body_too_large", steppe.Invalid),
        (428, "precondition_required", steppe.Invalid),
        (401, "unauthenticated", steppe.Unauthenticated),
        (403, "forbidden", steppe.Forbidden),
        (404, "not_found", steppe.NotFound),
        (404, "account_unknown", steppe.AccountUnknown),
        (409, "client_order_id_reused", steppe.ClientOrderIdReused),
        (412, "stale", steppe.Conflict),
        (422, "idempotency_key_reused", steppe.IdempotencyKeyReused),
    ],
)
def test_problems_are_exceptions_by_code_and_family(call, time, status, code, kind):
    with pytest.raises(kind) as caught:
        call(Script([problem(status, code)]), time, "place_order", **PLACE)
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (status, code)


def test_a_problem_carries_what_the_venue_said(call, time):
    said = problem(
        422,
        "price_outside_band",
        detail="the price is outside the band",
        rule={"id": "carbon.trading.band", "version": 2},
        figures={"low": "73.35", "high": "89.65"},
        errors=[{"pointer": "/orders/17", "code": "price_outside_band", "detail": ""}],
        request_id="r-1",
    )
    with pytest.raises(steppe.PriceOutsideBand) as caught:
        call(Script([said]), time, "place_order", **PLACE)
    error = caught.value
    assert error.rule == steppe.RuleRef(id="carbon.trading.band", version=2)
    assert error.figures["high"] == "89.65"
    assert error.errors[0].pointer == "/orders/17"
    assert (error.request_id, error.retryable) == ("r-1", False)
    assert str(error) == (
        "price_outside_band (rule carbon.trading.band version 2): the price is outside the band"
    )
    assert pickle.loads(pickle.dumps(error)).problem == error.problem


def test_a_fault_in_a_field_is_not_a_refusal_of_the_market(call, time):
    fields = [{"pointer": "/price", "code": "too_many_decimals", "detail": ""}]
    with pytest.raises(steppe.Invalid):
        call(
            Script([problem(422, "validation_failed", errors=fields)]), time, "place_order", **PLACE
        )


def test_a_proxys_page_is_a_problem_too(call, time):
    with pytest.raises(steppe.NotFound) as caught:
        call(Script([httpx2.Response(404, text="<html>")]), time, "orders")
    assert caught.value.code == "http_404"


def test_iterators_go_through_all_pages(call, time):
    ledgers = [{"ledger": "carbon"}, {"ledger": "water"}, {"ledger": "energy"}]
    pages = [
        ok({"items": ledgers[:2], "next_cursor": "c1"}),
        ok({"items": [], "next_cursor": "c2"}),
        ok({"items": ledgers[2:], "next_cursor": None}),
    ]
    script = Script(pages)
    found = call(script, time, "iterate", operations.holdings.ledgers())
    assert [one.ledger for one in found] == ["carbon", "water", "energy"]
    assert [request.url.params.get("cursor") for request in script.requests] == [None, "c1", "c2"]


def test_iterators_keep_their_filters(call, time):
    script = Script([ok({"items": [], "next_cursor": "c1"}), ok({"items": []})])
    assert call(script, time, "iter_orders", ledger="carbon", status="open") == []
    assert str(script.requests[1].url.query, "ascii") == "ledger=carbon&status=open&cursor=c1"


def test_an_address_is_a_web_address():
    with pytest.raises(ValueError, match="http"):
        steppe.Client("venue.test")
