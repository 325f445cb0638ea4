"""The same entries lead to the same state: replayed, cut in two, or through bytes and back."""

from functools import cache
from typing import get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.core import invariants, snapshot
from exchange.core.events import AnyEvent
from exchange.core.outcomes import (
    Outcome,
    Sequenced,
    decode_command,
    decode_events,
    decode_refusal,
    encode_command,
    encode_events,
    encode_refusal,
)
from exchange.core.venue import INSTITUTIONS, Venue
from matching import Side
from matching import snapshot as book_snapshot
from tests.support.builders import Market, carbon_market
from tests.support.played import play
from tests.support.workload_allocation import kinds_done
from tests.support.workload_orders import SCENES

COMMANDS = 3_000
LEDGERS = tuple(SCENES)


@cache
def played(ledger: str) -> Market:
    return play(ledger, seed=20260302, count=COMMANDS)


def replay(venue: Venue, entries: list[Sequenced]) -> list[Outcome]:
    return [venue.apply(entry) for entry in entries]


@pytest.mark.parametrize("ledger", LEDGERS)
def test_replaying_the_entries_gives_the_same_outcomes_and_hash(ledger):
    market = played(ledger)
    venue = Venue(ledger)
    assert replay(venue, market.entries) == market.outcomes
    assert venue.state_hash() == market.venue.state_hash()


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_snapshot_goes_on_as_if_it_had_never_been_taken(ledger):
    market = played(ledger)
    venue, done = Venue(ledger), 0
    outcomes: list[Outcome] = []
    for cut in (1, 2, 60, 500, 501, 1_200, 2_000, 2_999, COMMANDS):
        outcomes += replay(venue, market.entries[done:cut])
        restored = Venue.restore(venue.snapshot())
        assert restored.snapshot() == venue.snapshot()
        assert invariants.violations(restored.state) == []
        venue, done = restored, cut
    assert outcomes == market.outcomes
    assert venue.state_hash() == market.venue.state_hash()


@pytest.mark.parametrize("ledger", LEDGERS)
def test_commands_events_and_refusals_come_back_from_their_bytes(ledger):
    market = played(ledger)
    for entry, outcome in zip(market.entries, market.outcomes, strict=True):
        assert decode_command(encode_command(entry.command)) == entry.command
        assert decode_events(encode_events(outcome.events)) == outcome.events
        if outcome.refusal is not None:
            assert decode_refusal(encode_refusal(outcome.refusal)) == outcome.refusal


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_journal_of_bytes_leads_to_the_same_hash(ledger):
    market = played(ledger)
    venue = Venue(ledger)
    for entry in market.entries:
        command = decode_command(encode_command(entry.command))
        venue.apply(Sequenced(entry.seq, entry.at_ns, command))
    assert venue.state_hash() == market.venue.state_hash()


def test_the_workload_meets_every_command_and_event_and_most_reasons():
    done, seen, reasons = set(), set(), set()
    for ledger in LEDGERS:
        market = played(ledger)
        for entry, outcome in zip(market.entries, market.outcomes, strict=True):
            if outcome.refusal is None:
                done.update(kinds_done(entry.command))
            else:
                reasons.add(outcome.refusal.reason)
            seen.update(type(event) for event in outcome.events)
        assert market.venue.state.last_trade > 150
    assert done == set(INSTITUTIONS)
    assert seen == set(get_args(AnyEvent))
    assert len(reasons) > 50


@settings(max_examples=12, deadline=None)
@given(ledger=st.sampled_from(LEDGERS), seed=st.integers(0, 10**9), cut=st.integers(60, 250))
def test_any_workload_replays_and_resumes(ledger, seed, cut):
    market = play(ledger, seed, 250)
    venue = Venue(ledger)
    replay(venue, market.entries[:cut])
    resumed = Venue.restore(venue.snapshot())
    for each in (venue, resumed):
        replay(each, market.entries[cut:])
        assert each.state_hash() == market.venue.state_hash()


def test_bytes_that_are_no_snapshot_are_told_apart():
    data = Market().venue.snapshot()
    record = msgspec.msgpack.decode(data)
    record[0] += 1
    with pytest.raises(ValueError, match="snapshot format 5 is not 4"):
        Venue.restore(msgspec.msgpack.encode(record))
    with pytest.raises(ValueError, match="truncated"):
        Venue.restore(data[:-1])


def test_a_new_form_of_the_book_is_a_new_format_of_the_whole():
    assert (snapshot.FORMAT, book_snapshot.VERSION) == (4, 2), "raise both, then these"


@pytest.mark.parametrize(
    ("column", "values", "problem"),
    [
        (0, [7], "does not rest: 7"),
        (0, [1, 1], "other orders in its books"),
        (1, [1, 1], "longer"),
    ],
)
def test_a_ledger_that_knows_other_orders_than_its_books_is_no_snapshot(column, values, problem):
    market = carbon_market()
    market.sell(1, "10@48.00")
    record = msgspec.msgpack.decode(market.venue.snapshot())
    assert record[11][0] == [1]
    record[11][column] = values
    with pytest.raises(ValueError, match=problem):
        Venue.restore(msgspec.msgpack.encode(record))


@pytest.mark.parametrize("name", ["leaves", "price", "quantity", "side", "hold_per_step"])
def test_the_invariants_see_an_order_that_differs_from_its_book(name):
    market = carbon_market()
    market.sell(1, "10@48.00")
    (order,) = market.venue.state.orders.values()
    setattr(order, name, Side.BUY if name == "side" else getattr(order, name) + 1)
    assert invariants.violations(market.venue.state)


def test_the_invariants_see_an_order_that_only_one_of_book_ledger_and_member_knows():
    for forget in (
        lambda state: state.orders.popitem(),
        lambda state: state.participants[1].open_orders.popitem(),
        lambda state: state.instruments[1].book.cancel(1),
    ):
        market = carbon_market()
        market.sell(1, "10@48.00")
        forget(market.venue.state)
        assert invariants.violations(market.venue.state)


def test_the_sequence_has_no_gaps_and_time_never_goes_back():
    market = Market()
    entry = market.entries[-1]
    with pytest.raises(AssertionError):
        market.venue.apply(entry)
    with pytest.raises(AssertionError):
        market.venue.apply(Sequenced(entry.seq + 2, entry.at_ns, entry.command))
    with pytest.raises(AssertionError):
        market.venue.apply(Sequenced(entry.seq + 1, entry.at_ns - 1, entry.command))


def test_a_command_stamped_after_something_due_waits_for_the_clock():
    market = Market()
    late = market.venue.next_due_ns
    with pytest.raises(AssertionError):
        market.venue.apply(Sequenced(market.venue.state.seq + 1, late, market.entries[-1].command))
