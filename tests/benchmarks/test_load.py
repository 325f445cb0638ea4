"""The load generator: due times, percentiles, answers, and what it counts of a small server."""

import itertools
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from tests.benchmarks.answers import Answer
from tests.benchmarks.flow import FLOWS, order, requests
from tests.benchmarks.load import run
from tests.benchmarks.schedule import due_times, latency_summary, percentile

OK = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}"
REFUSED = b"HTTP/1.1 422 Unprocessable Entity\r\nContent-Length: 2\r\n\r\n{}"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
CHUNKED = (
    b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    b'18;x=y\r\n[{"status":"refused"}, 2]\r\n0\r\n\r\n'
).replace(b"18;", b"19;")


def test_even_arrivals_are_one_interval_apart() -> None:
    assert due_times(4, 200.0, "even", 1) == [0.0, 0.005, 0.01, 0.015]


def test_random_arrivals_keep_the_rate_and_come_in_order() -> None:
    due = due_times(20_000, 1_000.0, "random", 7)
    assert due == sorted(due)
    assert due == due_times(20_000, 1_000.0, "random", 7)
    assert due[-1] == pytest.approx(20.0, rel=0.05)
    gaps = sorted(b - a for a, b in itertools.pairwise(due))
    assert percentile(gaps, 0.5) == pytest.approx(0.000693, rel=0.1)  # ln 2 / rate


def test_a_rate_must_be_above_nothing() -> None:
    with pytest.raises(ValueError, match="rate"):
        due_times(1, 0, "even", 1)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.5, 5.0),
        ([1.0, 2.0], 0.5, 1.0),
        ([1.0, 2.0, 3.0], 0.5, 2.0),
        (list(range(1, 101)), 0.99, 99),
        (list(range(1, 101)), 0.999, 100),
        (list(range(1, 1001)), 0.999, 999),
        ([1.0, 2.0], 1.0, 2.0),
    ],
)
def test_percentile_is_the_nearest_rank(values: Any, share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_a_summary_is_in_milliseconds_and_sorts_first() -> None:
    assert latency_summary([0.003, 0.001, 0.002])["p50"] == 2.0
    assert latency_summary([0.003, 0.001])["max"] == 3.0


@pytest.mark.parametrize("answer", [OK, REFUSED, BUSY, CHUNKED])
def test_an_answer_is_whole_at_its_last_byte_and_not_before(answer: bytes) -> None:
    read = Answer()
    for at in range(len(answer) - 1):
        assert not read.add(answer[at : at + 1]), answer[: at + 1]
    assert read.add(answer[-1:])
    assert read.status == int(answer[9:12])
    assert read.closes == (answer is BUSY)
    assert Answer().add(answer)


@pytest.mark.parametrize("answer", [b"SSH-2.0\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: y\r\n\r\n"])
def test_what_has_no_end_is_no_answer(answer: bytes) -> None:
    with pytest.raises(ValueError, match="answer"):
        Answer().add(answer)


def test_requests_are_well_formed_and_take_turns() -> None:
    found = requests(
        "http://host:80", ["a", "b"], FLOWS["resting"], name="r1", batch=3, count=3, seed=1
    )
    for number, request in enumerate(found):
        head, _, body = request.partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head
        assert (b"Bearer a" if number % 2 == 0 else b"Bearer b") in head
        orders = json.loads(body)["orders"]
        assert [o["client_order_id"] for o in orders] == [f"r1.{number}.{n}" for n in range(3)]


@pytest.mark.parametrize("name", FLOWS)
def test_orders_stay_near_the_middle(name: str) -> None:
    flow, rng = FLOWS[name], random.Random(1)
    for number in range(500):
        found = json.loads(order(str(number), flow, rng))
        away = round(float(found["price"]) * 100) - flow.middle_fen
        away = -away if found["side"] == "buy" else away
        assert -flow.across <= away <= flow.far


@contextmanager
def answering(*answers: bytes, pause_s: float = 0) -> Iterator[str]:
    """A server that gives these answers in turn, each after a pause; b"" hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))
    turns = iter(answers * 1_000)

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                threading.Thread(target=talk, args=(connection,), daemon=True).start()

    def talk(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while True:
                asked = connection.recv(65536)
                while asked and b"\r\n\r\n" not in asked:
                    asked += connection.recv(65536)
                answer = next(turns)
                if not asked or not answer:
                    return
                time.sleep(pause_s)
                connection.sendall(answer)
                if b"close" in answer:
                    return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def plan(address: str, **changed: Any) -> dict[str, Any]:
    usual = {
        "address": address,
        "server": 1,
        "tokens": ["t"],
        "name": "r",
        "seed": 1,
        "batch": 1,
        "connections": 1,
        "seconds": 30,
        "requests": 40,
        "rate": 0,
        "arrivals": "even",
        "flow": "resting",
    }
    return usual | changed


def test_what_was_refused_and_what_failed_are_counted_apart() -> None:
    with answering(OK, REFUSED, BUSY, OK) as address:
        found = run(plan(address))
    assert found["statuses"] == {"201": 20, "422": 10, "503": 10}
    assert (found["orders"], found["refused"], found["failed"]) == (20, 10, 10)
    assert found["first_problem"].startswith("422")


def test_refused_orders_inside_a_batch_are_counted() -> None:
    with answering(CHUNKED) as address:
        found = run(plan(address, batch=5, requests=4))
    assert (found["orders"], found["refused"]) == (16, 4)


def test_an_answer_that_never_came_is_a_failure_and_the_rest_goes_on() -> None:
    with answering(OK, b"") as address:
        found = run(plan(address, requests=10))
    assert (found["orders"], found["failed"]) == (5, 5)


def test_an_open_loop_counts_from_the_due_time() -> None:
    """One connection, answers after 20 ms, one request due each 10 ms: the wait grows."""
    with answering(OK, pause_s=0.02) as address:
        found = run(plan(address, requests=20, rate=100))
    assert found["requests"] == 20
    assert found["latency_ms"]["max"] >= 20 * 20 - 19 * 10
    assert found["sent_late_ms"]["max"] >= 19 * 20 - 19 * 10


def test_an_open_loop_that_fell_far_behind_counts_what_it_never_sent() -> None:
    with answering(OK, pause_s=0.02) as address:
        found = run(plan(address, requests=100, rate=1_000, seconds=0.05))
    assert found["unsent"] == 50 - found["requests"] > 0
    assert found["latency_ms"]["p50"] >= 100


def test_a_closed_loop_ends_with_its_time() -> None:
    with answering(OK, pause_s=0.02) as address:
        found = run(plan(address, requests=1_000, seconds=0.1))
    assert 0 < found["requests"] <= 6
    assert found["unsent"] == 0
