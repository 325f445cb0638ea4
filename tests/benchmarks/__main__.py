"""`make bench`: measure, print tables, write bench.json. Asserts nothing.

Figures of one run are to be compared with each other, above all with the raw database limit that
the same run measures with the same rows. How to read them: README.md in this folder.
"""

import argparse
import importlib.util
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks import bench_matching, over_http, profile, table

SECONDS = 10.0
OUTPUT = Path("bench.json")
USUAL = ("http", "profile", "matching", "start")


def _elsewhere(module: str, **arguments: Any) -> dict[str, Any]:
    """Run a benchmark that stands by itself, where it is there."""
    name = f"tests.benchmarks.{module}"
    if importlib.util.find_spec(name) is None:
        return {"not measured": f"there is no {name}"}
    found: dict[str, Any] = importlib.import_module(name).run(**arguments)
    return found


def sections(seconds: float) -> dict[str, tuple[Callable[[], dict[str, Any]], Callable[..., str]]]:
    """What can be measured, and how it is shown."""

    def plain(title: str) -> Callable[[dict[str, Any]], str]:
        return lambda figures: table.plain(title, figures)

    return {
        "http": (lambda: over_http.run(seconds), table.http),
        "profile": (lambda: profile.run(seconds), table.where_time_goes),
        "matching": (bench_matching.run, plain("matching alone, one core")),
        "start": (lambda: _elsewhere("bench_start"), plain("start with open orders")),
        "allocation": (lambda: _elsewhere("bench_allocation"), plain("a plan of 10,000 entities")),
        "memory": (lambda: _elsewhere("soak"), plain("memory over time")),
    }


def main() -> None:
    known = sections(SECONDS)
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[[], *known], help=f"usually {USUAL}")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="length of each run")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    asked = parser.parse_args()
    known = sections(asked.seconds)
    figures: dict[str, Any] = {
        "machine": {
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.platform(),
            "load_average_before": os.getloadavg(),
        }
    }
    for name in asked.sections or USUAL:
        measure, shown = known[name]
        started = time.monotonic()
        figures[name] = measure()
        print(
            f"{shown(figures[name])}\n\n({name}: {time.monotonic() - started:.0f} s)\n", flush=True
        )
    asked.output.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
