"""Journals written without a server: entries played by a market, stored as the sequencer would."""

from collections.abc import Iterable, Iterator
from random import Random

from exchange.app import make_projector
from exchange.core.outcomes import (
    Outcome,
    Sequenced,
    encode_command,
    encode_events,
    encode_refusal,
)
from exchange.core.venue import Venue
from exchange.sequencer.journal import Entry, StoredSnapshot
from exchange.sequencer.postgres import PostgresJournal

Played = tuple[Sequenced, Outcome]


def entry(sequenced: Sequenced, outcome: Outcome) -> Entry:
    """The entry as the sequencer stores it."""
    refusal = outcome.refusal
    return Entry(
        sequenced.seq,
        sequenced.at_ns,
        f"test:{sequenced.seq}",
        0,
        0,
        type(sequenced.command).__name__,
        encode_command(sequenced.command),
        None if refusal is None else encode_refusal(refusal),
        encode_events(outcome.events),
    )


async def write(dsn: str, number: int, played: Iterable[Played], batches: Iterator[int]) -> None:
    """Store a journal and its projections, in batches of the given sizes."""
    journal = PostgresJournal(dsn, number, "test")
    await journal.take_over()
    projector = make_projector()
    entries: list[Entry] = []
    size = next(batches)
    for sequenced, outcome in played:
        entries.append(entry(sequenced, outcome))
        projector.project(outcome.events, sequenced.seq, sequenced.at_ns)
        if len(entries) == size:
            await journal.append(entries, projector.drain())
            entries, size = [], next(batches)
    if entries:
        await journal.append(entries, projector.drain())
    await journal.close()


async def write_snapshot(dsn: str, number: int, venue: Venue) -> None:
    """Store a venue's snapshot."""
    journal = PostgresJournal(dsn, number, "test")
    state = StoredSnapshot(venue.state.seq, venue.state_hash(), venue.snapshot())
    await journal.take_over()
    await journal.save_snapshot(state, [])
    await journal.close()


def sizes(seed: int, most: int = 400) -> Iterator[int]:
    """Batch sizes at random."""
    random = Random(seed)
    while True:
        yield random.randint(1, most)
