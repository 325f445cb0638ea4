"""Capacity, five times capacity, and normal again: what a server did in each, as figures.

Capacity is what a few connections get that each send the next order when the last is answered. The
overload comes from processes of their own; meanwhile this one looks at health, cancels orders and
watches the server's memory.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import httpx2

from tests.support.server import TLS, Sandbox

MEMBERS = ("baotou-steel", "ordos-methanol")
TIMES = 5
CAPACITY_CONNECTIONS = 32


@dataclass(slots=True)
class Watched:
    """What was seen beside the load: health, cancels and memory."""

    health: Counter[int] = field(default_factory=Counter)
    health_s: list[float] = field(default_factory=list)
    cancels: Counter[int] = field(default_factory=Counter)
    cancels_s: list[float] = field(default_factory=list)
    rss_bytes_max: int = 0
    in_progress_max: float = 0.0
    queued_max: float = 0.0


def drive(sandbox: Sandbox, plans: list[dict]) -> list[dict]:
    """Run one generator process for each plan, at the same time."""
    common = {"address": sandbox.address, "tokens": [sandbox.token(name) for name in MEMBERS]}
    with ExitStack() as stack:
        running = []
        for plan in plans:
            file = stack.enter_context(tempfile.NamedTemporaryFile("w", suffix=".json"))
            json.dump(common | plan, file)
            file.flush()
            words = [sys.executable, "-m", "tests.overload.load", file.name]
            running.append(
                stack.enter_context(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
            )
        said = [process.communicate(timeout=180)[0] for process in running]
        assert all(process.returncode == 0 for process in running)
    return [json.loads(text) for text in said]


def plan(name: str, rate: float, seconds: float, connections: int, batch: int) -> dict:
    count = int(rate * seconds) + 1
    return {
        "name": name,
        "rate": rate,
        "seconds": seconds,
        "connections": connections,
        "batch": batch,
        "requests": count,
        "seed": 1,
    }


def capacity(sandbox: Sandbox, seconds: float, batch: int, name: str = "capacity") -> float:
    """Requests a second that are answered when more are always due, over a few connections."""
    offered = 200_000 // seconds if batch == 1 else 4_000 // seconds
    report = drive(
        sandbox, [plan(name, min(offered, 8_000), seconds, CAPACITY_CONNECTIONS, batch)]
    )[0]
    return len(report["acknowledged"]) / report["sent_s"]


def metric(text: str, name: str) -> float:
    """The sum of a metric over its labels."""
    lines = [line for line in text.splitlines() if line.startswith((f"{name} ", f"{name}{{"))]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


def rss_bytes(pid: int) -> int:
    words = Path(f"/proc/{pid}/statm").read_text().split()
    return int(words[1]) * 4096


class Watch:
    """Looks at the server twice a second from a thread, until told to end."""

    def __init__(self, sandbox: Sandbox, to_cancel: list[str]) -> None:
        self._sandbox = sandbox
        self._to_cancel = to_cancel
        self._headers = sandbox.bearer(MEMBERS[0])
        self._end = Event()
        self._thread = Thread(target=self._look)
        self.seen = Watched()

    def __enter__(self) -> Watched:
        self._thread.start()
        return self.seen

    def __exit__(self, *_fault: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        seen = self.seen
        while not self._end.wait(0.5):
            for path in ("/livez", "/readyz", "/metrics"):
                started = time.monotonic()
                answer = httpx2.get(self._sandbox.address + path, timeout=60, verify=TLS)
                seen.health_s.append(time.monotonic() - started)
                seen.health[answer.status_code] += 1
            lane = metric(answer.text, "steppe_requests_in_progress")
            seen.in_progress_max = max(seen.in_progress_max, lane)
            queued = metric(answer.text, "steppe_queue_commands")
            seen.queued_max = max(seen.queued_max, queued)
            seen.rss_bytes_max = max(seen.rss_bytes_max, rss_bytes(self._sandbox.process.pid))
            if self._to_cancel:
                self._cancel(self._to_cancel.pop())

    def _cancel(self, order_id: str) -> None:
        started = time.monotonic()
        answer = httpx2.post(
            f"{self._sandbox.address}/v1/orders/{order_id}:cancel",
            headers={**self._headers, "Idempotency-Key": order_id},
            timeout=60,
            verify=TLS,
        )
        self.seen.cancels_s.append(time.monotonic() - started)
        self.seen.cancels[answer.status_code] += 1


def order(name: str, side: str, price: str) -> dict[str, str]:
    return {
        "client_order_id": name,
        "instrument": "CEA24",
        "side": side,
        "quantity": "1",
        "price": price,
    }


def resting_orders(sandbox: Sandbox, count: int) -> list[str]:
    """Place orders that stay in the book; return their ids."""
    orders = [order(f"resting.{number}", "buy", "89.00") for number in range(count)]
    body = {"mode": "independent", "orders": orders}
    with sandbox.client(MEMBERS[0]) as http:
        results = http.post("/v1/orders:batch", json=body).raise_for_status().json()["results"]
    return [result["order"]["order_id"] for result in results]


def recovered_after_s(sandbox: Sandbox, within_s: float) -> float:
    """Seconds until twenty orders in a row are answered without a 503; infinite beyond `within_s`.

    The orders come one by one, as from a client in normal times.
    """
    started = since = time.monotonic()
    row = 0
    with sandbox.client(MEMBERS[1]) as http:
        for number in range(100_000):
            if time.monotonic() - started > within_s:
                break
            body = order(f"after.{number}.{started}", "sell", "106.00")
            if http.post("/v1/orders", json=body).status_code == 201:
                row += 1
            else:
                row, since = 0, time.monotonic()
            if row == 20:
                return since - started
    return float("inf")


def overload(
    sandbox: Sandbox, rate: float, seconds: float, *, batch: int, processes: int, connections: int
) -> tuple[list[dict], Watched]:
    """Offer five times `rate` for a while; return what the generators and the watch saw."""
    cancels = resting_orders(sandbox, 100)
    plans = [
        plan(f"over{n}", TIMES * rate / processes, seconds, connections // processes, batch)
        for n in range(processes)
    ]
    with Watch(sandbox, cancels) as seen:
        reports = drive(sandbox, plans)
    return reports, seen


def missing(sandbox: Sandbox, reports: list[dict]) -> list[str]:
    """Names of acknowledged single orders that the venue does not know."""
    gone = []
    for index, report in enumerate(reports):
        by_member: dict[str, list[str]] = {name: [] for name in MEMBERS}
        for number in report["acknowledged"]:
            by_member[MEMBERS[number % len(MEMBERS)]].append(f"over{index}.{number}")
        for member, names in by_member.items():
            known = own_orders(sandbox, member)
            gone += [name for name in names if name not in known]
    return gone


def own_orders(sandbox: Sandbox, member: str) -> set[str]:
    found, cursor = set(), None
    with sandbox.client(member) as http:
        while True:
            params = {"ledger": "carbon", "limit": "1000"} | ({"cursor": cursor} if cursor else {})
            page = http.get("/v1/orders", params=params).raise_for_status().json()
            found |= {item["client_order_id"] for item in page["items"]}
            cursor = page["next_cursor"]
            if cursor is None:
                return found
