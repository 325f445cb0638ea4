"""The one door to the sequencers: mandates, command ids, bounded queues.

In one process it calls the sequencers directly; between processes the same calls would be request
and reply.
"""

import asyncio
from collections.abc import Sequence

from exchange.core.commands import AnyCommand
from exchange.core.mandates import Actor, permits
from exchange.core.receipts import Committed
from exchange.errors import Conflict, ExchangeError, Forbidden, NotFound, Unprocessable
from exchange.sequencer.batch import ReusedIdError
from exchange.sequencer.sequencer import Sequencer


class Gateway:
    """Submits commands to the ledger they name."""

    def __init__(self, sequencers: Sequence[Sequencer]) -> None:
        self._sequencers = {sequencer.ledger: sequencer for sequencer in sequencers}

    async def submit(
        self, ledger: str, command_id: str, command: AnyCommand, actor: Actor
    ) -> Committed:
        """Have a command carried out; return its outcome, which is durable.

        Raises: Forbidden, NotFound for the ledger, Conflict or Unprocessable for a command id used
        for another command, Unavailable when the ledger cannot take it.
        """
        (result,) = await self.submit_many(ledger, [(command_id, command)], actor)
        if isinstance(result, ExchangeError):
            raise result
        return result

    async def submit_many(
        self, ledger: str, commands: list[tuple[str, AnyCommand]], actor: Actor
    ) -> list[Committed | ExchangeError]:
        """Have commands carried out in order, each on its own."""
        sequencer = self._sequencers.get(ledger)
        if sequencer is None:
            raise NotFound("ledger_unknown")
        checked: object = None
        for _, command in commands:
            about = type(command), getattr(command, "participant_id", None)
            if about != checked and not permits(actor, ledger, command):
                raise Forbidden("forbidden", "your role, scopes or ledgers do not allow this")
            checked = about  # all that a mandate depends on
        results = await sequencer.submit(commands, actor.operator_id, actor.participant_id)
        return [
            result if isinstance(result, Committed) else _edge_error(result) for result in results
        ]

    async def tick(self) -> None:
        """Bring every ledger to the clock's time."""
        for sequencer in self._sequencers.values():
            await sequencer.tick()

    def wake(self) -> None:
        """Have every ledger look at the clock: it may have jumped."""
        for sequencer in self._sequencers.values():
            sequencer.wake()

    async def ready(self) -> dict[str, bool]:
        """Tell of each ledger whether it is open and its lease is still held."""
        found = await asyncio.gather(*(each.check() for each in self._sequencers.values()))
        return dict(zip(self._sequencers, found, strict=True))


def _edge_error(error: Exception) -> ExchangeError:
    if isinstance(error, ExchangeError):
        return error
    assert isinstance(error, ReusedIdError)
    if str(error).split(":", 2)[1:2] == ["order"]:
        return Conflict("client_order_id_reused", "this id was used for another order")
    return Unprocessable("idempotency_key_reused", "this key was used for another request")
