"""The runs over HTTP against a sandbox as a user starts it, and the raw database limit after them.

Two flows: in `resting` most orders rest, in `trading` far more meet another one, which writes a
trade and its transfers too. Each figure carries its ratio to the raw limit of the same rows: rates
to the best rate of any batch size, the idle order's median to that of a transaction of one.
"""

import tempfile
from pathlib import Path
from typing import Any

from exchange.config import Settings
from exchange.storage.embedded import EmbeddedPostgres
from tests.benchmarks import raw_database
from tests.benchmarks.measured import Bench
from tests.support.server import running_sandbox

SINGLES_PER_SECOND = 3_000
SUSTAINED = 0.7
IDLE_PER_SECOND = 50
# What is made ready beforehand: more than any machine is going to answer.
BATCHES_PER_SECOND_MAX = 600
SINGLES_PER_SECOND_MAX = 8_000

IDLE = "one order, idle system"
BATCHES = "batches of 100, 32 connections, flat out"
TRADING = "the same, more of the orders trading"
SINGLES = "single orders, 64 connections, flat out"
OFFERED = f"single orders, 64 connections, {SINGLES_PER_SECOND:,}/s offered"
AT_SHARE = f"single orders, 64 connections, {SUSTAINED:.0%} of flat out"


def warm(bench: Bench) -> None:
    """Let every member's token, the instrument and the usual statements be known."""
    bench.run(batch=100, connections=8, seconds=1, requests=100)
    bench.run(batch=1, connections=64, seconds=2, requests=SINGLES_PER_SECOND_MAX)


def flat_out_batches(bench: Bench, seconds: float, flow: str = "resting") -> dict[str, Any]:
    requests = int(BATCHES_PER_SECOND_MAX * seconds)
    return bench.run(batch=100, connections=32, seconds=seconds, requests=requests, flow=flow)


def flat_out_singles(bench: Bench, seconds: float) -> dict[str, Any]:
    requests = int(SINGLES_PER_SECOND_MAX * seconds)
    return bench.run(batch=1, connections=64, seconds=seconds, requests=requests)


def offered_singles(bench: Bench, seconds: float, rate: float) -> dict[str, Any]:
    """Offer single orders at random moments; those due within `seconds` are all sent."""
    requests = int(rate * seconds * 1.2)
    return bench.run(batch=1, connections=64, seconds=seconds, requests=requests, rate=rate)


def idle_orders(bench: Bench, seconds: float) -> dict[str, Any]:
    return bench.run(
        batch=1,
        connections=1,
        seconds=seconds,
        requests=int(IDLE_PER_SECOND * seconds),
        rate=IDLE_PER_SECOND,
        arrivals="even",
    )


def run(seconds: float) -> dict[str, Any]:
    """Measure; every run takes about `seconds`."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="steppe-bench-") as scratch:
        folder = Path(scratch) / "state"
        with running_sandbox(folder) as sandbox:
            bench = Bench(sandbox)
            warm(bench)
            found[IDLE] = idle_orders(bench, seconds)
            found[BATCHES] = flat_out_batches(bench, seconds)
            found[TRADING] = flat_out_batches(bench, seconds, "trading")
            flat_out = found[SINGLES] = flat_out_singles(bench, seconds)
            found[OFFERED] = offered_singles(bench, seconds, SINGLES_PER_SECOND)
            rate = flat_out["orders_per_second"] * SUSTAINED
            found[AT_SHARE] = offered_singles(bench, seconds, rate)
        raw = _raw(folder, {title: tuple(found[title]["seqs"]) for title in (BATCHES, TRADING)})
    for title, figures in found.items():
        limit = raw[TRADING if title == TRADING else BATCHES]
        ratio = figures["orders_per_second"] / limit["orders_per_second"]
        if title == IDLE:
            ratio = limit["sizes"][0]["median_ms"] / figures["latency_ms"]["p50"]
        figures["ratio_to_raw_database"] = ratio
    return {"runs": found, "raw_database": raw}


def _raw(folder: Path, runs: dict[str, Any]) -> dict[str, Any]:
    postgres = EmbeddedPostgres(folder)
    try:
        return raw_database.run(postgres.start(), runs, Settings().batch_commands_max)
    finally:
        postgres.stop()
