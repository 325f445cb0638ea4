"""What a ledger has in memory, and how a command is applied to it.

All ledgers share one event loop. A command that may take long is applied in a thread, so that the
other ledgers go on trading: its own ledger waits, theirs do not. Nothing else changes: one command
at a time, in order; what fails in the thread fails where its result is awaited.

Invariant: while a thread is at work, the loop leaves this memory alone, but for single numbers.
"""

from exchange.core.approvals.commands import ApproveRequest, RequestApproval
from exchange.core.commands import AdvanceTime, AnyCommand
from exchange.core.outcomes import Sequenced, encode_command, encode_events, encode_refusal
from exchange.core.receipts import Committed
from exchange.core.types import Seq
from exchange.core.venue import Venue
from exchange.sequencer.batch import Batch, Submission
from exchange.sequencer.id_filter import key_of
from exchange.sequencer.journal import Entry
from exchange.sequencer.projector import Projector

CONSEQUENTIAL = (RequestApproval, ApproveRequest)
"""Small themselves, they check or carry out an act that may concern every participant."""


def is_heavy(command: AnyCommand, encoded: bytes, bytes_min: int) -> bool:
    """Tell whether a command may take so long that the other ledgers should not wait for it."""
    return len(encoded) >= bytes_min or isinstance(command, CONSEQUENTIAL)


class Memory:
    """The venue of one ledger and its projections. In doubt it is dropped as a whole."""

    __slots__ = ("_projector", "venue")

    def __init__(self, venue: Venue, projector: Projector) -> None:
        self.venue = venue
        self._projector = projector

    def apply(self, batch: Batch, item: Submission, now_ns: int) -> None:
        """Apply one command of a batch; a submission without one is the clock."""
        seq = Seq(self.venue.state.seq + 1)
        command = item.command
        if command is None:
            command = AdvanceTime(now_ns)
            item.command_id = f"time:{seq}"
            item.key = key_of(item.command_id)
            item.encoded = encode_command(command)
        outcome = self.venue.apply(Sequenced(seq, now_ns, command))
        refusal = outcome.refusal
        events = outcome.events
        self._projector.project(events, seq, now_ns)
        batch.entries.append(
            Entry(
                seq,
                now_ns,
                item.command_id,
                item.operator_id,
                item.participant_id,
                type(command).__name__,
                item.encoded,
                None if refusal is None else encode_refusal(refusal),
                encode_events(events),
            )
        )
        batch.answers.append(Committed(seq, now_ns, outcome))

    def gather(self, batch: Batch) -> None:
        """Put the rows of a batch into it, when its last command was applied."""
        batch.rows = self._projector.drain()

    def apply_alone(self, batch: Batch, item: Submission, now_ns: int) -> None:
        """Apply the only command of a batch: all that a thread has to do."""
        self.apply(batch, item, now_ns)
        self.gather(batch)
