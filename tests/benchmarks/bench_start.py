"""How long a ledger with a million open orders takes to open, and what it costs meanwhile.

The orders go through the core; of what the server would have written only that is stored which a
start reads: the lease, the balances, the snapshot, and the entries that come after it. The start is
measured step by step and as a whole over the journal, and as the server's own from its launch to
`/readyz`. A snapshot at run time is measured by how long it holds up the event loop. Every part has
a process of its own, so that none inherits another's memory.

`run(orders)` returns the figures. By hand: `python -m tests.benchmarks.bench_start [ORDERS]`.
"""

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import asyncpg
import httpx2

from exchange.app import make_projector
from exchange.clock import VirtualClock
from exchange.core import commands as c
from exchange.core.events import AnyEvent
from exchange.core.invariants import violations
from exchange.core.outcomes import Sequenced, encode_command, encode_events
from exchange.core.snapshot import digest
from exchange.core.types import AccountType
from exchange.core.venue import Venue
from exchange.observability import make_metrics
from exchange.rulebook.loader import load_rules
from exchange.sandbox import clock as sandbox_clock
from exchange.sequencer.batch import Limits
from exchange.sequencer.journal import Entry, StoredSnapshot
from exchange.sequencer.postgres import PostgresJournal
from exchange.sequencer.recovery import recover, replay
from exchange.sequencer.sequencer import Sequencer
from exchange.storage import migrate
from exchange.storage.embedded import EmbeddedPostgres
from matching import OrderType, SelfTradePrevention, Side, TimeInForce
from tests.support.server import ADDRESS

ORDERS = 1_000_000
TAIL = 20_000
LEDGER, NUMBER = "carbon", 1
PARTICIPANTS = 300
INSTRUMENTS = 8
REFERENCE = 9800
BATCH = 400
READY_S = 120
DAY_NS = 86_400 * 10**9
GTC, LIMIT, NEWEST = TimeInForce.GTC, OrderType.LIMIT, SelfTradePrevention.CANCEL_NEWEST


def last_session_ns() -> int:
    """Return a moment of the last session that has begun, by the shipped calendar."""
    now = time.time_ns()
    days = (sandbox_clock.start_ns(now - back * DAY_NS) for back in range(1, 15))
    return next(at_ns for at_ns in days if at_ns < now)


class Writer:
    """Carries out commands on a venue; those that are to be kept go to the journal too."""

    def __init__(self, journal: PostgresJournal) -> None:
        self.venue = Venue(LEDGER)
        self.now_ns = last_session_ns()
        self._journal = journal
        self._projector = make_projector()
        self._kept: list[tuple[Entry, Sequence[AnyEvent]]] = []
        self._random = Random(20260302)

    def apply(self, command: c.AnyCommand, *, keep: bool = True) -> None:
        seq = self.venue.state.seq + 1
        outcome = self.venue.apply(Sequenced(seq, self.now_ns, command))
        assert outcome.refusal is None, outcome.refusal
        if keep:
            name = f"{seq}:bench"
            kind = type(command).__name__
            data, events = encode_command(command), encode_events(outcome.events)
            entry = Entry(seq, self.now_ns, name, 0, 0, kind, data, None, events)
            self._kept.append((entry, outcome.events))

    async def flush(self) -> None:
        """Write what is to be kept, as the sequencer would."""
        for start in range(0, len(self._kept), BATCH):
            batch = self._kept[start : start + BATCH]
            for entry, events in batch:
                self._projector.project(events, entry.seq, entry.at_ns)
            await self._journal.append([entry for entry, _ in batch], self._projector.drain())
        self._kept = []

    def order(self) -> c.PlaceOrder:
        """Make an order that rests: 100 prices below the middle for bids, 100 above for asks."""
        random = self._random
        side = Side.BUY if random.random() < 0.5 else Side.SELL
        away = 1 + random.randrange(100)
        return c.PlaceOrder(
            1 + random.randrange(PARTICIPANTS),
            f"b{self.venue.state.seq}",
            1 + random.randrange(INSTRUMENTS),
            side,
            1 + random.randrange(500),
            REFERENCE - away if side is Side.BUY else REFERENCE + away,
            LIMIT,
            GTC,
            False,
            0,
            NEWEST,
        )

    def open_market(self) -> None:
        self.apply(c.AdvanceTime(self.now_ns))
        self.apply(c.ActivateRules(load_rules(LEDGER), "bench"))
        for number in range(1, INSTRUMENTS + 1):
            code = f"CEA{number}"
            self.apply(c.DefineAsset(code, "CEA", "t", 0, "配额", "allowance", "2025", "", ""))
            self.apply(c.AuthoriseIssuance(number, 10**12, "bench"))
            self.apply(c.ListInstrument(code, number, "配额", "allowance", REFERENCE, "", "", ""))
        for member in range(1, PARTICIPANTS + 1):
            kind = AccountType.COMPLIANCE_ENTITY
            self.apply(c.AdmitParticipant(member, kind, "", "", "", member, "bench"))
            self.apply(c.DepositCash(member, 10**15, "bench"))
            for number in range(1, INSTRUMENTS + 1):
                units = c.IssueUnits(number, member, 10**9, "2025", "", "", 0, 0, 0, "bench")
                self.apply(units)


async def prepare(dsn: str, orders: int) -> dict[str, float]:
    """Leave a database as a server with that many open orders would: snapshot and short tail."""
    journal = PostgresJournal(dsn, NUMBER, "bench")
    await journal.take_over()
    writer = Writer(journal)
    writer.open_market()
    await writer.flush()
    started = time.perf_counter()
    for _ in range(orders):
        writer.apply(writer.order(), keep=False)
    placed_s = time.perf_counter() - started
    await _leap(dsn, writer.venue)
    journal._last_seq = writer.venue.state.seq
    started = time.perf_counter()
    state = writer.venue.snapshot()
    stored = StoredSnapshot(writer.venue.state.seq, digest(state), state)
    encode_s = time.perf_counter() - started
    await journal.save_snapshot(stored, [])
    for _ in range(min(TAIL, orders)):
        writer.apply(writer.order())
    await writer.flush()
    await journal.close()
    return {
        "core: orders placed per second": orders / placed_s,
        "snapshot: seconds to encode": encode_s,
        "snapshot: bytes per order": len(stored.state) / orders,
    }


async def _leap(dsn: str, venue: Venue) -> None:
    """Bring lease and balances to where the orders that were not journalled have led."""
    connection = await asyncpg.connect(dsn)
    seq = venue.state.seq
    await connection.execute("UPDATE leases SET last_seq = $2 WHERE ledger = $1", NUMBER, seq)
    await connection.executemany(
        "UPDATE accounts SET held = $3 WHERE ledger = $1 AND account_id = $2",
        [(NUMBER, key, account.held) for key, account in venue.state.accounts.all.items()],
    )
    await connection.close()


async def open_steps(dsn: str) -> dict[str, float]:
    """Open the ledger as `recover` does, with a look at the clock after each step."""
    gc.disable()
    journal = PostgresJournal(dsn, NUMBER, "bench")
    before = _memory("self", "VmRSS")
    marks = [("", time.perf_counter())]

    def mark(name: str) -> None:
        marks.append((name, time.perf_counter()))

    stored = await anext(journal.snapshots())
    mark("fetch the snapshot")
    assert digest(stored.state) == stored.state_hash
    mark("check its bytes")
    venue = Venue.restore(stored.state)
    mark("build the state")
    assert venue.state_hash() == stored.state_hash
    mark("check the state's hash")
    async for entry in journal.entries_after(venue.state.seq):
        replay(venue, entry)
    mark("replay the tail")
    assert violations(venue.state) == []
    mark("check the invariants")
    projected = await journal.balances()
    assert len(projected) == len(venue.state.accounts.all)
    mark("compare the balances")
    orders, replayed = len(venue.state.orders), venue.state.seq - stored.seq
    del stored, projected
    figures = {
        f"seconds to {name}": at - marks[place][1] for place, (name, at) in enumerate(marks[1:])
    }
    figures["entries replayed"] = replayed
    figures["bytes per open order"] = (_memory("self", "VmRSS") - before) / orders
    await journal.close()
    return figures


async def open_whole(dsn: str) -> dict[str, float]:
    """Open the ledger by `recover` itself."""
    journal = PostgresJournal(dsn, NUMBER, "bench")
    before = _memory("self", "VmRSS")
    started, cpu = time.perf_counter(), time.process_time()
    last_seq = await journal.take_over()
    found = await recover(journal, LEDGER, last_seq)
    orders = len(found.venue.state.orders)
    figures = {
        "seconds to recover": time.perf_counter() - started,
        "seconds of processor to recover": time.process_time() - cpu,
        "entries replayed": float(found.replayed),
        "bytes per open order": (_memory("self", "VmRSS") - before) / orders,
        "bytes at most per open order": (_memory("self", "VmHWM") - before) / orders,
    }
    await journal.close()
    return figures


async def hold_up(dsn: str) -> dict[str, float]:
    """Keep a snapshot at run time and watch the event loop: how long does nothing else run?"""
    sequencer = Sequencer(
        LEDGER,
        PostgresJournal(dsn, NUMBER, "bench"),
        VirtualClock(last_session_ns(), rate=0),
        make_projector,
        limits=Limits(snapshot_commands=10**9),
        metrics=make_metrics().ledger(LEDGER),
    )
    await sequencer.start()
    gc.collect()
    gc.freeze()
    longest = 0.0
    done = asyncio.Event()

    async def watch() -> None:
        nonlocal longest
        while not done.is_set():
            started = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - started - 0.001)

    watching = asyncio.create_task(watch())
    await asyncio.sleep(1)
    idle, longest = longest, 0.0
    sequencer._limits.snapshot_commands = 1
    started = time.perf_counter()
    before = sequencer._snapshots.stored_seq
    await sequencer.tick()
    while sequencer._snapshots.stored_seq == before:  # noqa: ASYNC110  (nobody is told)
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - started
    done.set()
    await watching
    sequencer._limits.snapshot_commands = 10**9
    stopping = time.perf_counter()
    await sequencer.stop()
    return {
        "snapshot at run time: seconds in all": seconds,
        "snapshot at run time: longest ms without the loop": longest * 1000,
        "idle: longest ms without the loop": idle * 1000,
        "clean stop: seconds": time.perf_counter() - stopping,
    }


def launch(folder: Path) -> dict[str, float]:
    """Start the server as its operator would, until it is ready; then stop it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STEPPE_")}
    environment |= {"STEPPE_STATE_FOLDER": str(folder), "STEPPE_PORT": "0"}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "exchange", "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = next(line for line in process.stdout if ADDRESS.search(line))
        found = ADDRESS.search(line)
        assert found is not None
        answer = httpx2.get(f"{found[1]}/readyz", timeout=READY_S)
        assert answer.status_code == 200, answer.text
        seconds = time.perf_counter() - started
        figures = {
            "server: seconds from launch to /readyz": seconds,
            "server: MB resident when ready": _memory(process.pid, "VmRSS") / 1e6,
            "server: MB resident at most": _memory(process.pid, "VmHWM") / 1e6,
        }
        stopping = time.perf_counter()
        process.send_signal(signal.SIGINT)
        process.wait(READY_S)
        figures["server: seconds to stop"] = time.perf_counter() - stopping
    finally:
        process.kill()
        process.communicate()
    return figures


def _memory(pid: int | str, name: str) -> int:
    """Return a figure of /proc/PID/status in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


def _apart(part: str, dsn: str, orders: int) -> dict[str, float]:
    """Run one part in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_start", part, str(orders)],
        env={**os.environ, "BENCH_DSN": dsn},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def run(orders: int = ORDERS) -> dict[str, dict[str, float]]:
    """Return the figures of each part by name."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="steppe-bench-") as scratch:
        Path(scratch).chmod(0o755)
        folder = Path(scratch) / "state"
        postgres = EmbeddedPostgres(folder)
        try:
            dsn = postgres.start()
            asyncio.run(migrate.upgrade(dsn))
            for part in ("prepare", "steps", "whole", "hold-up"):
                found[part] = _apart(part, dsn, orders)
        finally:
            postgres.stop()
        found["server"] = launch(folder)
    return found


async def _part(name: str, dsn: str, orders: int) -> dict[str, float]:
    match name:
        case "prepare":
            return await prepare(dsn, orders)
        case "steps":
            return await open_steps(dsn)
        case "whole":
            return await open_whole(dsn)
        case _:
            return await hold_up(dsn)


def main() -> None:
    arguments = sys.argv[1:]
    if len(arguments) == 2:
        part, orders = arguments
        print(json.dumps(asyncio.run(_part(part, os.environ["BENCH_DSN"], int(orders)))))
        return
    for part, figures in run(int(arguments[0]) if arguments else ORDERS).items():
        print(part)
        for name, value in figures.items():
            print(f"  {name:52}{value:14,.2f}")


if __name__ == "__main__":
    main()
