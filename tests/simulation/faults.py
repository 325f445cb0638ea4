"""What strikes statements on their way: seeded, of a strength that differs from seed to seed."""

from collections.abc import Callable

from tests.simulation.world import World
from tests.support.memory_journal import Faults, MemoryJournal, Moment

INSTANT, QUICK_S, SLOW_S = 0.0, 0.004, 4.0
BEFORE = (Moment.SENT, Moment.WRITTEN)


class SeededFaults(Faults):
    """Cuts, kills, power losses and delays, until `calm` is set.

    `kill` and `fail_power` are what the cluster does about them.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._random = random = world.random("faults")
        self._slow = random.choice((0.0, 0.02, 0.2))
        storm = random.choice((0.0, 0.5, 1.0, 2.0))
        self._cut = storm * 0.02
        self._kill = storm * 0.012
        self._power = storm * 0.008
        self.calm = False
        self.kill: Callable[[MemoryJournal], None] = lambda _connection: None
        self.fail_power: Callable[[], None] = lambda: None

    def delay_s(self, moment: Moment) -> float:
        random = self._random
        if not self.calm and random.random() < self._slow:
            self._world.met[f"slow {moment}"] += 1
            return random.random() * SLOW_S
        return random.choice((INSTANT, random.random() * QUICK_S))

    def strike(self, moment: Moment, connection: MemoryJournal) -> None:
        if self.calm:
            return
        chance = self._random.random()
        if chance < self._cut:
            self._world.meet(f"cut {moment}", connection.holder)
            connection.cut()
        elif chance < self._cut + self._kill:
            self._world.meet(f"killed {moment}", connection.holder)
            self.kill(connection)
        elif chance < self._cut + self._kill + self._power:
            self._world.meet(f"power lost {moment}", connection.holder)
            self.fail_power()

    def survives(self) -> bool:
        return self._random.random() < 0.5
