"""Every failure is one problem document, in the caller's language, without any of the input."""

import asyncio
import re

import pytest
from httpx2 import Response

from exchange.api.catalogue import CATALOGUE
from exchange.api.problems import prefers_chinese
from exchange.core.reasons import RejectReason
from tests.support.probe import Requests, open_probe


def ask(method: str, path: str, metrics: Requests | None = None, **given: object) -> Response:
    async def run() -> Response:
        async with open_probe(metrics) as client:
            return await client.request(method, path, **given)

    return asyncio.run(run())


def test_every_reject_reason_is_in_the_catalogue() -> None:
    assert not {reason.value for reason in RejectReason} - CATALOGUE.keys()


def test_every_entry_has_both_titles_and_an_error_status() -> None:
    for code, entry in CATALOGUE.items():
        assert re.fullmatch("[a-z_]+", code)
        assert entry.title_zh
        assert entry.title_en
        assert 400 <= entry.status <= 503


def test_a_refusal_names_rule_figures_and_field() -> None:
    answer = ask("GET", "/refused")
    problem = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == "/v1/problems/price_outside_band"
    assert problem["rule"] == {"id": "carbon.trading.band", "version": 2}
    assert problem["figures"] == {"low": "89.53", "high": "109.43"}
    assert problem["errors"][0]["pointer"] == "/price"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["retryable"] is False


def test_a_code_has_one_status_whoever_refuses() -> None:
    answer = ask("GET", "/unknown")
    assert answer.status_code == answer.json()["status"] == CATALOGUE["asset_unknown"].status


@pytest.mark.parametrize(
    ("header", "chinese"),
    [
        ("", False),
        ("en", False),
        ("zh", True),
        ("zh-CN,zh;q=0.9,en;q=0.8", True),
        ("en-GB,en;q=0.9,zh;q=0.8", False),
        ("en;q=0.5, zh;q=0.9", True),
        ("zh;q=0", False),
        ("fr, zh;q=0.1", True),
        ("*", False),
        ("zh;q=nan", False),
        ("zh;q=2", False),
        (",;=,,", False),
    ],
)
def test_the_language_follows_the_callers_preference(header: str, chinese: bool) -> None:
    assert prefers_chinese(header) is chinese


def test_titles_come_in_chinese_when_preferred() -> None:
    answer = ask("GET", "/refused", headers={"accept-language": "zh-CN"})
    assert answer.json()["title"] == CATALOGUE["price_outside_band"].title_zh


def test_unknown_paths_and_methods_are_problems() -> None:
    assert ask("GET", "/nowhere").json()["code"] == "not_found"
    answer = ask("DELETE", "/things")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["code"] == "method_not_allowed"


def test_a_fault_of_ours_tells_nothing() -> None:
    answer = ask("GET", "/broken", headers={"x-request-id": "client-0001"})
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal_error"
    assert "hunter2" not in answer.text
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "client-0001"


def test_values_are_never_repeated() -> None:
    secret = {"quantity": "sealed-bid-77", "name": "sealed bid 77", "text": "\u0000sealed-bid-77"}
    answer = ask("POST", "/things", json=secret)
    assert answer.status_code == 422
    assert "sealed" not in answer.text
    pointers = [fault["pointer"] for fault in answer.json()["errors"]]
    assert pointers == ["/quantity", "/name", "/text"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"a/b~c":1}', "/a~1b~0c"),
        (b'{"\\ud800":1}', ""),
        (b'{"\\u0000":1}', "/\\x00"),
        (b'{"' + b"x" * 5000 + b'":1}', "/" + "x" * 64),
    ],
)
def test_names_that_the_caller_made_up_are_pointed_to_safely(body: bytes, pointer: str) -> None:
    answer = ask("POST", "/things", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("client-0001", True), ("short", False), ("x" * 65, False), ('a"b{c}d e', False)],
)
def test_a_sane_request_id_is_kept_and_any_other_replaced(sent: str, kept: bool) -> None:
    answer = ask("GET", "/numbers", headers={"x-request-id": sent})
    assert (answer.headers["x-request-id"] == sent) is kept


def test_requests_are_counted_by_template() -> None:
    metrics = Requests()
    ask("POST", "/things/secret-name:poke", metrics)
    ask("GET", "/no/such/path", metrics)
    ask("GET", "/broken", metrics)
    ask("DELETE", "/things", metrics)
    assert metrics.seen == [
        ("/things/{name}:poke", "POST", 200),
        ("unmatched", "GET", 404),
        ("/broken", "GET", 500),
        ("/things", "DELETE", 405),
    ]
