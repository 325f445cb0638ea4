"""Who watches: what was asked, what was answered, what is in the journal, and whether they agree.

It keeps its own books and asks the sequencer nothing.
"""

from random import Random

from exchange.core.allocation.events import AllocationIssued
from exchange.core.commands import AnyCommand, PlaceOrder, PlaceOrders
from exchange.core.events import LotCreated, TransferPosted
from exchange.core.invariants import violations
from exchange.core.outcomes import (
    Outcome,
    Sequenced,
    decode_command,
    encode_command,
    encode_events,
    encode_refusal,
)
from exchange.core.postings import GONE_UNITS
from exchange.core.receipts import Committed
from exchange.core.state import State
from exchange.core.types import Seq
from exchange.core.venue import Venue
from exchange.sequencer.journal import Entry
from tests.simulation.server import Named
from tests.simulation.world import World
from tests.support.memory_journal import Commit, MemoryDatabase
from tests.support.workload_allocation import kinds_done


class Witness:
    """Checks each commit and each answer when it happens, and all of them at the end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.database: MemoryDatabase
        self._asked: dict[str, list[bytes]] = {}
        self._names: set[str] = set()
        self._answered: dict[str, Committed] = {}
        self._journalled: dict[str, int] = {}
        self._orders: set[str] = set()
        self._last = (0, 0, 0)

    # What clients say

    def asked(self, named: Named) -> None:
        for command_id, command in named:
            self._asked.setdefault(command_id, []).append(encode_command(command))
            self._names.update(_order_ids(command))

    def acknowledged(self, command_id: str, command: AnyCommand, answer: Committed) -> None:
        """Check that an answer was durable when it came, and the same as the one before it."""
        self.world.note(f"answered {command_id} {answer.seq} {answer.replayed}")
        first = self._answered.setdefault(command_id, answer)
        if (first.seq, first.at_ns, first.outcome) != (answer.seq, answer.at_ns, answer.outcome):
            self.world.break_promise(f"{command_id}: repeated, and answered otherwise")
        entry = self._entry(answer.seq)
        if entry is None:
            self.world.break_promise(f"{command_id}: answered before it was durable")
        elif not _tells(entry, command_id, encode_command(command), answer):
            self.world.break_promise(f"{command_id}: answered, and journalled otherwise")

    def told_reused(self, command_id: str, command: AnyCommand) -> None:
        """Check that an id said to be used for another command was indeed asked for one."""
        self.world.meet("told reused", command_id)
        others = [other for other in self._asked[command_id] if other != encode_command(command)]
        if not others and not _order_ids(command):
            self.world.break_promise(f"{command_id}: told reused, and used once")

    def _entry(self, seq: int) -> Entry | None:
        synced = self.database.synced
        return synced[seq - 1] if seq <= len(synced) else None

    # What the database says

    def synced(self, commit: Commit) -> None:
        """Check a transaction that has become durable."""
        for entry in commit.entries:
            seq, at_ns, epoch = self._last
            if entry.seq != seq + 1:
                self.world.break_promise(f"entry {entry.seq} follows entry {seq}")
            if entry.at_ns < at_ns:
                self.world.break_promise(f"entry {entry.seq} is earlier than the one before")
            if commit.epoch < epoch:
                self.world.break_promise(f"entry {entry.seq} was written by a stale writer")
            self._last = (entry.seq, entry.at_ns, commit.epoch)
            self._check_id(entry)
        self.world.note(f"synced {self._last} {len(commit.entries)}")

    def _check_id(self, entry: Entry) -> None:
        if entry.command_id in self._journalled:
            self.world.break_promise(f"{entry.command_id}: carried out twice")
        self._journalled[entry.command_id] = entry.seq
        if entry.kind == "AdvanceTime":
            return
        if entry.command not in self._asked.get(entry.command_id, []):
            self.world.break_promise(f"{entry.command_id}: carried out, and never asked for")
        if entry.refusal is not None:
            return
        for order_id in _order_ids(decode_command(entry.command)):
            if order_id in self._orders:
                self.world.break_promise(f"{order_id}: two orders were accepted")
            self._orders.add(order_id)

    # At the end

    def conclude(self, live: Venue, recovered: Venue) -> None:
        """Check the answers against the journal, and three ways to the same state."""
        for command_id, answer in self._answered.items():
            entry = self._entry(answer.seq)
            asked = self._asked[command_id]
            if entry is None or not any(_tells(entry, command_id, a, answer) for a in asked):
                self.world.break_promise(f"{command_id}: answered, and not in the journal")
        replayed = self._replay()
        hashes = {
            "live": live.state_hash(),
            "replayed": replayed.state_hash(),
            "snapshot and tail": recovered.state_hash(),
        }
        if len(set(hashes.values())) != 1:
            shown = ", ".join(f"{name} {value.hex()[:12]}" for name, value in hashes.items())
            self.world.break_promise(f"different states: {shown}")
        for fault in violations(replayed.state):
            self.world.break_promise(f"at the end: {fault}")
        self.world.note(f"state {hashes['replayed'].hex()}")

    def _replay(self) -> Venue:
        """Carry out the whole journal, once through a snapshot's bytes, and count what it met."""
        venue = Venue(self.world.ledger)
        lots: dict[int, int] = {}
        cut = Random(self.world.seed).randrange(len(self.database.synced) + 1)
        for entry in self.database.synced:
            command = decode_command(entry.command)
            outcome = venue.apply(Sequenced(Seq(entry.seq), entry.at_ns, command))
            if not _same(entry, outcome):
                self.world.break_promise(f"entry {entry.seq} replays otherwise")
            self._count(command, outcome)
            _count_lots(outcome, lots)
            if entry.seq == cut:
                venue = Venue.restore(venue.snapshot())
        left = {lot_id: quantity for lot_id, quantity in lots.items() if quantity}
        if left != _lots_held(venue.state):
            self.world.break_promise("units of a lot were made or lost")
        return venue

    def _count(self, command: AnyCommand, outcome: Outcome) -> None:
        met = self.world.met
        if outcome.refusal is not None:
            met[f"refused {outcome.refusal.reason}"] += 1
            return
        for kind in kinds_done(command):
            met[f"did {kind.__name__}"] += 1
        for event in outcome.events:
            met[f"event {type(event).__name__}"] += 1


def _order_ids(command: AnyCommand) -> list[str]:
    orders = (command,) if isinstance(command, PlaceOrder) else ()
    if isinstance(command, PlaceOrders):
        orders = command.orders
    return [f"{order.participant_id}:{order.client_order_id}" for order in orders]


def _same(entry: Entry, outcome: Outcome) -> bool:
    refusal = None if outcome.refusal is None else encode_refusal(outcome.refusal)
    return entry.refusal == refusal and entry.events == encode_events(outcome.events)


def _tells(entry: Entry, command_id: str, command: bytes, answer: Committed) -> bool:
    told = (answer.seq, answer.at_ns, command_id, command)
    stored = (entry.seq, entry.at_ns, entry.command_id, entry.command)
    return told == stored and _same(entry, answer.outcome)


def _count_lots(outcome: Outcome, lots: dict[int, int]) -> None:
    """Keep account of the units of each lot: what is made, and what ends."""
    for event in outcome.events:
        if isinstance(event, LotCreated):
            lots[event.lot_id] = event.quantity
        elif isinstance(event, AllocationIssued):
            given = [entry.quantity for entry in event.entries if entry.quantity]
            lots.update(enumerate(given, event.first_lot_id))
        elif isinstance(event, TransferPosted):
            for parcel in event.parcels:
                if parcel.tradable_from_credit == GONE_UNITS:
                    lots[parcel.lot_id] -= parcel.quantity


def _lots_held(state: State) -> dict[int, int]:
    """Count the units of each lot: in accounts, in pending transfers, in freezes, in locks."""
    held: dict[int, int] = {}
    parcels = [
        (key & (1 << 40) - 1, quantity)
        for account in state.accounts.all.values()
        for key, quantity in account.parcels
    ]
    aside = [leg.parcels for chain in state.pending.values() for leg in chain.legs]
    aside += [frozen.parcels for frozen in state.freezes.values()]
    aside += [lock.parcels for lock in state.locks.locks.values()]
    parcels += [(parcel.lot_id, parcel.quantity) for some in aside for parcel in some]
    for lot_id, quantity in parcels:
        held[lot_id] = held.get(lot_id, 0) + quantity
    return held
