"""Clients that hang up leak no connection and no task, and cancel no command."""

import random
import time
from collections import Counter

from tests.overload.campaign import metric, order
from tests.overload.vanishing import WAYS, connected, leave, request
from tests.support.server import start, stop

COUNT = 1000
MEMBER = "baotou-steel"
LISTING = "GET /v1/orders?limit=1000 HTTP/1.1\r\nHost: v\r\nAuthorization: Bearer {}\r\n\r\n"


def metrics(http):
    return http.get("/metrics").text


def at_rest(http, tasks):
    """Wait until nothing is in progress; return what is still taken after ten seconds."""
    deadline = time.monotonic() + 10
    while True:
        text = metrics(http)
        taken = {
            "requests": metric(text, "steppe_requests_in_progress") - 1,
            "body bytes": metric(text, "steppe_body_bytes"),
            "connections of the pool": metric(text, "steppe_database_connections_in_use"),
            "tasks more": metric(text, "steppe_tasks") - tasks,
        }
        if not any(taken.values()) or time.monotonic() > deadline:
            return taken
        time.sleep(0.1)


def test_a_thousand_clients_that_leave_take_nothing_with_them(tmp_path):
    rng = random.Random(20261125)
    first = start(tmp_path / "state", STEPPE_LOG_LEVEL="warning")
    sent, whole = {}, Counter()
    try:
        with first.client(MEMBER) as http:
            at_rest(http, 0)
            tasks = metric(metrics(http), "steppe_tasks")
            listing = LISTING.format(first.token(MEMBER)).encode()
            rest = http.post("/v1/orders", json=order("rest", "buy", "89.00")).json()["order_id"]
            for number in range(COUNT):
                way = WAYS[number % len(WAYS)]
                body = order(f"left.{number}", "buy", "90.00")
                path, key = "/v1/orders", ""
                if way == "cancel":
                    path, body, key = f"/v1/orders/{rest}:cancel", {}, f"cancel.{number}"
                asked = request(first, MEMBER, path, body, key)
                if leave(first, way, asked, listing, rng):
                    whole[way] += 1
                    if way != "cancel":
                        sent[body["client_order_id"]] = body
            assert not any(at_rest(http, tasks).values())
            assert http.get(f"/v1/orders/{rest}").json()["status"] == "cancelled"
            assert all(whole[way] == COUNT // len(WAYS) for way in whole)
            assert len(sent) == COUNT * 4 // len(WAYS)

            placed = known(http)
            outcomes = {name: http.post("/v1/orders", json=sent[name]) for name in list(sent)[::5]}
        # A client whose bytes had all arrived gets its order; and a repeat is told of the first.
        assert set(sent) <= set(placed)
        for name, answer in outcomes.items():
            assert answer.headers["idempotent-replayed"] == "true"
            assert answer.json()["order_id"] == placed[name]
    finally:
        assert stop(first.process) == 0

    second = start(tmp_path / "state", STEPPE_LOG_LEVEL="warning")
    try:
        with second.client(MEMBER) as http:
            assert known(http) == placed
            for name, before in outcomes.items():
                after = http.post("/v1/orders", json=sent[name])
                assert after.headers["idempotent-replayed"] == "true"
                assert (after.status_code, after.json()) == (201, before.json())
    finally:
        assert stop(second.process) == 0


def known(http):
    found, cursor = {}, None
    while True:
        params = {"ledger": "carbon", "limit": "1000"} | ({"cursor": cursor} if cursor else {})
        page = http.get("/v1/orders", params=params).raise_for_status().json()
        found |= {item["client_order_id"]: item["order_id"] for item in page["items"]}
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def test_half_sent_and_unread_connections_hold_no_database_connection(sandbox):
    """While hundreds of clients dawdle, the pool is free and others are served."""
    listing = LISTING.format(sandbox.token(MEMBER)).encode()
    asked = request(sandbox, MEMBER, "/v1/orders", order("dawdling", "buy", "90.00"))
    dawdling = [connected(sandbox) for _ in range(150)]
    try:
        for number, connection in enumerate(dawdling):
            connection.sendall((asked[:-10], asked[:60], listing)[number % 3])
        with sandbox.client(MEMBER) as http:
            deadline = time.monotonic() + 10
            while metric(metrics(http), "steppe_database_connections_in_use"):
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert http.get("/readyz").status_code == 200
            assert http.post("/v1/orders", json=order("lively", "buy", "90.00")).status_code == 201
            assert http.get("/v1/orders?limit=1000").status_code == 200
    finally:
        for connection in dawdling:
            connection.close()
