"""Memory over time: a real server at a steady load, its resident memory every minute, the slope.

Members trade and cancel, so that what is open stays about the same while the journal grows; every
request is a new one, repeats and refusals are among them, and snapshots are taken on the way. What
grows then grows with history. The id filter grows by three bytes a command; a slope above that,
once caches are full, is a leak. Printed, never asserted.

`python -m tests.benchmarks.soak [--minutes 30] [--rate 400]`
"""

import argparse
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event, Thread

import httpx2

from tests.support.server import Sandbox, running_sandbox

MINUTES = 30.0
ORDERS_PER_S = 400
BATCH = 20
MEMBERS = ("baotou-steel", "ordos-methanol")
CANCEL_EVERY = 10
REPEAT_EVERY = 7
MIDDLE_FEN = 9800
SNAPSHOT_COMMANDS = 20_000


@dataclass
class Member:
    """One member's client: batches at a steady pace, of which the open rest is cancelled."""

    sandbox: Sandbox
    name: str
    period_s: float
    end: Event
    random: Random = field(default_factory=lambda: Random(7))
    orders: int = 0
    failed: int = 0

    def drive(self) -> None:
        number, due, last = 0, time.monotonic(), {}
        with self.sandbox.client() as client:
            while not self.end.wait(max(0.0, due - time.monotonic())):
                due += self.period_s
                number += 1
                repeated = last and number % REPEAT_EVERY == 0
                last = last if repeated else self._batch(number)
                self._post(client, "/v1/orders:batch", last)
                self.orders += BATCH
                if number % CANCEL_EVERY == 0:
                    body = {"ledger": "carbon", "instrument": "CEA24"}
                    self._post(client, "/v1/orders:cancel-all", body, f"soak-{self.name}-{number}")

    def _post(
        self, client: httpx2.Client, path: str, body: dict[str, object], key: str | None = None
    ) -> None:
        headers = self.sandbox.bearer(self.name, key)
        answer = client.post(path, json=body, headers=headers)
        self.failed += answer.status_code >= 300

    def _batch(self, number: int) -> dict[str, object]:
        return {
            "mode": "independent",
            "orders": [self._order(f"soak.{number}.{place}") for place in range(BATCH)],
        }

    def _order(self, name: str) -> dict[str, str]:
        side = self.random.choice(("buy", "sell"))
        away = self.random.randint(-5, 30)
        price = MIDDLE_FEN + (away if side == "sell" else -away)
        return {
            "client_order_id": name,
            "instrument": "CEA24",
            "side": side,
            "quantity": str(self.random.randint(1, 3)),
            "price": f"{price // 100}.{price % 100:02d}",
        }


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    return 0.0


def slope(points: list[tuple[float, float]]) -> float:
    """Return the gradient of the best straight line (least squares)."""
    count = len(points)
    mean_x = sum(x for x, _ in points) / count
    mean_y = sum(y for _, y in points) / count
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def run(minutes: float = MINUTES, rate: int = ORDERS_PER_S) -> dict[str, float]:
    """Return the resident megabytes of each minute, and how they grow over the second half."""
    figures: dict[str, float] = {}
    points: list[tuple[float, float]] = []
    with running_sandbox(
        STEPPE_LOG_LEVEL="warning", STEPPE_SNAPSHOT_COMMANDS=str(SNAPSHOT_COMMANDS)
    ) as sandbox:
        end = Event()
        period_s = BATCH * len(MEMBERS) / rate
        members = [Member(sandbox, name, period_s, end) for name in MEMBERS]
        threads = [Thread(target=member.drive, daemon=True) for member in members]
        for thread in threads:
            thread.start()
        started = time.monotonic()
        every_s = min(60.0, minutes * 60 / 10)
        while (passed := time.monotonic() - started) < minutes * 60:
            time.sleep(every_s)
            passed = time.monotonic() - started
            sent = sum(member.orders for member in members)
            points.append((sent / 1e6, resident_mb(sandbox.process.pid)))
            figures[f"MB resident after {passed / 60:.1f} min"] = points[-1][1]
        end.set()
        for thread in threads:
            thread.join()
    figures["orders sent"] = sum(member.orders for member in members)
    figures["requests failed"] = sum(member.failed for member in members)
    figures["MB more a million orders, second half"] = slope(points[len(points) // 2 :])
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--rate", type=int, default=ORDERS_PER_S, help="orders a second")
    asked = parser.parse_args()
    for name, value in run(asked.minutes, asked.rate).items():
        print(f"{name:52}{value:14,.2f}")


if __name__ == "__main__":
    main()
