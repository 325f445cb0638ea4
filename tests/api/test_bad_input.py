"""What is malformed is refused at the edge: by a listed code, without an echo, without a trace."""

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api.things import OWNER, bodies, key, order
from tests.support.server import Sandbox

LONG = "Zq" * 5000
NUMERALS = ("１２３４", "١٢٣٤", "1_000", " 5 ", "1e3", "+5", "0x10", "1.", ".5", "00", "1,5", "NaN")
NUMERALS += ("Infinity", "-0x1", "--1", "1" * 19, "1.0000000001", "1.5\n", "½", "一", "")
STRANGE = ("\x00Zq", "Zq\x00", "\ud800Zq", "Zq\udfff", LONG, "Zq\x85", "Zq\x1b[31m")
OTHER_TYPES: tuple[Any, ...] = (7, 7.5, True, [], {}, [["Zq"]], {"Zq": "Zq"}, 10**30)
BOUND = re.compile(r"-?[0-9]+(\.[0-9]+)?")
ACTORS = {
    "/v1/orders": OWNER,
    "/v1/transfers": OWNER,
    "/v1/assets/": "regulator",
    "/v1/cash": "clearing",
    "/v1/accounts": "regulator",
    "/v1/freezes": "regulator",
    "/v1/approvals": "regulator",
    "/v1/control-totals": "regulator",
    "/v1/allocation-plans/{plan_id}/objections": OWNER,
    "/v1/allocation-plans": "regulator",
    "/v1/objections": "regulator",
    "/v1/locks": "regulator",
    "/v1/lots": "regulator",
    "/v1/permits/{permit_id}:request-renewal": OWNER,
    "/v1/permits": "regulator",
    "/v1/water": "regulator",
    "/v1/reserve-offers/{offer_id}:accept": OWNER,
    "/v1/reserve": "regulator",
    "/v1/cross-region-approvals": "regulator",
    "/v1/fee-schedules": "regulator",
    "/v1/paid-use-contracts/{contract_id}:accept": OWNER,
    "/v1/paid-use-contracts": "regulator",
    "/v1/projects/{project_id}:cover": OWNER,
    "/v1/projects": "regulator",
    "/v1/indicators": "regulator",
    "/v1/deductions": "regulator",
    "/v1/borrowings": "regulator",
    "/v1/closures": "regulator",
    "/v1/compliance-periods": "regulator",
    "/v1/obligations": "regulator",
    "/v1/emission-reports/": "regulator",
    "/v1/emission-reports": OWNER,
    "/v1/surrenders": OWNER,
    "/v1/penalties": "regulator",
    "/v1/cancellations": OWNER,
}
BOOKS = ("CEA24", "NOX-150200", "TCE25", "WR-YR")
BLANK = (
    "account_id",
    "other_account_id",
    "operator_id",
    "participant_id",
    "command_hash",
    "reserve_id",
    "lot_id",
    "plan_id",
    "obligation_id",
    "cancelled_lot_id",
)
ROUTES = list(bodies(dict.fromkeys(BLANK, "")))


def actor(path: str) -> str:
    return next((name for start, name in ACTORS.items() if path.startswith(start)), "operator")


def sequences(client: httpx2.Client) -> list[int]:
    """Where each ledger's journal stands."""
    return [client.get(f"/v1/instruments/{code}/book").json()["sequence"] for code in BOOKS]


def faults(value: Any) -> Iterator[Any]:
    """Wrong values for a field that could hold `value`."""
    if isinstance(value, str):
        yield from OTHER_TYPES
        yield from STRANGE
        if BOUND.fullmatch(value) and len(value) < 6 and value != "2026":
            yield from NUMERALS
    elif isinstance(value, list):
        yield from (7, "Zq", {}, True, [None], [7], [LONG], [[]])
    elif isinstance(value, dict):
        yield from (7, "Zq", [], True)
    elif isinstance(value, bool):
        yield from (7, 7.5, "Zq", [], {}, None)
    elif isinstance(value, int):
        yield from (7.5, "7", "１２", True, [], {}, -1, 10**30, None if value else "")
    else:
        yield from (7.5, True, [], {}, *STRANGE)


def variants(body: dict[str, Any], required: set[str]) -> Iterator[dict[str, Any]]:
    """Bodies with one thing wrong."""
    yield body | {"zq_unknown": "Zq"}
    for name, value in body.items():
        for fault in faults(value):
            yield body | {name: fault}
        if name in required:
            yield body | {name: None}
            yield {key: kept for key, kept in body.items() if key != name}
        if isinstance(value, list) and isinstance(value[0], dict):
            for inner in variants(value[0], set(value[0]) - {"lot_id", "valid_to", "unit"}):
                changed = copy.deepcopy(body)
                changed[name] = [inner]
                yield changed


def required_of(document: dict[str, Any], method: str, path: str) -> set[str]:
    content = document["paths"][path][method.lower()]["requestBody"]["content"]
    reference = content["application/json"]["schema"].get("$ref", "/EmptyRequest")
    found = document["components"]["schemas"][reference.rpartition("/")[2]]
    return set(found.get("required", ()))


def check(answer: httpx2.Response, codes: dict[str, int], sent: str = "") -> None:
    """The answer is a listed 4xx problem that repeats nothing of what was sent."""
    problem = answer.json()
    assert 400 <= answer.status_code < 500, (answer.status_code, sent[:300])
    assert answer.headers["content-type"] == "application/problem+json"
    assert codes[problem["code"]] == answer.status_code == problem["status"], problem
    assert problem["request_id"] == answer.headers["x-request-id"]
    told = " ".join([problem["detail"], *(fault["detail"] for fault in problem["errors"])])
    for echo in ("Zq", "１２", "١٢", "1_000", "1e3", "\x00"):
        assert echo not in told, (told, sent[:300])


@pytest.mark.parametrize("route", ROUTES)
def test_every_field_of_every_body(
    sandbox: Sandbox,
    things: dict[str, str],
    document: dict[str, Any],
    codes: dict[str, int],
    route: str,
) -> None:
    method, _, template = route.partition(" ")
    required = required_of(document, method, template)
    if template == "/v1/orders":
        required.add("price")
    path = template.format(**things)
    with sandbox.client(actor(template)) as client:
        before = sequences(client)
        for body in variants(bodies(things)[route], required):
            sent = json.dumps(body)
            headers = {"Content-Type": "application/json", "Idempotency-Key": key()}
            headers["If-Match"] = '"v0"'
            answer = client.request(method, path, content=sent, headers=headers)
            check(answer, codes, sent)
            assert answer.json()["code"] == "invalid_request", (sent[:300], answer.text)
        assert sequences(client) == before


BROKEN = {
    "cut off": (b'{"ledger": "carbon"', "malformed_json"),
    "empty": (b"", "invalid_request"),
    "two values": (b"{} {}", "malformed_json"),
    "NaN": (b'{"quantity": NaN}', "malformed_json"),
    "Infinity": (b'{"quantity": -Infinity}', "malformed_json"),
    "not UTF-8": ('{"document": "内"}'.encode("gb18030"), "malformed_json"),
    "UTF-16": ('{"document": "1"}'.encode("utf-16"), "malformed_json"),
    "a mark in front": (b"\xef\xbb\xbf{}", "malformed_json"),
    "twice a key": (b'{"ledger": "carbon", "ledger": "water"}', "duplicate_key"),
    "twice a key inside": (b'{"legs": [{"a": 1, "a": 1}]}', "duplicate_key"),
    "an escaped key twice": (b'{"ledger": 1, "l\\u0065dger": 2}', "duplicate_key"),
    "deep lists": (b"[" * 100_000, "malformed_json"),
    "deep objects": (b'{"a":' * 40 + b"1" + b"}" * 40, "malformed_json"),
    "a long number": (b'{"quantity": ' + b"9" * 10_000 + b"}", "malformed_json"),
    "a raw control": (b'{"document": "\x01"}', "malformed_json"),
    "ten megabytes": (b'{"document": "' + b"a" * 10_000_000 + b'"}', "body_too_large"),
    "a list": (b"[]", "invalid_request"),
    "null": (b"null", "invalid_request"),
    "a text": (b'"Zq"', "invalid_request"),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("path", ["/v1/orders", "/v1/transfers", "/v1/participants"])
def test_a_broken_body(sandbox: Sandbox, codes: dict[str, int], path: str, name: str) -> None:
    content, code = BROKEN[name]
    headers = {"Content-Type": "application/json", "Idempotency-Key": key()}
    with sandbox.client(actor(path)) as client:
        answer = client.post(path, content=content, headers=headers)
    check(answer, codes, name)
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"]
    + [f"application/json; charset={name}" for name in ("gb18030", "utf-16", "latin-1", "")],
)
def test_another_content_type(sandbox: Sandbox, codes: dict[str, int], kind: str) -> None:
    with sandbox.client(OWNER) as client:
        content = json.dumps(order("things.kind"))
        answer = client.post("/v1/orders", content=content, headers={"Content-Type": kind})
    check(answer, codes)
    assert answer.json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"instrument": "NOTHING"}, "instrument_unknown"),
        ({"quantity": "0"}, "quantity_not_positive"),
        ({"quantity": "1.5"}, "invalid_request"),
        ({"quantity": "-5"}, "invalid_request"),
        ({"quantity": "999999999999999999"}, "quantity_above_maximum"),
        ({"price": "0"}, "price_not_positive"),
        ({"price": "90.001"}, "invalid_request"),
        ({"price": "-90"}, "invalid_request"),
        ({"price": "1.00"}, "price_outside_band"),
        ({"price": "999999999999999.00"}, "price_outside_band"),
        (
            {"instrument": "NOX-150200", "price": "4350.00", "quantity": "0.00005"},
            "invalid_request",
        ),
        ({"order_type": "market"}, "market_order_with_price"),
        ({"time_in_force": "gtd"}, "expiry_missing"),
        ({"good_till_date": "2026-03-09"}, "expiry_unexpected"),
        ({"time_in_force": "gtd", "good_till_date": "2026-02-30"}, "invalid_request"),
        ({"time_in_force": "gtd", "good_till_date": "0000-01-01"}, "invalid_request"),
        ({"time_in_force": "gtd", "good_till_date": "2020-01-01"}, "expiry_passed"),
        ({"side": "sell", "quantity": "90000", "instrument": "CEA23"}, "units_insufficient"),
    ],
)
def test_an_order_that_cannot_be(
    sandbox: Sandbox, codes: dict[str, int], changes: dict[str, str], code: str
) -> None:
    with sandbox.client(OWNER) as client:
        before = client.get("/v1/balances").json()
        answer = client.post("/v1/orders", json=order(key(), **changes))
        assert client.get("/v1/balances").json() == before
    check(answer, codes)
    assert answer.json()["code"] == code
