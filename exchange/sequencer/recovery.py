"""From what is stored to a live venue: the newest snapshot, then every entry after it, checked.

A ledger opens only when replay gives the very bytes the journal holds, the state keeps its
invariants, and the projected balances equal the state's: replay is truth, and the database is its
second witness. A snapshot of another format, as another release left it, is passed over: an older
one or the whole journal leads to the same state.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from exchange.core import snapshot
from exchange.core.commands import AnyCommand
from exchange.core.invariants import violations
from exchange.core.outcomes import (
    Sequenced,
    decode_command,
    encode_events,
    encode_refusal,
)
from exchange.core.types import Seq
from exchange.core.venue import Venue
from exchange.sequencer.batch import order_names
from exchange.sequencer.id_filter import IdFilter
from exchange.sequencer.journal import Entry, Journal, StoredSnapshot
from exchange.sequencer.seen import note

REMEDY = (
    "the ledger stays closed; stop the server and run `steppe-server rebuild`, which makes what is"
    " derived anew from the journal"
)


class RecoveryError(Exception):
    """What is stored contradicts itself; the ledger must not open."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A venue as of the journal's end, the ids it has seen, and how many entries were replayed."""

    venue: Venue
    ids: IdFilter
    replayed: int


@contextmanager
def collector_off() -> Iterator[None]:
    """Keep the garbage collector from looking again and again at millions of new objects.

    What recovery builds stays, so the collector would find nothing and take as long as the rest.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def reclaim() -> None:
    """Free a venue that was let go, before another one is built.

    Its parts refer to each other, and what was there at the server's start is frozen
    (`gc.freeze`): without this each recovery of a running server would leave a whole venue behind.
    """
    gc.unfreeze()
    gc.collect()


async def recover(journal: Journal, ledger: str, last_seq: int) -> Recovered:
    """Build a ledger from what is stored. Raises: RecoveryError."""
    with collector_off():
        venue = await _from_snapshot(journal, ledger)
        ids = IdFilter.restore(await journal.filter_chunks())
        replayed = 0
        async for entry in journal.entries_after(venue.state.seq):
            command = replay(venue, entry)
            note(ids, entry.command_id, () if entry.refusal else order_names(command))
            replayed += 1
        if venue.state.seq != last_seq:
            raise RecoveryError(f"{ledger}: journal ends at {venue.state.seq}, lease at {last_seq}")
        faults = violations(venue.state)
        if faults:
            raise RecoveryError(f"{ledger}: {faults[0]}")
        await _compare_balances(journal, venue)
        return Recovered(venue, ids, replayed)


async def _from_snapshot(journal: Journal, ledger: str) -> Venue:
    """Return the venue of the newest snapshot that can be read, or an empty one."""
    async for stored in journal.snapshots():
        if snapshot.digest(stored.state) != stored.state_hash:
            text = f"{ledger}: snapshot {stored.seq} does not match its hash; {REMEDY}"
            raise RecoveryError(text)
        venue = _restored(ledger, stored)
        if venue is not None:
            return venue
    return Venue(ledger)


def _restored(ledger: str, stored: StoredSnapshot) -> Venue | None:
    """Return the venue of a snapshot, or None when it is of another format."""
    try:
        if snapshot.format_of(stored.state) != snapshot.FORMAT:
            return None
        venue = Venue.restore(stored.state)
    except (ValueError, LookupError, AssertionError) as fault:
        text = f"{ledger}: snapshot {stored.seq} is no state: {fault!r}; {REMEDY}"
        raise RecoveryError(text) from fault
    if venue.state.ledger != ledger or venue.state_hash() != stored.state_hash:
        text = f"{ledger}: snapshot {stored.seq} restores to another state; {REMEDY}"
        raise RecoveryError(text)
    return venue


async def last_moment_ns(journal: Journal, venue: Venue) -> int:
    """Return the time of the journal's last entry: the clock of this machine may be behind it."""
    last_ns = venue.state.now_ns
    async for entry in journal.entries_after(venue.state.seq - 1):
        last_ns = entry.at_ns
    return last_ns


def replay(venue: Venue, entry: Entry) -> AnyCommand:
    """Apply one journalled entry again. Raises: RecoveryError when it comes out otherwise."""
    command = decode_command(entry.command)
    outcome = venue.apply(Sequenced(Seq(entry.seq), entry.at_ns, command))
    refusal = None if outcome.refusal is None else encode_refusal(outcome.refusal)
    if refusal != entry.refusal or encode_events(outcome.events) != entry.events:
        raise RecoveryError(f"{venue.state.ledger}: entry {entry.seq} replays otherwise")
    return command


async def _compare_balances(journal: Journal, venue: Venue) -> None:
    projected = await journal.balances()
    accounts = venue.state.accounts.all
    if len(projected) != len(accounts):
        raise RecoveryError(
            f"{venue.state.ledger}: accounts differ from the projected ones; {REMEDY}"
        )
    for account_id, account in accounts.items():
        if projected.get(account_id) != (account.posted, account.held):
            raise RecoveryError(
                f"{venue.state.ledger}: account {account_id} differs from its projection; {REMEDY}"
            )
