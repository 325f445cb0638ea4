"""Which command ids were seen: those on their way, and those that may be in the journal.

The journal is the memory; this is its index. A hit is always checked in the journal against the
whole id; only a miss is trusted.
"""

from exchange.core.commands import AnyCommand, PlaceOrder, PlaceOrders
from exchange.core.types import ParticipantId
from exchange.sequencer.batch import Submission
from exchange.sequencer.id_filter import IdFilter


class Seen:
    """The index of one ledger's command ids. Orders of an atomic batch count with their own ids."""

    __slots__ = ("ids", "waiting")

    def __init__(self) -> None:
        self.waiting: dict[str, Submission] = {}
        self.ids = IdFilter()

    def perhaps(self, item: Submission) -> bool:
        """Tell whether a command, or an order in it, may be in the journal."""
        ids = self.ids
        return ids.has(item.key) or any(name in ids for name in item.order_names)

    def expected(self, names: tuple[str, ...]) -> str:
        """Return the first of some ids that is on its way, or an empty text."""
        return next((name for name in names if name in self.waiting), "")

    def expect(self, item: Submission) -> None:
        """Note that a command is on its way."""
        self.waiting[item.command_id] = item
        for name in item.order_names:
            self.waiting[name] = item

    def settle(self, item: Submission) -> None:
        """Note that a command is no longer on its way."""
        self.waiting.pop(item.command_id, None)
        for name in item.order_names:
            self.waiting.pop(name, None)

    def remember(self, item: Submission, *, refused: bool) -> None:
        """Note that a command is in the journal."""
        self.ids.put(item.key)
        if item.order_names and not refused:
            for name in item.order_names:
                self.ids.add(name)
        self.settle(item)


def note(ids: IdFilter, command_id: str, names: tuple[str, ...]) -> None:
    """Take the ids of a journalled command in; a refused batch leaves its orders' ids free."""
    ids.add(command_id)
    for name in names:
        ids.add(name)


def orders_of(command: AnyCommand | None) -> list[tuple[ParticipantId, str]]:
    """Return participant and client order id of each order that a command enters."""
    match command:
        case PlaceOrder():
            return [(command.participant_id, command.client_order_id)]
        case PlaceOrders():
            return [(order.participant_id, order.client_order_id) for order in command.orders]
        case _:
            return []
