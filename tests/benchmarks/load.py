"""A load generator: pre-encoded requests over keep-alive connections, from a process of its own.

It is a closed loop: each connection sends its next request when the last one is answered, and
latency counts from that sending. So it does not show what requests that arrive meanwhile would
wait. Run as `python -m tests.benchmarks.load PLAN`, where PLAN is a JSON file; it prints JSON.
"""

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit


def order(name: str, instrument: str, rng: random.Random, middle: int) -> dict:
    """One limit order; prices in fen. Most rest within 0.5 yuan of the middle, some cross it."""
    side = rng.choice(("buy", "sell"))
    away = rng.randint(-5, 50)
    price = middle - away if side == "buy" else middle + away
    return {
        "client_order_id": name,
        "instrument": instrument,
        "side": side,
        "quantity": str(rng.randint(1, 20)),
        "price": f"{price // 100}.{price % 100:02d}",
    }


def encode(address: str, path: str, token: str, body: dict) -> bytes:
    data = json.dumps(body).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {urlsplit(address).netloc}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


class Connection(asyncio.Protocol):
    """One keep-alive connection; counts the answers and refuses to go on after an error."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        if len(rest) >= length and self._answer is not None:
            self._buffer = b""
            self._answer.set_result(head[:12] + rest)

    async def ask(self, request: bytes) -> bytes:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer


async def run(plan: dict) -> dict:
    """Send what the plan says and return count, seconds and latencies in milliseconds."""
    rng = random.Random(plan["seed"])
    parts = urlsplit(plan["address"])
    loop = asyncio.get_running_loop()
    size, total = plan["batch"], plan["requests"]
    requests = []
    for number in range(total):
        token = plan["tokens"][number % len(plan["tokens"])]
        name = f"{plan['name']}.{number}"
        middle = plan["middle"]
        if size == 1:
            body = order(name, plan["instrument"], rng, middle)
            requests.append(encode(plan["address"], "/v1/orders", token, body))
        else:
            orders = [order(f"{name}.{n}", plan["instrument"], rng, middle) for n in range(size)]
            body = {"mode": "independent", "orders": orders}
            requests.append(encode(plan["address"], "/v1/orders:batch", token, body))
    latencies: list[float] = []
    failed = 0
    queue = iter(requests)

    async def drive() -> None:
        nonlocal failed
        _, connection = await loop.create_connection(Connection, parts.hostname, parts.port)
        for request in queue:
            started = time.perf_counter()
            answer = await connection.ask(request)
            latencies.append((time.perf_counter() - started) * 1000)
            if answer[9:12] not in (b"200", b"201") or b'"refused"' in answer:
                failed += 1

    started = time.perf_counter()
    await asyncio.gather(*(drive() for _ in range(plan["connections"])))
    seconds = time.perf_counter() - started
    latencies.sort()
    return {
        "orders": total * size,
        "seconds": seconds,
        "failed": failed,
        "median_ms": latencies[len(latencies) // 2],
        "p99_ms": latencies[int(len(latencies) * 0.99)],
    }


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_text())
    print(json.dumps(asyncio.run(run(asked))))
