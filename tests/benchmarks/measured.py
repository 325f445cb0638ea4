"""One run of the load generator against a sandbox, with all that was used and done meanwhile."""

import json
import subprocess
import sys
import tempfile
from typing import Any

import httpx2

from tests.support.server import Sandbox

MEMBERS = 16
LEDGER = "carbon"
WITHOUT_CARBON = ("bayannur-irrigation", "alxa-league")
COUNTED = (
    "steppe_commit_seconds_sum",
    "steppe_commit_seconds_count",
    "steppe_batch_commands_sum",
    "steppe_last_seq",
)


def traders(sandbox: Sandbox) -> list[str]:
    """Members with money and carbon allowances, by name."""
    names = [
        name
        for name, entry in sandbox.credentials.items()
        if entry["role"] == "enterprise" and name not in WITHOUT_CARBON
    ]
    return names[:MEMBERS]


class Bench:
    """Drives one sandbox. Every run gets new client order ids and signed-in members."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._runs = 0

    def run(
        self,
        *,
        batch: int,
        connections: int,
        seconds: float,
        requests: int,
        rate: float = 0,
        arrivals: str = "random",
        flow: str = "resting",
    ) -> dict[str, Any]:
        """Offer load; return what the generator saw and what was used for it.

        `rate` 0 is a closed loop; `requests` is how many are made ready, the most that are sent.
        """
        self._runs += 1
        plan = {
            "address": self.sandbox.address,
            "server": self.sandbox.process.pid,
            "tokens": [self.sandbox.token(name) for name in traders(self.sandbox)],
            "name": f"r{self._runs}",
            "seed": self._runs,
            "batch": batch,
            "connections": connections,
            "seconds": seconds,
            "requests": requests,
            "rate": rate,
            "arrivals": arrivals,
            "flow": flow,
        }
        before = self._counted()
        found = _generate(plan)
        after = self._counted()
        orders = max(1, found["orders"])
        found |= {
            "batch": batch,
            "connections": connections,
            "offered_per_second": rate * batch,
            "orders_per_second": found["orders"] / found["seconds"],
            "cpu_us_per_order": {
                name: used * 1e6 / orders
                for name, used in found["cpu_seconds"].items()
                if name != "others"
            },
            "commits": _commits(before, after, found["seconds"]),
            "seqs": [int(before["steppe_last_seq"]), int(after["steppe_last_seq"])],
            "trades_per_order": found["trades"] / orders,
        }
        return found

    def _counted(self) -> dict[str, float]:
        """Sums and counts of the ledger's histograms, and its last sequence number."""
        found = {}
        for line in httpx2.get(f"{self.sandbox.address}/metrics", timeout=60).text.splitlines():
            name, _, value = line.rpartition(" ")
            series = name.partition("{")[0]
            if f'ledger="{LEDGER}"' in name and series in COUNTED:
                found[series] = float(value)
        return found


def _generate(plan: dict[str, Any]) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(plan, file)
        file.flush()
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.load", file.name],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _commits(before: dict[str, float], after: dict[str, float], seconds: float) -> dict[str, float]:
    counted = {name: value - before[name] for name, value in after.items()}
    number = counted["steppe_commit_seconds_count"]
    return {
        "number": number,
        "mean_ms": counted["steppe_commit_seconds_sum"] * 1000 / max(1.0, number),
        "mean_commands": counted["steppe_batch_commands_sum"] / max(1.0, number),
        "share_of_time": counted["steppe_commit_seconds_sum"] / seconds,
    }
