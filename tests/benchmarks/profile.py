"""Where the time goes: a pass of its own, so that sampling does not disturb the other figures."""

import json
import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.benchmarks.measured import Bench
from tests.benchmarks.over_http import flat_out_batches, flat_out_singles, warm
from tests.support.server import running_sandbox

SERVER = "tests.benchmarks.profiled_server"
PLACES_SHOWN = 12


def run(seconds: float) -> dict[str, Any]:
    """Sample the server under batches and under single orders, both flat out."""
    with tempfile.TemporaryDirectory(prefix="steppe-bench-") as scratch:
        file = Path(scratch) / "profile.json"
        os.environ["PROFILE_FILE"] = str(file)
        try:
            with running_sandbox(Path(scratch) / "state", module=SERVER) as sandbox:
                bench = Bench(sandbox)
                warm(bench)
                runs = {
                    "batches of 100": flat_out_batches(bench, seconds),
                    "single orders": flat_out_singles(bench, seconds),
                }
        finally:
            del os.environ["PROFILE_FILE"]
        sampled = json.loads(file.read_text())
    return {"loads": {title: summary(sampled, found) for title, found in runs.items()}}


def summary(sampled: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Sum up the whole seconds of one run."""
    began = found["began_at"]
    inside = range(int(began) + 1, int(began + found["seconds"]))
    stages: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for second in inside:
        for stage, place, count in sampled["seconds"].get(str(second), ()):
            stages[stage] += count
            places[f"{stage}: {place}"] += count
    samples = stages.total()
    idle = sum(sampled["idle"].get(str(second), 0) for second in inside)
    collecting = sum(sampled["collecting_s"].get(str(second), 0.0) for second in inside)
    return {
        "samples": samples,
        "busy": samples / max(1, samples + idle),
        "stages": {stage: count / max(1, samples) for stage, count in stages.most_common()},
        "places": {
            place: count / max(1, samples) for place, count in places.most_common(PLACES_SHOWN)
        },
        "collecting_garbage": collecting / max(1, len(inside)),
        "orders_per_second": found["orders_per_second"],
        "server_us_per_order": found["cpu_us_per_order"]["server"],
        "commit_under_way": found["commits"]["share_of_time"],
    }
