"""Campaigns of seeds, and single seeds with all they did: `make simulate`."""

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter

from tests.simulation import coverage
from tests.simulation.run import Report, simulate
from tests.simulation.world import Violation

COVERED_FROM_SEEDS = 500
PROGRESS_S = 10.0
FAILURES_MAX = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="make simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1_000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="this one alone, with its trace")
    parser.add_argument("--minutes", type=float, default=60.0, help="end after so many")
    chosen = parser.parse_args()
    if chosen.seed is not None:
        return show(chosen.seed)
    return campaign(range(chosen.first, chosen.first + chosen.seeds), chosen.minutes)


def show(seed: int) -> int:
    """Run one seed and print its trace as it grows."""
    try:
        report = simulate(seed, listen=print)
    except Violation as violation:
        print(str(violation).partition("\n")[0], file=sys.stderr)
        return 1
    print(f"seed {seed}: {report.commands} commands, trace {report.trace_hash}")
    return 0


def campaign(seeds: range, minutes: float) -> int:
    """Run seeds on all cores; print failures as they come and the coverage at the end."""
    began = spoken = time.monotonic()
    done, commands, met = 0, 0, Counter[str]()
    failures = 0
    with multiprocessing.Pool(os.cpu_count()) as pool:
        for result in pool.imap_unordered(_try, seeds, chunksize=4):
            now = time.monotonic()
            if isinstance(result, str):
                failures += 1
                print(result, flush=True)
            else:
                done, commands = done + 1, commands + result.commands
                met += result.met
            if now - spoken >= PROGRESS_S:
                spoken = now
                print(f"{done} of {len(seeds)} seeds, {commands} commands", flush=True)
            if failures >= FAILURES_MAX or now - began > minutes * 60:
                print("ended early")
                break
        pool.terminate()
    print(coverage.table(met))
    lacking = coverage.missing(met) if done >= COVERED_FROM_SEEDS else []
    for name in lacking:
        print(f"never met: {name}")
    seconds = time.monotonic() - began
    print(f"{done} seeds held, {failures} failed, {commands} commands, {seconds:.0f} s")
    return 1 if failures or lacking else 0


def _try(seed: int) -> Report | str:
    try:
        return simulate(seed)
    except Violation as violation:
        return str(violation)


if __name__ == "__main__":
    sys.exit(main())
