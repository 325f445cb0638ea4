"""Malformed keys, ids, cursors and limits, and ids that are used a second time."""

import base64
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import msgspec
import pytest

from tests.api.test_bad_input import check, sequences
from tests.api.things import OTHER, OWNER, key, order, post
from tests.support.server import Sandbox

LISTS = {
    "/v1/orders": 2,
    "/v1/trades": 2,
    "/v1/assets": 2,
    "/v1/balances": 2,
    "/v1/accounts": 2,
    "/v1/lots": 4,
    "/v1/freezes": 2,
    "/v1/transfers": 2,
    "/v1/instruments": 2,
    "/v1/instruments/CEA24/trades": 1,
    "/v1/participants": 1,
    "/v1/keys": 2,
    "/v1/water/shares": 4,
    "/v1/reserves": 2,
    "/v1/reserve-offers": 2,
    "/v1/reserve-movements": 2,
    "/v1/water/overuse": 3,
    "/v1/water/savings": 2,
    "/v1/cross-region-approvals": 4,
    "/v1/cancellations": 2,
}


def cursor(*keys: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(list(keys))).decode()


@pytest.mark.parametrize("path", LISTS)
def test_a_made_up_cursor(sandbox: Sandbox, codes: dict[str, int], path: str) -> None:
    parts = LISTS[path]
    forged = ["x", "=", "１２", "%00", "\x00", "AAAA", cursor(), cursor(*["x"] * 5), cursor(None)]
    forged += [cursor(*[1.5] * parts), cursor(*[True] * parts), cursor(*[2**63] * parts)]
    forged += [cursor(*["'; --"] * parts), "A" * 201]
    with sandbox.client("operator") as client:
        for text in forged:
            check(client.get(path, params={"cursor": text}), codes, text)
        for number in (0, 1, -1, 2**15, 2**31, 2**62, 2**63 - 1, -(2**62)):
            answer = client.get(path, params={"cursor": cursor(*[number] * parts)})
            assert answer.status_code in (200, 400), (number, answer.text)


@pytest.mark.parametrize("path", LISTS)
def test_limits(sandbox: Sandbox, codes: dict[str, int], path: str) -> None:
    with sandbox.client("operator") as client:
        for limit in (
            "0",
            "1001",
            "-1",
            "１２",
            "1_0",
            " 5",
            "+5",
            "5.0",
            "1e1",
            "",
            "x",
            "9" * 5000,
        ):
            check(client.get(path, params={"limit": limit}), codes, limit)
        for limit in (1, 1000):
            assert client.get(path, params={"limit": limit}).status_code == 200


def test_pages_join_to_the_whole(sandbox: Sandbox) -> None:
    with sandbox.client("operator") as client:
        for path in (
            "/v1/assets",
            "/v1/instruments",
            "/v1/balances",
            "/v1/lots",
            "/v1/participants",
        ):
            whole = client.get(path, params={"limit": 1000}).json()["items"]
            seen: list[Any] = []
            query: dict[str, Any] = {"limit": 7}
            while True:
                page = client.get(path, params=query).json()
                seen += page["items"]
                if page["next_cursor"] is None:
                    break
                query["cursor"] = page["next_cursor"]
            assert seen == whole, path


BAD_IDS = ("p0", "p-1", "carbon.o0", "carbon.o01", "carbon.a99999999999999999", "o1", "carbon.o１")
BAD_IDS += (
    "carbon.o1%00",
    "%00",
    "%ED%A0%80",
    "%FF",
    "..%2f..",
    "carbon.o9223372036854775808",
    "x" * 3000,
)
BAD_IDS += ("nothing.o1", "CARBON.o1", "carbon.o1%0a", "'%3B--", "p999999999999999999", "𝟏")


@pytest.mark.parametrize("bad", BAD_IDS)
def test_a_malformed_id(
    sandbox: Sandbox, document: dict[str, Any], codes: dict[str, int], bad: str
) -> None:
    with sandbox.client("operator") as client:
        for template, methods in document["paths"].items():
            if "{" not in template or "get" not in methods:
                continue
            answer = client.get(template.replace("{ledger}", bad).format_map(Always(bad)))
            assert answer.status_code in (400, 404, 405), (template, answer.text)
            if answer.headers["content-type"] == "application/problem+json":
                check(answer, codes, template)
        for name in ("ledger", "asset", "instrument", "participant_id", "order_id", "account_id"):
            for path in ("/v1/orders", "/v1/trades", "/v1/lots", "/v1/balances", "/v1/transfers"):
                answer = client.get(f"{path}?{name}={bad}")
                assert answer.status_code in (200, 400, 404, 422), (path, name, answer.text)


class Always(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return str(self["bad"]) if "bad" in self else ""

    def __init__(self, bad: str) -> None:
        super().__init__(bad=bad)


def test_an_idempotency_key_is_needed_and_plain(sandbox: Sandbox, codes: dict[str, int]) -> None:
    body = {"ledger": "water"}
    with sandbox.client(OWNER) as client:
        before = sequences(client)
        answer = client.post("/v1/orders:cancel-all", json=body)
        check(answer, codes)
        assert answer.json()["code"] == "idempotency_key_missing"
        for bad in (b"", b" ", b"a b", b"x" * 65, "键".encode(), b"a/b", b"a\x00", b"1" * 5000):
            try:
                answer = client.post(
                    "/v1/orders:cancel-all", json=body, headers=[(b"Idempotency-Key", bad)]
                )
            except httpx2.LocalProtocolError:
                continue
            check(answer, codes)
        assert sequences(client) == before


def test_a_key_used_for_another_request(sandbox: Sandbox, codes: dict[str, int]) -> None:
    name = key()
    with sandbox.client(OWNER) as client:
        headers = {"Idempotency-Key": name}
        first = client.post("/v1/orders:cancel-all", json={"ledger": "water"}, headers=headers)
        again = client.post("/v1/orders:cancel-all", json={"ledger": "water"}, headers=headers)
        other = {"ledger": "water", "side": "buy"}
        reused = client.post("/v1/orders:cancel-all", json=other, headers=headers)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    check(reused, codes)
    assert reused.json()["code"] == "idempotency_key_reused"


def test_a_key_is_ones_own(sandbox: Sandbox) -> None:
    name = key()
    answers = []
    for member in (OWNER, OTHER):
        with sandbox.client(member) as client:
            headers = {"Idempotency-Key": name}
            body = {"ledger": "water"}
            answers.append(client.post("/v1/orders:cancel-all", json=body, headers=headers).json())
    assert answers[0]["sequence"] != answers[1]["sequence"]


def test_a_client_order_id_used_for_another_order(sandbox: Sandbox, codes: dict[str, int]) -> None:
    body = order(key())
    with sandbox.client(OWNER) as client:
        first = client.post("/v1/orders", json=body)
        again = client.post("/v1/orders", json=body)
        reused = client.post("/v1/orders", json=body | {"quantity": "11"})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    check(reused, codes)
    assert (reused.status_code, reused.json()["code"]) == (409, "client_order_id_reused")


def test_one_id_in_many_hands_at_once_places_one_order(sandbox: Sandbox) -> None:
    body = order(key())
    headers = sandbox.bearer(OWNER)

    def place(_number: int) -> str:
        answer = httpx2.post(f"{sandbox.address}/v1/orders", json=body, headers=headers, timeout=60)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["order_id"])

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(place, range(16)))) == 1


def test_one_id_several_times_in_a_batch(sandbox: Sandbox) -> None:
    body = order(key())
    orders = [body, body, body | {"quantity": "11"}]
    batch = {"mode": "independent", "orders": orders}
    with sandbox.client(OWNER) as client:
        first, again, other = client.post("/v1/orders:batch", json=batch).json()["results"]
    assert first["status"] == again["status"] == "accepted"
    assert first["order"] == again["order"]
    assert other["problem"]["code"] == "client_order_id_reused"


def test_an_atomic_batch_with_the_id_of_an_order(sandbox: Sandbox, codes: dict[str, int]) -> None:
    body = order(key())
    post(sandbox, OWNER, "/v1/orders", body)
    with sandbox.client(OWNER) as client:
        headers = {"Idempotency-Key": key()}
        batch = {"mode": "atomic", "orders": [body]}
        answer = client.post("/v1/orders:batch", json=batch, headers=headers)
    check(answer, codes)
    assert answer.json()["code"] == "client_order_id_reused"


def test_an_order_with_the_id_of_one_in_an_atomic_batch(
    sandbox: Sandbox, codes: dict[str, int]
) -> None:
    body = order(key())
    post(sandbox, OWNER, "/v1/orders:batch", {"mode": "atomic", "orders": [body]})
    with sandbox.client(OWNER) as client:
        answer = client.post("/v1/orders", json=body | {"quantity": "11"})
    check(answer, codes)
    assert answer.json()["code"] == "client_order_id_reused"


def test_a_code_of_another_ledger(sandbox: Sandbox, codes: dict[str, int]) -> None:
    titles = {"title_zh": "试", "title_en": "Test"}
    with sandbox.client("operator") as client:
        body = {"code": "CEA24", "asset": "TCE25", "reference_price": "150.00", **titles}
        answer = client.post("/v1/instruments", json=body, headers={"Idempotency-Key": key()})
        check(answer, codes)
        assert answer.json()["code"] == "instrument_exists"
        asset = {"ledger": "energy", "code": "CEA24", "kind": "TCE", "unit": "tce", "scale": 0}
        headers = {"Idempotency-Key": key()}
        answer = client.post("/v1/assets", json=asset | titles, headers=headers)
        check(answer, codes)
        assert answer.json()["code"] == "asset_exists"
