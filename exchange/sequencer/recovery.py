"""From what is stored to a live venue: the newest snapshot, then every entry after it, checked.

A ledger opens only when replay gives the very bytes the journal holds, the state keeps its
invariants, and the projected balances equal the state's: replay is truth, and the database is its
second witness.
"""

from dataclasses import dataclass

from exchange.core.commands import AnyCommand
from exchange.core.invariants import violations
from exchange.core.outcomes import (
    Sequenced,
    decode_command,
    encode_events,
    encode_refusal,
)
from exchange.core.snapshot import digest
from exchange.core.types import Seq
from exchange.core.venue import Venue
from exchange.sequencer.batch import order_names
from exchange.sequencer.id_filter import IdFilter
from exchange.sequencer.journal import Entry, Journal
from exchange.sequencer.seen import note


class RecoveryError(Exception):
    """What is stored contradicts itself; the ledger must not open."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A venue as of the journal's end, the ids it has seen, and how many entries were replayed."""

    venue: Venue
    ids: IdFilter
    replayed: int


async def recover(journal: Journal, ledger: str, last_seq: int) -> Recovered:
    """Build a ledger from what is stored. Raises: RecoveryError."""
    stored = await journal.newest_snapshot()
    if stored is None:
        venue = Venue(ledger)
    else:
        if digest(stored.state) != stored.state_hash:
            raise RecoveryError(f"{ledger}: snapshot {stored.seq} does not match its hash")
        venue = Venue.restore(stored.state)
        if venue.state_hash() != stored.state_hash:
            raise RecoveryError(f"{ledger}: snapshot {stored.seq} restores to another state")
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
        raise RecoveryError(f"{venue.state.ledger}: accounts differ from the projected ones")
    for account_id, account in accounts.items():
        if projected.get(account_id) != (account.posted, account.held):
            raise RecoveryError(
                f"{venue.state.ledger}: account {account_id} differs from its projection"
            )
