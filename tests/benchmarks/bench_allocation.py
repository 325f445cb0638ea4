"""How long a plan of many entities takes, and how long other ledgers' orders wait meanwhile.

Two ledgers over one database share a process, as in the server. One issues a plan by two people;
the other takes orders at a steady rate, each counted from the moment it is due.

`run(entities)` returns the figures. By hand: `python -m tests.benchmarks.bench_allocation [N]`.
"""

import asyncio
import gc
import itertools
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from exchange.app import make_projector
from exchange.clock import VirtualClock
from exchange.core import commands as c
from exchange.core.after_issue.commands import PublishTrueUp, TrueUpAllocation
from exchange.core.allocation.commands import IssueAllocation, PublishPlan
from exchange.core.allocation.content import (
    PlanContent,
    PlanRow,
    content_hash,
    encode_content,
)
from exchange.core.approvals.commands import ApproveRequest
from exchange.core.calendar import local_day
from exchange.core.outcomes import Outcome
from exchange.core.receipts import Committed
from exchange.core.rules import RuleRef
from exchange.core.totals.commands import SetControlTotal
from exchange.core.types import AccountType, Day, ParticipantId
from exchange.observability import make_metrics
from exchange.rulebook.loader import load_rules
from exchange.sandbox import clock as sandbox_clock
from exchange.sequencer.batch import Limits
from exchange.sequencer.postgres import PostgresJournal
from exchange.sequencer.sequencer import Sequencer
from exchange.storage import migrate
from exchange.storage.embedded import EmbeddedPostgres
from exchange.storage.roles import APPLICATION
from matching import OrderType, SelfTradePrevention, Side, TimeInForce
from tests.benchmarks import table
from tests.support.builders import asking

ENTITIES = 10_000
ORDERS_PER_SECOND = 200
QUIET_S = 3.0
AFTER_S = 0.5
CHUNK = 2_000
PRICE = 20_000
OBJECTIONS_DAYS = 7
DAY_NS = 86_400 * 10**9


class Ledger:
    """A running sequencer, and short ways to have something done by it."""

    def __init__(self, dsn: str, code: str, number: int, clock: VirtualClock) -> None:
        self.code = code
        self.sequencer = Sequencer(
            code,
            PostgresJournal(dsn, number, "bench"),
            clock,
            make_projector,
            limits=Limits(),
            metrics=make_metrics().ledger(code),
        )
        self._names = map(str, itertools.count(1))

    async def do(self, *commands: c.AnyCommand) -> Outcome:
        """Have commands carried out, all of which must be accepted; return the last outcome."""
        outcomes: list[Outcome] = []
        for start in range(0, len(commands), CHUNK):
            named = [(next(self._names), each) for each in commands[start : start + CHUNK]]
            for answer in await self.sequencer.submit(named, 0, 0):
                assert isinstance(answer, Committed), answer
                assert answer.outcome.refusal is None, answer.outcome.refusal
                outcomes.append(answer.outcome)
        return outcomes[-1]

    async def open(self, members: int) -> None:
        """Give it rules, an asset and members."""
        await self.sequencer.start()
        kind = AccountType.COMPLIANCE_ENTITY
        await self.do(
            c.ActivateRules(load_rules(self.code), "bench"),
            c.DefineAsset("ASSET", "BENCH", "t", 0, "权", "right", "2026", "", ""),
            *(
                c.AdmitParticipant(ParticipantId(member), kind, "", "", "", member, "bench")
                for member in range(1, members + 1)
            ),
        )


def orders() -> Iterator[c.PlaceOrder]:
    """Two members by turns, near one price: most orders rest, some trade."""
    for number in itertools.count():
        side = Side.BUY if number % 2 else Side.SELL
        yield c.PlaceOrder(
            ParticipantId(1 + number % 2),
            str(number),
            1,
            side,
            1 + number % 7,
            PRICE + (1 if side is Side.SELL else -1) * (number % 5),
            OrderType.LIMIT,
            TimeInForce.GTC,
            False,
            Day(0),
            SelfTradePrevention.CANCEL_NEWEST,
        )


class Trading:
    """Orders at a steady rate, and how long each of them waited for its answer."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._orders = orders()
        self._task: asyncio.Task[None] | None = None
        self._waits_ms: list[float] = []

    async def open(self) -> None:
        await self._ledger.open(2)
        await self._ledger.do(
            c.AuthoriseIssuance(1, 10**9, "bench"),
            c.ListInstrument("ASSET", 1, "挂牌", "listing", PRICE, "", "", ""),
            *(c.DepositCash(member, 10**14, "bench") for member in (1, 2)),
            *(c.IssueUnits(1, member, 10**8, "2026", "", "", 0, 0, 0, "b") for member in (1, 2)),
        )

    async def close(self) -> None:
        await self._ledger.sequencer.stop()

    async def during(self, work: Callable[[], Awaitable[Any]]) -> dict[str, float]:
        """Trade while something is done and a moment longer; return what was measured."""
        self._waits_ms = []
        trading = asyncio.create_task(self._trade())
        started = time.perf_counter()
        await work()
        took_s = time.perf_counter() - started
        await asyncio.sleep(AFTER_S)
        trading.cancel()
        with suppress(asyncio.CancelledError):
            await trading
        cuts = statistics.quantiles(self._waits_ms, n=100)
        return {
            "seconds": took_s,
            "orders": len(self._waits_ms),
            "wait ms, median": cuts[49],
            "wait ms, p99": cuts[98],
            "wait ms, longest": max(self._waits_ms),
        }

    async def _trade(self) -> None:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as waiting:
            for number in itertools.count():
                due = began + number / ORDERS_PER_SECOND
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                waiting.create_task(self._place(due))

    async def _place(self, due: float) -> None:
        await self._ledger.do(next(self._orders))
        self._waits_ms.append((time.perf_counter() - due) * 1000)


def content(entities: int) -> PlanContent:
    rows = tuple(
        PlanRow(f"U-{number:06}", ParticipantId(number), 100 + number % 900)
        for number in range(1, entities + 1)
    )
    method = RuleRef("carbon.allocation.formula.fixed", 1)
    return PlanContent(1, 1, 1, method, "2026", "", "", Day(0), Day(0), rows)


def final(plan: PlanContent) -> PlanContent:
    """Every second entity gets ten more in the end, the others ten less."""
    rows = [
        msgspec.structs.replace(row, quantity=row.quantity + (10 if number % 2 else -10))
        for number, row in enumerate(plan.rows)
    ]
    return msgspec.structs.replace(plan, plan_id=2, series=1, phase=2, rows=tuple(rows))


async def measure(dsn: str, entities: int) -> dict[str, Any]:
    """Open two ledgers, and have one of them issue a plan while the other trades."""
    clock = VirtualClock(sandbox_clock.start_ns(0), rate=0)
    issuer, trading = Ledger(dsn, "carbon", 1, clock), Trading(Ledger(dsn, "energy", 3, clock))
    await trading.open()
    await issuer.open(entities)
    plan = content(entities)
    corrected = final(plan)
    await _agreed(issuer, SetControlTotal(1, "", 2 * _quantity(plan), "bench"))
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    figures = {"the other ledger alone": await trading.during(lambda: asyncio.sleep(QUIET_S))}
    for name, publish, act in (
        ("the issue", PublishPlan(*_published(plan, clock)), IssueAllocation),
        (
            "the true-up",
            PublishTrueUp(*_published(corrected, clock, OBJECTIONS_DAYS + 1), 1, 2),
            TrueUpAllocation,
        ),
    ):
        which = plan if act is IssueAllocation else corrected
        asked = asking(act(which.plan_id, encode_content(which), "bench"))
        await issuer.do(publish)
        clock.advance((OBJECTIONS_DAYS + 1) * DAY_NS)
        figures[f"asking for {name}"] = await trading.during(partial(issuer.do, asked))
        figures[f"approving {name}"] = await trading.during(partial(_approve, issuer))
    await trading.close()
    await issuer.sequencer.stop()
    return figures


def _published(plan: PlanContent, clock: VirtualClock, later: int = 0) -> tuple[Any, ...]:
    """What a publication says of a plan that may be objected to for as long as it must."""
    until = local_day(clock.now_ns()) + later + OBJECTIONS_DAYS
    pinned = content_hash(encode_content(plan))
    return plan.plan_id, 1, 1, pinned, len(plan.rows), _quantity(plan), Day(until), "bench"


def _quantity(plan: PlanContent) -> int:
    return sum(row.quantity for row in plan.rows)


async def _agreed(ledger: Ledger, act: c.AnyCommand) -> None:
    await ledger.do(asking(act))
    await _approve(ledger)


async def _approve(ledger: Ledger) -> None:
    """Grant the one request that waits, as the second of two operators."""
    (asked,) = ledger.sequencer._venue.state.approvals.pending.values()
    owner, number, digest = asked.participant_id, asked.approval_id, asked.command_hash
    await ledger.do(ApproveRequest(owner, 2, number, digest, asked.kind))


def run(entities: int = ENTITIES) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="steppe-bench-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "state")
    try:
        asyncio.run(migrate.upgrade(server.start()))
        return uvloop.run(measure(server.address(APPLICATION), entities))
    finally:
        server.stop()
        shutil.rmtree(folder)


def main() -> None:
    entities = int(sys.argv[1]) if len(sys.argv) > 1 else ENTITIES
    print(table.plain(f"a plan of {entities:,} entities", run(entities)))


if __name__ == "__main__":
    main()
