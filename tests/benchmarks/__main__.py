"""`make bench`: the server as a user starts it, driven over HTTP from another process.

Prints a table and writes bench.json; asserts nothing. Figures of one run are to be compared with
each other, above all with the raw database limit that the same run measures with the same rows.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx2

from exchange.app import make_projector
from exchange.storage.embedded import EmbeddedPostgres
from tests.benchmarks import bench_matching, raw_database
from tests.support.server import Sandbox, running_sandbox

INSTRUMENT = "CEA24"
MIDDLE_FEN = 9800
MEMBERS = 16
BATCH = 400
WITHOUT_CARBON = ("bayannur-irrigation", "alxa-league")
RUNS = (
    ("one order, idle system", {"batch": 1, "requests": 500, "connections": 1}),
    ("orders in batches of 100", {"batch": 100, "requests": 1_500, "connections": 32}),
    ("single orders, 64 connections", {"batch": 1, "requests": 12_000, "connections": 64}),
)


def tokens(sandbox: Sandbox) -> list[str]:
    members = [
        entry
        for name, entry in sandbox.credentials.items()
        if entry["role"] == "enterprise" and name not in WITHOUT_CARBON
    ]
    found = []
    for entry in members[:MEMBERS]:
        form = {"grant_type": "client_credentials", "client_id": entry["client_id"]}
        form["client_secret"] = entry["client_secret"]
        answer = httpx2.post(f"{sandbox.address}/oauth/token", data=form)
        found.append(answer.json()["access_token"])
    return found


def drive(plan: dict[str, Any]) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(plan, file)
        file.flush()
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.load", file.name],
            capture_output=True,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def over_http(state_folder: Path) -> dict[str, dict[str, Any]]:
    found = {}
    with running_sandbox(state_folder, STEPPE_LOG_LEVEL="warning") as sandbox:
        common = {"address": sandbox.address, "tokens": tokens(sandbox), "middle": MIDDLE_FEN}
        common |= {"instrument": INSTRUMENT, "seed": 1}
        drive(common | {"name": "warm", "batch": 100, "requests": 50, "connections": 4})
        for number, (title, load) in enumerate(RUNS):
            found[title] = drive(common | load | {"name": f"r{number}"})
        metrics = httpx2.get(f"{sandbox.address}/metrics").text
        found["time in commits"] = {"seconds": _commit_seconds(metrics)}
    return found


def _commit_seconds(metrics: str) -> float:
    return sum(
        float(line.rpartition(" ")[2])
        for line in metrics.splitlines()
        if "commit_seconds_sum" in line and 'ledger="carbon"' in line
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="steppe-bench-") as scratch:
        folder = Path(scratch) / "state"
        figures: dict[str, Any] = {"http": over_http(folder)}
        postgres = EmbeddedPostgres(folder)
        try:
            raw = raw_database.run(postgres.start(), make_projector(), BATCH)
        finally:
            postgres.stop()
    figures["raw database"] = raw
    figures["matching"] = bench_matching.run()
    batches = figures["http"]["orders in batches of 100"]
    rate = batches["orders"] / batches["seconds"]
    figures["ratio to raw database"] = rate / raw["orders_per_second"]
    for title, _ in RUNS:
        run = figures["http"][title]
        print(
            f"{title:34}{run['orders'] / run['seconds']:12,.0f}/s"
            f"  median {run['median_ms']:8.2f} ms  p99 {run['p99_ms']:8.2f} ms"
            f"  failed {run['failed']}"
        )
    total = sum(figures["http"][title]["seconds"] for title, _ in RUNS)
    share = figures["http"]["time in commits"]["seconds"] / total
    print(f"{'a commit on its way':34}{share:12.0%} of that time")
    print(f"{'raw database, batches of 400':34}{raw['orders_per_second']:12,.0f}/s")
    print(f"{'ratio to the raw database':34}{figures['ratio to raw database']:12.2f}")
    for name, value in figures["matching"].items():
        print(f"matching: {name:40}{value:14,.1f}")
    Path("bench.json").write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
