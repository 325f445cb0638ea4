"""The journal: the ordered, durable record of what a ledger was asked and what came of it.

It is the truth; everything else can be made from it. Two implementations exist: PostgreSQL here,
and memory for tests.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from exchange.core.types import ParticipantId
from exchange.sequencer.id_filter import FilterChunk
from exchange.storage.projection import Rows


class FencedError(Exception):
    """Another writer holds the lease: this one may write nothing any more."""


class DoubtError(ConnectionError):
    """The database confirmed a commit and warned of it: a failover may still lose it."""


class Entry(NamedTuple):
    """One command with its place, its actor and its outcome, as bytes: a row of the journal."""

    seq: int
    at_ns: int
    command_id: str
    operator_id: int
    participant_id: int
    kind: str
    command: bytes
    refusal: bytes | None
    events: bytes


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """The state after an entry, and its hash."""

    seq: int
    state_hash: bytes
    state: bytes


class Journal(Protocol):
    """What a sequencer needs of storage. One instance serves one ledger."""

    async def take_over(self) -> int:
        """Become the writer, whoever was; return the last sequence number."""
        ...

    async def keep(self) -> int:
        """Become the writer again after a failure; return the last sequence number.

        On return all that was written before is as durable as a commit is.
        Raises: FencedError when somebody else took over.
        """
        ...

    async def held(self) -> bool:
        """Tell whether nobody else took over."""
        ...

    async def append(self, entries: list[Entry], rows: Rows) -> None:
        """Write entries and projection rows in one transaction; on return they are durable.

        Raises: FencedError, or whatever went wrong with the outcome in doubt.
        """
        ...

    async def find(self, command_ids: Sequence[str]) -> dict[str, Entry]:
        """Return the entries of those ids that are there."""
        ...

    async def orders_known(
        self, orders: Sequence[tuple[ParticipantId, str]]
    ) -> set[tuple[ParticipantId, str]]:
        """Return those pairs of participant and client order id under which an order is there."""
        ...

    def entries_after(self, seq: int) -> AsyncIterator[Entry]:
        """Yield the entries that follow one, in order."""
        ...

    def snapshots(self) -> AsyncIterator[StoredSnapshot]:
        """Yield the snapshots that are kept, the newest first."""
        ...

    async def filter_chunks(self) -> list[FilterChunk]:
        """Return the stored filter of ids; it knows every id up to the newest snapshot."""
        ...

    async def save_snapshot(self, snapshot: StoredSnapshot, chunks: Sequence[FilterChunk]) -> None:
        """Keep a state and the changed chunks of the id filter, both or neither.

        Raises: FencedError, for a stale writer's filter would forget what the new one has seen.
        """
        ...

    async def balances(self) -> dict[int, tuple[int, int]]:
        """Return posted and held of each account as projected."""
        ...

    async def close(self) -> None: ...
