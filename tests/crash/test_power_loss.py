"""Power loss under load: what was acknowledged is on the disk, and the harness would notice."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests.crash import checks
from tests.crash.campaign import Campaign
from tests.crash.power import Disk
from tests.crash.processes import database_processes

LOSSES = 3
TRIES = 6


@pytest.fixture
def disk():
    folder = Path(tempfile.mkdtemp(prefix="steppe-power-"))
    folder.chmod(0o755)
    disk = Disk(folder)
    reason = disk.make()
    if reason:
        shutil.rmtree(folder)
        pytest.skip(f"no power loss here: {reason}")
    yield disk
    with contextlib.suppress(subprocess.CalledProcessError):
        disk.unmount()
        shutil.rmtree(folder)


class Outage(Campaign):
    """Rounds that end with the power gone instead of processes killed."""

    def __init__(self, disk, seed, **given):
        super().__init__(disk.mounted_at / "state", seed, **given)
        self._disk = disk

    def outage(self, number):
        """One round: load, power loss, death of all processes, recovery, check."""
        sandbox = self.start()
        load = self.load(sandbox, f"p{number}")
        processes = database_processes(self._folder)
        try:
            asyncio.run(self._load_until_dark(sandbox, load, processes))
        finally:
            end(sandbox, processes)
        self._disk.unmount()
        self._disk.mount()
        sandbox = self.start()
        try:
            asyncio.run(self.check(sandbox, load.log))
        finally:
            end(sandbox, database_processes(self._folder))
        self.tally.rounds += 1

    async def _load_until_dark(self, sandbox, load, processes):
        running = asyncio.create_task(load.run())
        await asyncio.sleep(self._rng.uniform(0.5, 1.5))
        processes.extend(database_processes(self._folder))
        self._disk.lose_power()
        sandbox.process.kill()
        load.stopping = True
        await running


def end(sandbox, processes):
    """Kill a server and its database; return when they are gone."""
    sandbox.process.kill()
    sandbox.process.wait()
    sandbox.process.stdout.close()
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    for pid in processes:
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.01)


def outages(outage, count):
    for number in range(count):
        outage.outage(number)


def test_what_was_acknowledged_survives_a_power_loss(disk):
    outage = Outage(disk, 1)
    outages(outage, LOSSES)
    print(outage.tally.line())
    assert outage.tally.acknowledged > 100


def test_commits_that_trail_are_noticed(disk):
    outage = Outage(disk, 1, module="tests.crash.trails")
    with pytest.raises(checks.Violation, match="acknowledged and lost"):
        outages(outage, TRIES)
