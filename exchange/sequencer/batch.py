"""What waits, what goes together into one transaction, and how a repeat is known."""

import asyncio
from dataclasses import dataclass, field

from exchange.core.commands import AnyCommand, CancelOrder, CancelOrders, PlaceOrders
from exchange.core.outcomes import Outcome, decode_events, decode_refusal
from exchange.core.receipts import Committed
from exchange.core.types import ParticipantId
from exchange.sequencer.id_filter import Key
from exchange.sequencer.journal import Entry
from exchange.storage.projection import Rows


@dataclass(slots=True)
class Group:
    """Commands submitted together: one future for all their answers, in order."""

    future: asyncio.Future[list[Committed | Exception]]
    results: list[Committed | Exception | None]
    remaining: int

    def settle(self, place: int, result: Committed | Exception) -> None:
        self.results[place] = result
        self.remaining -= 1
        if self.remaining == 0 and not self.future.done():
            self.future.set_result([r for r in self.results if r is not None])


@dataclass(slots=True)
class Submission:
    """One command that waits. `command` None is the clock itself: time as of the batch."""

    command_id: str
    command: AnyCommand | None
    encoded: bytes
    operator_id: int
    participant_id: int
    group: Group
    place: int
    key: Key = (0, 0)
    order_names: tuple[str, ...] = ()
    heavy: bool = False
    followers: list["Submission"] | None = None

    def settle(self, result: Committed | Exception) -> None:
        """Answer the command, and the copies of it that came while it was on its way."""
        self.group.settle(self.place, result)
        if self.followers is None:
            return
        repeat = result
        if isinstance(result, Committed):
            repeat = Committed(result.seq, result.at_ns, result.outcome, replayed=True)
        for copy in self.followers:
            same = copy.encoded == self.encoded
            copy.group.settle(copy.place, repeat if same else ReusedIdError(copy.command_id))

    def settle_by(self, entry: Entry) -> None:
        """Answer the command and its copies from the journal, each by whether it is that one."""
        answer = remembered(entry)
        for copy in (self, *(self.followers or ())):
            same = copy.encoded == entry.command
            copy.group.settle(copy.place, answer if same else ReusedIdError(copy.command_id))


@dataclass(slots=True)
class Limits:
    queue_commands_max: int = 20_000
    batch_commands_max: int = 400
    snapshot_commands: int = 200_000
    heavy_bytes_min: int = 65_536

    def room_for(self, commands: list[tuple[str, AnyCommand]]) -> int:
        """Return how many may wait: the last tenth is kept for commands that only cancel."""
        if all(isinstance(command, CancelOrder | CancelOrders) for _, command in commands):
            return self.queue_commands_max
        return self.queue_commands_max - self.queue_commands_max // 10


@dataclass(slots=True)
class Batch:
    submissions: list[Submission] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    answers: list[Committed] = field(default_factory=list)
    rows: Rows = field(default_factory=list)


class ReusedIdError(Exception):
    """The command id was used before, for another command."""


def remembered(entry: Entry) -> Committed:
    refusal = None if entry.refusal is None else decode_refusal(entry.refusal)
    outcome = Outcome(refusal, decode_events(entry.events))
    return Committed(entry.seq, entry.at_ns, outcome, replayed=True)


def order_names(command: AnyCommand) -> tuple[str, ...]:
    """Return the command ids that the orders of an atomic batch would have on their own.

    A client order id is used once, whether its order comes alone or in a batch.
    """
    if not isinstance(command, PlaceOrders):
        return ()
    return tuple([order_name((o.participant_id, o.client_order_id)) for o in command.orders])


def order_name(order: tuple[ParticipantId, str]) -> str:
    """Name the command of an order by its participant and client order id."""
    return f"{order[0]}:order:{order[1]}"
