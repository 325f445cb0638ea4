"""The first witness: the journal replayed from its very beginning, trusting no snapshot.

Each entry must give the very bytes that are stored, entries must follow each other without a gap
up to the lease, the state at the end must keep its invariants, and each snapshot must be the state
the journal leads to.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import msgspec

from exchange.audit.findings import Check
from exchange.core.invariants import violations
from exchange.core.outcomes import Sequenced, decode_command, encode_events, encode_refusal
from exchange.core.snapshot import digest as digest_of
from exchange.core.types import Seq
from exchange.core.venue import Venue

PAGE_ENTRIES = 5_000

Connection = Any  # asyncpg's connection is generic over its record type
Record = Any

_ENTRIES = (
    "SELECT seq, epoch, at_ns, kind, command, refusal, events FROM journal"
    " WHERE ledger = $1 AND seq > $2 ORDER BY seq LIMIT $3"
)


_SNAPSHOTS = (
    "SELECT seq, state_hash, sha256(state), substring(state FOR 2) FROM snapshots WHERE ledger = $1"
)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the replay found, and each account's posted and held amounts at its end."""

    last_seq: int
    checks: list[Check]
    balances: dict[int, tuple[int, int]] | None
    bad_snapshots: list[int]


async def pages(connection: Connection, query: str, ledger: int) -> AsyncGenerator[list[Record]]:
    """Yield entries in order, a page at a time; the next is read while one is worked on.

    Nothing else may use the connection meanwhile.
    """
    page = await connection.fetch(query, ledger, -1, PAGE_ENTRIES)
    while page:
        after = page[-1]["seq"]
        following = asyncio.create_task(connection.fetch(query, ledger, after, PAGE_ENTRIES))
        try:
            yield page
        finally:
            page = await following


async def replay(connection: Connection, number: int, ledger: str, most: int) -> Replayed:
    """Replay the journal of a ledger as the connection sees it."""
    lease = await connection.fetchrow(
        "SELECT epoch, last_seq FROM leases WHERE ledger = $1", number
    )
    epoch, last_seq = (0, 0) if lease is None else lease
    run = _Replay(ledger, most)
    for seq, *stored in await connection.fetch(_SNAPSHOTS, number):
        run.snapshots[seq] = tuple(stored)
    async with aclosing(pages(connection, _ENTRIES, number)) as journal:
        async for page in journal:
            await asyncio.to_thread(run.apply, page)
            if run.stopped:
                break
    await asyncio.to_thread(run.finish, epoch, last_seq)
    balances = None
    if not run.stopped:
        accounts = run.venue.state.accounts.all.values()
        balances = {int(a.account_id): (a.posted, a.held) for a in accounts}
    checks = [run.journal, run.invariants, run.stored]
    return Replayed(last_seq, checks, balances, run.bad_snapshots)


class _Replay:
    """The venue on its way through the journal, and what it found there."""

    def __init__(self, ledger: str, most: int) -> None:
        self.venue = Venue(ledger)
        self.journal = Check("journal")
        self.invariants = Check("invariants")
        self.stored = Check("snapshots")
        self.snapshots: dict[int, tuple[bytes, ...]] = {}
        self.bad_snapshots: list[int] = []
        self.stopped = False
        self._most = most
        self._epoch = 0

    @property
    def seq(self) -> int:
        return self.venue.state.seq

    def apply(self, page: list[Record]) -> None:
        """Apply entries until the page ends or replay cannot go on."""
        for row in page:
            seq = row["seq"]
            if seq != self.seq + 1:
                self._stop(self.seq + 1, "the next entry", f"a gap up to entry {seq}")
                return
            try:
                self._apply_one(row)
            except (msgspec.MsgspecError, AssertionError, KeyError, ValueError) as fault:
                self._stop(seq, "an entry that can be applied", repr(fault))
                return
            self.journal.compared += 1
            if seq in self.snapshots:
                self._compare_snapshot(*self.snapshots.pop(seq))

    def _apply_one(self, row: Record) -> None:
        seq, epoch, at_ns, kind, encoded, refusal, events = row
        command = decode_command(encoded)
        outcome = self.venue.apply(Sequenced(Seq(seq), at_ns, command))
        expected = None if outcome.refusal is None else encode_refusal(outcome.refusal)
        if refusal != expected:
            self._differ(seq, "refusal", expected, refusal)
        expected = encode_events(outcome.events)
        if events != expected:
            self._differ(seq, "events", expected, events)
        if kind != type(command).__name__:
            self._differ(seq, "kind", type(command).__name__, kind)
        if epoch < self._epoch:
            self._differ(seq, "epoch", f"at least {self._epoch}", epoch)
        self._epoch = epoch

    def _compare_snapshot(self, state_hash: bytes, digest: bytes, beginning: bytes) -> None:
        """Compare a snapshot; a sound one of another release's format is passed over."""
        self._invariants()
        state = self.venue.snapshot()
        if state_hash == digest and beginning != state[:2]:  # the array's length, the format
            return
        expected = digest_of(state)
        self.stored.compared += 1
        for what, found in (("state_hash", state_hash), ("SHA-256 of state", digest)):
            if found != expected:
                key = {"seq": self.seq, "field": what}
                self.stored.add(self._most, key, expected.hex(), found.hex())
                self.bad_snapshots.append(self.seq)
                return

    def finish(self, epoch: int, last_seq: int) -> None:
        """Look at what can be seen only at the end."""
        if self.stopped:
            return
        if self.seq != last_seq:
            key = {"seq": self.seq + 1}
            self.journal.add(self._most, key, f"the lease's end, {last_seq}", f"end at {self.seq}")
        if self._epoch > epoch:
            self._differ(self.seq, "epoch", f"at most the lease's {epoch}", self._epoch)
        for seq in sorted(self.snapshots):
            self.stored.compared += 1
            self.stored.add(self._most, {"seq": seq}, "an entry of this number", "none")
            self.bad_snapshots.append(seq)
        self._invariants()

    def _invariants(self) -> None:
        self.invariants.compared += 1
        for violation in violations(self.venue.state):
            self.invariants.add(self._most, {"seq": self.seq}, "no violation", violation)

    def _differ(self, seq: int, name: str, expected: object, found: object) -> None:
        key = {"seq": seq, "field": name}
        self.journal.add(self._most, key, _shown(expected), _shown(found))

    def _stop(self, seq: int, expected: str, found: str) -> None:
        self.stopped = True
        self.journal.add(self._most, {"seq": seq}, expected, f"{found}; replay ends here")


def _shown(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
