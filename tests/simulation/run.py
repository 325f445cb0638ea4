"""One seed: a world, a database, servers, clients and faults, then calm, then the account."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from exchange.core.venue import Venue
from exchange.sequencer.recovery import RecoveryError, recover
from exchange.sequencer.sequencer import Sequencer
from tests.simulation import aside
from tests.simulation.client import Client
from tests.simulation.cluster import Cluster
from tests.simulation.event_loop import SimulatedLoop
from tests.simulation.faults import SeededFaults
from tests.simulation.server import Server
from tests.simulation.witness import Witness
from tests.simulation.world import Violation, World
from tests.support.memory_journal import Faults, MemoryDatabase, MemoryJournal

STORM_S = 20.0
CALM_S_MAX = 300.0
EXPECTED_FAULTS = ("Cut(", "FencedError(", "BlockingIOError('no fork')", "the child ended")


@dataclass(frozen=True)
class Parts:
    """What a run is built of; tests put in parts with faults that must be found."""

    database: Callable[..., MemoryDatabase] = MemoryDatabase
    journal: Callable[[MemoryDatabase, str], MemoryJournal] = MemoryJournal
    sequencer: type[Sequencer] = Sequencer


@dataclass(frozen=True)
class Report:
    seed: int
    trace_hash: str
    commands: int
    met: Counter[str]


SOUND = Parts()


def simulate(
    seed: int, parts: Parts = SOUND, listen: Callable[[str], None] | None = None
) -> Report:
    """Run one seed; `listen` hears the trace as it grows.

    Raises: Violation, with the seed, the trace's end and how to replay it.
    """
    loop = SimulatedLoop()
    world = World(seed, loop, listen)
    asyncio.set_event_loop(loop)
    try:
        with _sequencer_logs(world), aside.simulated(world):
            commands = loop.run_until_complete(_run(world, parts))
            _end_tasks(loop)
    except Exception as fault:
        if not isinstance(fault, Violation):
            raise Violation(_message(world, [repr(fault)])) from fault
        raise
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    return Report(seed, world.trace_hash(), commands, world.met)


async def _run(world: World, parts: Parts) -> int:
    faults, witness = SeededFaults(world), Witness(world)
    database = witness.database = parts.database(faults, witness.synced)
    cluster = Cluster(world, database, faults, parts.journal, parts.sequencer)
    keeping = [
        world.loop.create_task(cluster.watch()),
        world.loop.create_task(cluster.disturb()),
    ]
    random = world.random("clients")
    clients = [Client(world, cluster, witness, str(n)) for n in range(random.randrange(2, 5))]
    opening = [world.loop.create_task(clients[0].open_market())]
    await _until_settled(world, opening, keeping, faults)
    trading = [world.loop.create_task(client.trade(random.randrange(12, 28))) for client in clients]
    await _until_settled(world, trading, keeping, faults)
    faults.calm = True
    leader = await _rest(world, cluster, keeping)
    live = leader.sequencer._venue
    database.faults = Faults()
    witness.conclude(live, await _recovered(world, database))
    await cluster.stop(leader)
    _check(world)
    return len(database.synced)


async def _until_settled(
    world: World,
    tasks: list["asyncio.Task[None]"],
    keeping: list["asyncio.Task[None]"],
    faults: SeededFaults,
) -> None:
    """Wait for the clients. The faults end after a while, and then it must be over."""
    faults.calm = False
    storm_ends_s = world.loop.time() + STORM_S
    while not all(task.done() for task in tasks):
        await asyncio.sleep(0.1)
        _check(world)
        if world.loop.time() > storm_ends_s and not faults.calm:
            faults.calm = True
            world.note("calm")
        if world.loop.time() > storm_ends_s + CALM_S_MAX:
            world.break_promise("a client never learns what became of its command")
        for task in (*keeping, *tasks):
            if task.done() and (fault := task.exception()) is not None:
                raise fault


async def _rest(world: World, cluster: Cluster, keeping: list["asyncio.Task[None]"]) -> Server:
    """Wait until a server leads and all that it has in memory is durable; stop what disturbs."""
    deadline_s = world.loop.time() + CALM_S_MAX
    tried_s = world.loop.time()
    while True:
        await asyncio.sleep(0.1)
        if world.loop.time() > tried_s + STORM_S:
            cluster.try_others()
            tried_s = world.loop.time()
        _check(world)
        leader = cluster.leader
        resting = (
            cluster.database.up and leader is not None and leader.alive and leader.sequencer.ready
        )
        if (
            resting
            and not cluster.others
            and leader.sequencer.last_seq == len(cluster.database.synced)
        ):
            break
        if world.loop.time() > deadline_s:
            world.break_promise("no server leads")
    for task in keeping:
        task.cancel()
    return leader


async def _recovered(world: World, database: MemoryDatabase) -> Venue:
    reader = MemoryJournal(database, "reader")
    try:
        found = await recover(reader, world.ledger, database.last_seq)
    except RecoveryError as fault:
        raise Violation(_message(world, [f"the journal does not recover: {fault}"])) from None
    for entry in database.synced:
        if entry.command_id not in found.ids:
            world.break_promise(f"{entry.command_id}: forgotten by a recovery")
    return found.venue


def _check(world: World) -> None:
    broken = [*world.broken, *world.loop.complaints]
    if broken:
        raise Violation(_message(world, broken))


def _message(world: World, broken: list[str]) -> str:
    return (
        f"seed {world.seed} ({world.ledger}): {'; '.join(broken)}\n"
        f"{world.last_notes()}\n"
        f"replay it: make simulate SEED={world.seed}"
    )


def _end_tasks(loop: SimulatedLoop) -> None:
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))


@contextmanager
def _sequencer_logs(world: World) -> Iterator[None]:
    """Read the sequencer's log: what it stumbles over must be a fault that was put in its way."""

    def listen(_logger: Any, _level: str, event: dict[str, Any]) -> dict[str, Any]:
        error = str(event.get("error", ""))
        world.note(f"log {event['event']} {event.get('seq', '')} {error}")
        if error and not error.startswith(EXPECTED_FAULTS):
            world.break_promise(f"the sequencer stumbled: {event['event']}: {error}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[listen])
    try:
        yield
    finally:
        structlog.configure(**before)
