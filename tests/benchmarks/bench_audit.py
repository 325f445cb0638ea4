"""How long an audit of a large journal takes: `python -m tests.benchmarks.bench_audit [COMMANDS]`.

The journal is played by the core and stored in large batches; what is measured is the audit alone,
by the clock and by the processor time of the checker and of PostgreSQL.
"""

import asyncio
import itertools
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from exchange.app import make_projector
from exchange.audit.checker import Ledger, audit
from exchange.audit.findings import as_lines
from exchange.core.commands import AdvanceTime, AnyCommand, CancelOrder
from exchange.core.outcomes import Sequenced
from exchange.storage import migrate
from exchange.storage.embedded import EmbeddedPostgres
from exchange.storage.roles import APPLICATION, AUDITOR
from matching import Side
from tests.support.builders import Market, order
from tests.support.journals import Played, write, write_snapshot

MEMBERS = 200
CARBON = Ledger(1, "carbon")


def played(market: Market, count: int, seed: int = 1) -> Iterator[Played]:
    """Members who all hold money and units; orders near one price, one in eight a cancellation."""
    yield from zip(market.entries, market.outcomes, strict=True)
    random, venue, state = Random(seed), market.venue, market.venue.state
    now = market.now_ns
    while state.seq < count:
        now += 1_000_000
        command: AnyCommand
        if now >= venue.next_due_ns:
            now = max(now, state.calendar.next_session_change(now))
            command = AdvanceTime(now)
        elif state.orders and random.random() < 0.125:
            number = random.choice(tuple(itertools.islice(state.orders, 50)))
            command = CancelOrder(state.orders[number].participant.participant_id, number)
        else:
            side = random.choice((Side.BUY, Side.SELL))
            price = 4800 + random.randrange(-20, 21)
            member = random.randrange(1, MEMBERS + 1)
            words = f"id:{state.seq}"
            command = order(member, side, random.randrange(1, 100), price, words)
        sequenced = Sequenced(state.seq + 1, now, command)
        yield sequenced, venue.apply(sequenced)


def opened() -> Market:
    market = Market("carbon")
    market.define()
    market.authorise("1000000000")
    for member in range(1, MEMBERS + 1):
        market.admit(member)
        market.issue(member, "1000000")
        market.deposit(member, "1000000000.00")
    market.list("48.00")
    return market


async def run(count: int, server: EmbeddedPostgres) -> None:
    application = server.address(APPLICATION)
    market = opened()
    started = time.perf_counter()
    await write(application, CARBON.number, played(market, count), itertools.repeat(5_000))
    await write_snapshot(application, CARBON.number, market.venue)
    print(f"stored {count} commands in {time.perf_counter() - started:.1f} s", flush=True)
    postgres = _postgres_seconds(server)
    started = time.perf_counter()
    found = await audit(server.address(AUDITOR), [CARBON], make_projector)
    took = time.perf_counter() - started
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("\n".join(as_lines(found)))
    print(
        f"audit: {took:.1f} s, {count / took:,.0f} commands/s;"
        f" processor: checker {children.ru_utime + children.ru_stime:.1f} s,"
        f" PostgreSQL {_postgres_seconds(server) - postgres:.1f} s;"
        f" largest checker {children.ru_maxrss // 1024} MiB"
    )


def _postgres_seconds(server: EmbeddedPostgres) -> float:
    """Processor time of the postmaster and of those of its children that ended."""
    fields = Path(f"/proc/{server.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    folder = Path(tempfile.mkdtemp(prefix="steppe-bench-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "state")
    try:
        asyncio.run(migrate.upgrade(server.start()))
        asyncio.run(run(count, server))
    finally:
        server.stop()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
