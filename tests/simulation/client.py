"""A client that repeats each command under its id until it knows what became of it."""

import asyncio

import msgspec

from exchange.core.commands import AnyCommand, PlaceOrder, PlaceOrders
from exchange.core.receipts import Committed
from exchange.sequencer.batch import ReusedIdError
from tests.simulation.cluster import Cluster
from tests.simulation.server import ConnectionLost, Named, Results, Server
from tests.simulation.witness import Witness
from tests.simulation.world import World
from tests.support.workload import Workload


class Client:
    """Sends what its workload thinks of: one command or several, once or twice at a time."""

    def __init__(self, world: World, cluster: Cluster, witness: Witness, name: str) -> None:
        self.name = name
        self.world = world
        self._cluster = cluster
        self._witness = witness
        self._random = world.random(f"client {name}")
        self.workload = Workload(world.ledger, self._random, cluster.state, f"{name}-")
        self._number = 0
        self._known: list[tuple[str, AnyCommand]] = []

    async def open_market(self) -> None:
        """Send the opening in order, each command before the next."""
        for command in self.workload.opening():
            await self.settle(self._name([command]))

    async def trade(self, requests: int) -> None:
        random = self._random
        for _ in range(requests):
            await asyncio.sleep(random.choice((0.0, random.random() * 0.5)))
            await self.settle(self._name(self._think()))
            if random.random() < 0.1:
                await self.settle([random.choice(self._known)])
            if random.random() < 0.05:
                await self._reuse_id()

    def _think(self) -> list[AnyCommand]:
        count = self._random.choice((1, 1, 1, 1, 3, 8))
        return [self.workload.command() for _ in range(count)]

    def _name(self, commands: list[AnyCommand]) -> Named:
        named = []
        for command in commands:
            self._number += 1
            named.append((self._id_of(command), command))
        return named

    def _id_of(self, command: AnyCommand) -> str:
        """Give the id that the routers give: an order's is made of its client order id."""
        participant_id = getattr(command, "participant_id", 0)
        if isinstance(command, PlaceOrder):
            return f"{participant_id}:order:{command.client_order_id}"
        return f"{participant_id}:key:{self.name}-{self._number}"

    async def _reuse_id(self) -> None:
        """Use an id, or the order id in an atomic batch, for another command."""
        command_id, command = self._random.choice(self._known)
        other = self.workload.command()
        if isinstance(command, PlaceOrder):
            other = msgspec.structs.replace(command, quantity=command.quantity + 1)
            if self._random.random() < 0.5:
                command_id = f"{command.participant_id}:key:{self.name}-again-{self._number}"
                other = PlaceOrders(command.participant_id, (other,))
        elif isinstance(other, PlaceOrder) or other == command:
            return
        self.world.met["id reused"] += 1
        await self.settle([(command_id, other)])

    async def settle(self, named: Named) -> None:
        """Ask until every command has its outcome."""
        self._witness.asked(named)
        unknown = dict(named)
        while unknown:
            sent = list(unknown.items())
            for results in await self._ask(sent):
                for (command_id, command), result in zip(sent, results, strict=True):
                    if isinstance(result, Committed):
                        self._witness.acknowledged(command_id, command, result)
                        self._known.append((command_id, command))
                    elif isinstance(result, ReusedIdError):
                        self._witness.told_reused(command_id, command)
                    else:
                        continue
                    unknown.pop(command_id, None)
            if unknown:
                await asyncio.sleep(0.05 + self._random.random() * 0.3)

    async def _ask(self, sent: Named) -> list[Results]:
        """Send a request, sometimes twice at once; return the answers that came."""
        if self._random.random() < 0.1:
            self.world.met["sent twice"] += 1
            tasks = [self.world.loop.create_task(self._ask_once(sent)) for _ in range(2)]
            return [results for task in tasks for results in await task]
        return await self._ask_once(sent)

    async def _ask_once(self, sent: Named) -> list[Results]:
        random = self._random
        await asyncio.sleep(random.choice((0.0, random.random() * 0.02)))
        server = self._choose()
        if server is None:
            return []
        try:
            patience_s = random.choice((0.05, 2.0, 10.0))
            answer = server.call(sent, 0)
            return [await asyncio.wait_for(answer, patience_s)]
        except ConnectionLost:
            self.world.met["connection lost"] += 1
        except TimeoutError:
            self.world.met["out of patience"] += 1
        return []

    def _choose(self) -> Server | None:
        if self._cluster.others and self._random.random() < 0.2:
            return self._random.choice(self._cluster.others)
        return self._cluster.leader
