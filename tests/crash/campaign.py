"""Rounds of load, kill, restart and check, on one state folder.

The seed decides what is sent, what is killed and after how long; how far the server had come by
then is the machine's affair, so a seed repeats the plan and not the race.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.crash import checks
from tests.crash.load import FIRMS, MARKETS, Load, Sent
from tests.crash.processes import KINDS, kill, server_dies
from tests.support.server import TLS, Sandbox, start, stop

SETTINGS = {
    "STEPPE_SNAPSHOT_COMMANDS": "3000",
    "STEPPE_TOKEN_LIFETIME_S": "86400",
    "STEPPE_LOG_LEVEL": "error",
}
LOAD_S = (0.2, 1.5)
WELL_S = 60
REPEATS = 24
OLD_KEPT = 300


@dataclass(slots=True)
class Tally:
    """What a campaign did."""

    rounds: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    refused: int = 0
    silent: int = 0
    silent_done: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items()))
        return (
            f"{self.rounds} kills ({kinds}): {self.acknowledged} requests acknowledged"
            f" ({self.refused} refused by the market), {self.silent} without an answer, of which"
            f" {self.silent_done} were done; {self.seconds:.0f} s"
        )


class Campaign:
    """One state folder, one seed. `kinds` are what may be killed."""

    def __init__(
        self,
        folder: Path,
        seed: int,
        *,
        kinds: tuple[str, ...] = KINDS,
        module: str = "exchange",
        say: Callable[[str], None] = print,
    ) -> None:
        self._folder = folder
        self._seed = seed
        self._rng = random.Random(seed)
        self._kinds = kinds
        self._module = module
        self._say = say
        self._accounts: dict[tuple[str, str], str] = {}
        self._old: list[Sent] = []
        self._names: dict[str, None] = {}
        self.tally = Tally()

    def run(self, kills: int, until: float = float("inf")) -> Tally:
        """Do so many rounds, or fewer when the time (monotonic) is up. Raises: checks.Violation."""
        began = time.monotonic()
        sandbox = self.start()
        try:
            for number in range(kills):
                sandbox = self._round(sandbox, number)
                self.tally.seconds = time.monotonic() - began
                if number % 10 == 9:
                    self._say(self.tally.line())
                if time.monotonic() > until:
                    break
            asyncio.run(self._check_all())
        finally:
            code = stop(sandbox.process)
        if code != 0:
            raise checks.Violation(f"the server ended with {code}")
        self.tally.seconds = time.monotonic() - began
        return self.tally

    def start(self) -> Sandbox:
        return start(self._folder, module=self._module, **SETTINGS)

    def _round(self, sandbox: Sandbox, number: int) -> Sandbox:
        kind = self._rng.choice(self._kinds)
        load = self.load(sandbox, f"r{number}")
        asyncio.run(self._load_and_kill(sandbox, load, kind))
        if server_dies(kind):
            sandbox.process.wait()
            if sandbox.process.stdout is not None:
                sandbox.process.stdout.close()
            sandbox = self.start()
        else:
            await_well(sandbox)
        self.tally.rounds += 1
        self.tally.kinds[kind] += 1
        try:
            asyncio.run(self.check(sandbox, load.log))
        except checks.Violation as broken:
            text = f"seed {self._seed}, round {number}, killed: {kind}: {broken}"
            raise checks.Violation(text) from broken
        return sandbox

    def load(self, sandbox: Sandbox, name: str) -> Load:
        """A load whose ids begin with the round's name; signs everybody in before it begins."""
        for member in (*FIRMS, "clearing"):
            sandbox.token(member)
        if not self._accounts:
            self._accounts = accounts(sandbox)
        return Load(sandbox, self._seed, name, self._accounts)

    async def _load_and_kill(self, sandbox: Sandbox, load: Load, kind: str) -> None:
        running = asyncio.create_task(load.run())
        await asyncio.sleep(self._rng.uniform(*LOAD_S))
        kill(kind, sandbox, self._rng)
        if not server_dies(kind):
            await asyncio.sleep(0.3)  # the load meets a server whose database is away
        load.stopping = True
        await running

    async def check(self, sandbox: Sandbox, log: list[Sent]) -> None:
        """Hold everything against the log of a round. Raises: checks.Violation."""
        dsn = checks.address(self._folder)
        journalled = await checks.check_database(dsn, log)
        learnt = await checks.check_repeats(sandbox, log, journalled, self._rng, REPEATS)
        await checks.check_database(dsn, learnt)
        await checks.check_repeats(sandbox, self._old, set(), self._rng, REPEATS // 3)
        await checks.check_recovery(dsn)
        self._count(log, journalled)
        acknowledged = [sent for sent in log if sent.acknowledged]
        self._names.update(dict.fromkeys(journalled))
        self._old.extend(self._rng.sample(acknowledged, min(10, len(acknowledged))))
        if len(self._old) > OLD_KEPT:
            self._old = self._rng.sample(self._old, OLD_KEPT)

    async def _check_all(self) -> None:
        """Nothing that was ever found in the journal is gone from it."""
        await checks.check_names(checks.address(self._folder), list(self._names))

    def _count(self, log: list[Sent], journalled: set[str]) -> None:
        tally = self.tally
        for sent in log:
            tally.sent[sent.kind] += 1
            tally.acknowledged += sent.acknowledged
            tally.refused += 400 <= sent.status < 500
            if not sent.acknowledged:
                tally.silent += 1
                tally.silent_done += set(sent.names) <= journalled


def accounts(sandbox: Sandbox) -> dict[tuple[str, str], str]:
    """The account of each firm for each asset."""
    found = {}
    for firm in FIRMS:
        with sandbox.client(firm) as http:
            for market in MARKETS:
                query = {"ledger": market.ledger, "asset": market.asset}
                answer = http.get("/v1/balances", params=query).raise_for_status()
                for item in answer.json()["items"]:
                    found[firm, market.asset] = item["account_id"]
    return found


def await_well(sandbox: Sandbox) -> None:
    """Wait until a server that was left alive takes commands again, by itself."""
    deadline = time.monotonic() + WELL_S
    while True:
        if sandbox.process.poll() is not None:
            raise checks.Violation("the server ended when its database was killed")
        answer = httpx2.get(f"{sandbox.address}/readyz", timeout=WELL_S, verify=TLS)
        if answer.status_code == 200:
            return
        if time.monotonic() > deadline:
            raise checks.Violation(f"the server does not heal: {answer.text}")
        time.sleep(0.05)
