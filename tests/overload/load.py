"""An open-loop load: each request has a due time and is sent then, whatever became of the others.

A request that is due takes a free connection, or opens one up to the plan's number; without either
it counts as not offered. Run as `python -m tests.overload.load PLAN`, where PLAN is a JSON file;
prints JSON: what each status was, how long answers took, and the ids of what was acknowledged.
"""

import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import uvloop

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
ANSWER_S = 30


def encode(plan: dict, number: int, rng: random.Random) -> bytes:
    """One order, or a batch of them, far from crossing or near the middle as it comes."""
    size = plan["batch"]
    orders = []
    for place in range(size):
        side = rng.choice(("buy", "sell"))
        away = rng.randint(-5, 50)
        price = 9800 - away if side == "buy" else 9800 + away
        name = f"{plan['name']}.{number}" if size == 1 else f"{plan['name']}.{number}.{place}"
        orders.append(
            {
                "client_order_id": name,
                "instrument": "CEA24",
                "side": side,
                "quantity": "1",
                "price": f"{price // 100}.{price % 100:02d}",
            }
        )
    body = orders[0] if size == 1 else {"mode": "independent", "orders": orders}
    data = json.dumps(body).encode()
    path = "/v1/orders" if size == 1 else "/v1/orders:batch"
    token = plan["tokens"][number % len(plan["tokens"])]
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(plan['address']).netloc}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


class Connection(asyncio.Protocol):
    """A connection with at most one request under way."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._buffer = b""
        self.number = -1
        self.due = 0.0
        self.open = True

    def connection_made(self, transport) -> None:
        self._transport = transport

    def connection_lost(self, exc) -> None:
        self.open = False
        self._load.lost(self)

    def send(self, number: int, due: float, request: bytes) -> None:
        self.number, self.due, self._buffer = number, due, b""
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if found and length and len(rest) >= int(length[1]):
            closes = b"connection: close" in head.lower()
            self._load.answered(self, int(head[9:12]), head, rest)
            if closes:
                self.open = False
                self._transport.close()


class Load:
    def __init__(self, plan: dict) -> None:
        rng = random.Random(plan["seed"])
        self._plan = plan
        self._requests = [encode(plan, number, rng) for number in range(plan["requests"])]
        self._free: list[Connection] = []
        self._opened = 0
        self._waiting = 0
        self.statuses: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.each_second: Counter[int] = Counter()
        self.acknowledged: list[int] = []
        self.without_retry_after = 0
        self.excerpt = ""

    async def run(self) -> dict:
        """Send for as long as the plan says, then wait for what is under way."""
        loop = asyncio.get_running_loop()
        self._start = loop.time()
        rate, opening = self._plan["rate"], set()
        for number, request in enumerate(self._requests):
            due = self._start + number / rate
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            elif number % 50 == 0:
                await asyncio.sleep(0)
            if due > self._start + self._plan["seconds"] or loop.time() > due + ANSWER_S:
                break
            if self._free:
                self._waiting += 1
                self._free.pop().send(number, due, request)
            elif self._opened < self._plan["connections"]:
                self._opened += 1
                self._waiting += 1
                task = asyncio.create_task(self._open(number, due, request))
                opening.add(task)
                task.add_done_callback(opening.discard)
            else:
                self.statuses["not offered"] += 1
        sent_s = loop.time() - self._start
        until = loop.time() + ANSWER_S
        while self._waiting and loop.time() < until:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        return self._report(sent_s)

    async def _open(self, number: int, due: float, request: bytes) -> None:
        parts = urlsplit(self._plan["address"])
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: Connection(self), parts.hostname, parts.port
            )
        except OSError:
            self._opened -= 1
            self._waiting -= 1
            self.statuses["no connection"] += 1
            return
        connection.send(number, due, request)

    def answered(self, connection: Connection, status: int, head: bytes, body: bytes) -> None:
        now = asyncio.get_running_loop().time()
        self._waiting -= 1
        self.statuses[str(status)] += 1
        if status in (200, 201):
            self.latencies.append(now - connection.due)
            self.each_second[int(now - self._start)] += 1
            self.acknowledged.append(connection.number)
        elif status in (429, 503):
            self.without_retry_after += b"retry-after:" not in head.lower()
        elif not self.excerpt:
            self.excerpt = body[:300].decode(errors="replace")
        connection.number = -1
        if b"connection: close" not in head.lower():
            self._free.append(connection)

    def lost(self, connection: Connection) -> None:
        self._opened -= 1
        if connection.number >= 0:
            self._waiting -= 1
            self.statuses["cut off"] += 1
        elif connection in self._free:
            self._free.remove(connection)

    def _report(self, sent_s: float) -> dict:
        ordered = sorted(self.latencies) or [float("nan")]
        return {
            "sent_s": sent_s,
            "statuses": dict(self.statuses),
            "unanswered": self._waiting,
            "median_ms": ordered[len(ordered) // 2] * 1000,
            "p99_ms": ordered[int(len(ordered) * 0.99)] * 1000,
            "each_second": [self.each_second[n] for n in range(int(sent_s) + 1)],
            "acknowledged": self.acknowledged,
            "without_retry_after": self.without_retry_after,
            "excerpt": self.excerpt,
            "cpu_s": time.process_time(),
        }


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_text())
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(Load(asked).run())))
