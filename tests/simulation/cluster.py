"""The servers of a ledger, who starts them again, and what happens to them beside single faults."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from exchange.core.state import State
from exchange.core.types import SessionState
from exchange.core.venue import Venue
from exchange.errors import Unavailable
from exchange.observability import make_metrics
from exchange.sequencer.batch import Limits
from exchange.sequencer.journal import FencedError
from exchange.sequencer.recovery import RecoveryError
from exchange.sequencer.sequencer import Sequencer
from tests.simulation.faults import SeededFaults
from tests.simulation.server import Server
from tests.simulation.world import NS_PER_SECOND, World
from tests.support.memory_journal import MemoryDatabase, MemoryJournal

DAY_NS = 86_400 * NS_PER_SECOND
WATCH_S = 0.25
STOP_S_MAX = 60.0  # eight that wait, one a batch, each commit slow at every moment
JUMPS_S = (1, 60, 600, 3_600, 6 * 3_600)


class Cluster:
    """One database, the server that should lead, and those that do not know better yet."""

    def __init__(
        self,
        world: World,
        database: MemoryDatabase,
        faults: SeededFaults,
        make_journal: Callable[[MemoryDatabase, str], MemoryJournal],
        make_sequencer: type[Sequencer],
    ) -> None:
        self.world = world
        self.database = database
        self.faults = faults
        self.leader: Server | None = None
        self.others: list[Server] = []
        self._make_journal = make_journal
        self._make_sequencer = make_sequencer
        self._random = random = world.random("cluster")
        self._metrics = make_metrics().ledger(world.ledger)
        self._last_state = Venue(world.ledger).state
        self._started = 0
        self._skew_ns = random.choice((0, 5, 7_200)) * NS_PER_SECOND
        self._limits = (
            random.choice((8, 40, 20_000)),
            random.choice((1, 4, 400)),
            random.choice((15, 60, 200_000)),
            random.choice((1, 80, 65_536)),
        )
        self._years = random.random() < 0.15
        faults.kill = self._kill_owner
        faults.fail_power = self._fail_power

    def state(self) -> State:
        """Return the newest state that a server has in memory."""
        if self.leader is not None and self.leader.sequencer.last_seq:
            self._last_state = self.leader.sequencer._venue.state
        return self._last_state

    # Starting and keeping up

    async def watch(self) -> None:
        """Start a server when none leads; replace one that closed its ledger; open the market."""
        while True:
            for stale in [other for other in self.others if not other.alive or other.closed]:
                self.others.remove(stale)
                await self._put_down(stale)
            leader = self.leader
            if leader is not None and leader.closed:
                self._ask_why_closed(leader)
                await self._put_down(leader)
                leader = self.leader = None
            if leader is None or not leader.alive:
                await self._start()
            elif leader.sequencer.ready and self._random.random() < 0.1:
                self._jump_to_opening()
            await asyncio.sleep(WATCH_S)

    def _ask_why_closed(self, server: Server) -> None:
        if self.database.holder == server.name:
            self.world.break_promise(f"{server.name} closed its ledger, and nobody took over")

    def _ask_for_ids(self, server: Server) -> None:
        seen = server.sequencer._seen  # what is durable and not yet answered still waits
        asked = (one.command_id for one in self.database.synced)
        names = [name for name in asked if not name.startswith("time:")]  # which nobody repeats
        forgotten = [name for name in names if name not in seen.waiting and name not in seen.ids]
        if forgotten and self.database.holder == server.name:
            self.world.break_promise(f"{server.name} has forgotten {forgotten[0]}")

    async def _put_down(self, server: Server) -> None:
        if server.alive:
            await self.stop(server)

    async def _start(self) -> None:
        self._started += 1
        random = self._random
        self.leader = server = Server(
            self.world,
            self._make_journal(self.database, f"server-{self._started}"),
            self._make_sequencer,
            off_ns=random.randrange(-self._skew_ns, self._skew_ns + 1),
            limits=Limits(*self._limits),
            metrics=self._metrics,
        )
        self.world.meet("start", server.name)
        try:
            await server.work(server.sequencer.start())
        except RecoveryError as fault:
            self.world.break_promise(f"{server.name} does not open: {fault}")
            server.kill()
        except (OSError, Unavailable, FencedError) as fault:
            self.world.note(f"{server.name} does not start: {fault!r}")
            server.kill()
        except asyncio.CancelledError:
            if server.alive:
                raise
        else:
            server.started = True
            self._ask_for_ids(server)

    async def stop(self, server: Server) -> None:
        """Stop a server as an operator does; what it has not done in a minute it does not do."""
        self.world.meet("stop", server.name)
        server.resume()
        server.stopping = True
        stopping = server.work(server.sequencer.stop())
        try:
            await asyncio.wait_for(asyncio.shield(stopping), STOP_S_MAX)
        except TimeoutError:
            self.world.break_promise(f"{server.name} does not stop")
        except OSError as fault:
            self.world.break_promise(f"{server.name} does not stop cleanly: {fault!r}")
        except asyncio.CancelledError:
            if server.alive:
                raise
        if server.alive:
            server.kill()

    # What happens to them

    async def disturb(self) -> None:
        """Now and then: a kill, a clean stop, a take-over while the first is paused, a jump."""
        random = self._random
        deeds = (self._kill, self._stop, self._take_over, self._jump, self._jump)
        while True:
            await asyncio.sleep(random.expovariate(1 / 3))
            leader = self.leader
            if leader is not None and leader.alive and leader.started and not self.faults.calm:
                await random.choice(deeds)(leader)

    async def _kill(self, leader: Server) -> None:
        self.world.meet("kill", leader.name)
        leader.kill()

    async def _stop(self, leader: Server) -> None:
        await self.stop(leader)

    async def _take_over(self, leader: Server) -> None:
        """Pause the leader, let another lead, and let the first go on as if nothing had been."""
        self.world.meet("pause", leader.name)
        leader.pause()
        await asyncio.sleep(self._random.random())
        if self._random.random() < 0.8 and leader is self.leader:
            self.world.meet("take-over", leader.name)
            self.others.append(leader)
            self.leader = None
            await asyncio.sleep(self._random.random() * 6)
        leader.resume()
        if leader in self.others and self._random.random() < 0.5:
            await self.stop(leader)

    def try_others(self) -> None:
        """Have stale servers write something: an idle one never learns that it is stale."""
        for other in self.others:
            other.work(_tick(other))

    async def _jump(self, _leader: Server) -> None:
        random = self._random
        if self._years and random.random() < 0.3:
            self._years = False  # each recovery replays its days: once is enough
            self._jump_by(random.randrange(1, 4) * 365 * DAY_NS, "years")
        elif random.random() < 0.3:
            self._jump_by(random.randrange(1, 6) * DAY_NS, "days")
        else:
            self._jump_by(random.choice(JUMPS_S) * NS_PER_SECOND, "seconds")

    def _jump_to_opening(self) -> None:
        if self.state().session is not SessionState.CLOSED:
            return
        now_ns = self.world.now_ns()
        opening_ns = self.state().calendar.next_session_change(now_ns)
        if opening_ns > now_ns:
            self._jump_by(opening_ns - now_ns + self._skew_ns, "to a change of session")

    def _jump_by(self, ns: int, kind: str) -> None:
        self.world.meet(f"jump {kind}", str(ns))
        self.world.jumped_ns += ns
        for server in (self.leader, *self.others):
            if server is not None:
                server.sequencer.wake()

    def _kill_owner(self, connection: MemoryJournal) -> None:
        for server in (self.leader, *self.others):
            if server is not None and server.journal is connection and server.alive:
                server.kill()

    def _fail_power(self) -> None:
        if self.database.up:
            self.database.lose_power()
            delay_s = self._random.random() * 3
            self.world.loop.call_later(delay_s, self.database.return_power)


async def _tick(server: Server) -> None:
    """Journal the time; a server that another has taken over from ends by this."""
    with suppress(Unavailable):
        await server.sequencer.tick()
