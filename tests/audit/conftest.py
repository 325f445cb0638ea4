"""A database with a busy journal in each ledger, made once and copied for each test."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import make_url

from exchange.core.after_issue.events import AllocationTruedUp, ClaimOpened, EntityClosed
from exchange.core.allocation.events import AllocationIssued, ObjectionDecided
from exchange.core.events import SessionChanged, UnitsFrozen
from exchange.core.venue import Venue
from tests.audit.support import CARBON, LEDGERS
from tests.support import journals
from tests.support.builders import Market
from tests.support.played import play
from tests.support.postgres import TEMPLATE, copy_of, database, postgres

__all__ = ["busy", "busy_template", "database", "postgres"]

SEED = 20260310  # from which on a play is looked for in which all that follows happened
HAPPENED = (
    *(AllocationIssued, ObjectionDecided, SessionChanged, UnitsFrozen),
    *(AllocationTruedUp, ClaimOpened, EntityClosed),
)
"""What fills the tables that a market at random may leave empty, as are books without orders."""
COMMANDS = 1_000
SNAPSHOT_AT = 500


def busy_market(ledger: str, due: set[int]) -> Market:
    """Play until a market has rows for every table, and a session that ends as no other does."""
    for seed in range(SEED, SEED + 50):
        market = play(ledger, seed, COMMANDS)
        met = {type(event) for outcome in market.outcomes for event in outcome.events}
        fresh = market.venue.next_due_ns not in due
        if met.issuperset(HAPPENED) and market.venue.state.orders and fresh:
            due.add(market.venue.next_due_ns)
            return market
    raise AssertionError(f"no seed makes everything happen on {ledger}")


@pytest.fixture(scope="session")
def busy_template(postgres: str) -> Iterator[str]:
    """The name of a database in which every kind of command was carried out."""

    async def fill(dsn: str) -> None:
        due: set[int] = set()
        for ledger in LEDGERS:
            market = busy_market(ledger.code, due)
            entries = list(zip(market.entries, market.outcomes, strict=True))
            await journals.write(dsn, ledger.number, entries, journals.sizes(ledger.number, 40))
            venue = Venue(ledger.code)
            for sequenced, _ in entries[: SNAPSHOT_AT if ledger == CARBON else COMMANDS]:
                venue.apply(sequenced)
            await journals.write_snapshot(dsn, ledger.number, venue)

    with copy_of(postgres, TEMPLATE) as dsn:
        asyncio.run(fill(dsn))
        name = make_url(dsn).database
        assert name is not None
        yield name


@pytest.fixture
def busy(postgres: str, busy_template: str) -> Iterator[str]:
    """The application's address of a copy of its own."""
    with copy_of(postgres, busy_template) as dsn:
        yield dsn
