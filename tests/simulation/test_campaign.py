"""The seeds that every change runs, what they reach, and that a seed is always the same run."""

import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.simulation import coverage
from tests.simulation.run import Report, simulate

SEEDS, PART = 500, 50
FIRSTS = range(0, SEEDS, PART)
TOP = Path(__file__).resolve().parents[2]


@cache
def part(first: int) -> list[Report]:
    return [simulate(seed) for seed in range(first, first + PART)]


@pytest.mark.parametrize("first", FIRSTS)
def test_every_promise_is_kept(first):
    assert sum(report.commands for report in part(first)) > PART * 100


def test_every_command_event_reason_and_fault_is_reached():
    met: Counter[str] = Counter()
    for first in FIRSTS:
        for report in part(first):
            met += report.met
    print(coverage.table(met))
    assert coverage.missing(met) == []


@pytest.mark.parametrize("seed", [3, 6, 9, 12])
def test_a_seed_takes_the_same_course_again_also_in_another_process(seed):
    report = simulate(seed)
    assert simulate(seed).trace_hash == report.trace_hash
    done = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--seed", str(seed)],
        cwd=TOP,
        env={**os.environ, "PYTHONHASHSEED": str(seed + 1)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1].endswith(f"trace {report.trace_hash}")


def test_different_seeds_take_different_courses():
    assert len({report.trace_hash for report in part(0)}) == PART
