"""Which command ids were seen: those on their way, and those in the journal.

The journal is the memory; this is its index: 64 bits of each id, about 150 bytes a command in all.
A hit is always checked in the journal against the whole id, so two ids that share 64 bits are still
told apart.
"""

from exchange.core.outcomes import decode_command
from exchange.core.receipts import Committed
from exchange.sequencer.batch import Submission, key_of, order_names
from exchange.sequencer.journal import Journal


class Seen:
    """The index of one ledger's command ids. Orders of an atomic batch count with their own ids."""

    __slots__ = ("_places", "waiting")

    def __init__(self) -> None:
        self.waiting: dict[str, Submission] = {}
        self._places: dict[int, int] = {}

    async def load(self, journal: Journal) -> None:
        """Read the index from the journal."""
        self._places = {key_of(name): seq for seq, name in await journal.command_ids()}
        for seq, encoded in await journal.order_batches():
            for name in order_names(decode_command(encoded)):
                self._places[key_of(name)] = seq

    def place_of(self, command_id: str) -> int | None:
        """Return the sequence number under which an id was journalled."""
        return self._places.get(key_of(command_id))

    def taken(self, names: tuple[str, ...]) -> str:
        """Return the first of some ids that was seen, or an empty text."""
        for name in names:
            if name in self.waiting or key_of(name) in self._places:
                return name
        return ""

    def expect(self, item: Submission) -> None:
        """Note that a command is on its way."""
        for name in (item.command_id, *item.order_names):
            self.waiting[name] = item

    def settle(self, item: Submission) -> None:
        """Note that a command is no longer on its way."""
        for name in (item.command_id, *item.order_names):
            self.waiting.pop(name, None)

    def remember(self, item: Submission, answer: Committed) -> None:
        """Note that a command is in the journal; a refused batch leaves its orders' ids free."""
        self._places[key_of(item.command_id)] = answer.seq
        if answer.outcome.refusal is None:
            for name in item.order_names:
                self._places[key_of(name)] = answer.seq
        self.settle(item)
