"""When requests are due, and what their latencies say. Plain arithmetic, no clock."""

import random
from collections.abc import Sequence
from itertools import accumulate
from typing import Literal

Arrivals = Literal["even", "random"]


def due_times(count: int, rate: float, arrivals: Arrivals, seed: int) -> list[float]:
    """Seconds after the start at which each of `count` requests is due.

    `even`: one every 1/rate. `random`: independent clients, so gaps are exponential (Poisson) and
    bursts happen as they do in life.
    """
    if rate <= 0:
        raise ValueError("a rate is above 0")
    if arrivals == "even":
        return [number / rate for number in range(count)]
    rng = random.Random(seed)
    return list(accumulate(rng.expovariate(rate) for _ in range(count)))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest of some sorted values that at least `share` of them do not exceed."""
    if not ordered:
        return float("nan")
    rank = -(-len(ordered) * round(share * 10_000) // 10_000)
    return ordered[max(0, min(len(ordered), rank) - 1)]


def latency_summary(seconds: Sequence[float]) -> dict[str, float]:
    """Median, tail and worst of latencies, in milliseconds."""
    ordered = sorted(seconds)
    shares = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999, "max": 1.0}
    return {name: percentile(ordered, share) * 1000 for name, share in shares.items()}
