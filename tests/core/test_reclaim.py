"""Units taken back: which go first, what is never touched, which asks fall."""

import pytest

from exchange.core import invariants
from exchange.core.accounts import parcels_of
from exchange.core.commands import FreezeUnits
from exchange.core.postings import GONE_UNITS, move
from exchange.core.reclaim import reclaim, reclaimable
from exchange.core.types import Purpose, TransferCode
from matching import CancelReason
from tests.support.builders import Market


def holder() -> Market:
    """1 holds lots 1 (60 t) and 2 (30 t), and lot 3 (10 t) from 2026-03-05 on."""
    m = Market("carbon")
    m.define()
    m.authorise("100")
    m.admit(1)
    m.issue(1, "60")
    m.issue(1, "30")
    m.issue(1, "10", tradable_from="2026-03-05")
    m.list("48.00")
    return m


def take_back(m: Market, quantity: int, first=()):
    """Take units back for good; return the asks that fell and what was taken of which lot."""
    state, holding = m.venue.state, m.holding(1)
    events, taken = reclaim(state, holding, quantity, first)
    whole = sum(part for _, _, part in taken)
    issuable = state.accounts.house(holding.asset_id, Purpose.ISSUABLE)
    parcels = parcels_of(taken, GONE_UNITS)
    move(state, holding, issuable, whole, TransferCode.ISSUE, "", parcels)
    assert invariants.violations(state) == []
    return [event.order_id for event in events], [(lot, part) for lot, _, part in taken]


@pytest.mark.parametrize(
    ("quantity", "first", "taken"),
    [
        (5, (), [(3, 5)]),
        (10, (), [(3, 10)]),
        (25, (), [(3, 10), (2, 15)]),
        (100, (), [(3, 10), (2, 30), (1, 60)]),
        (150, (), [(3, 10), (2, 30), (1, 60)]),
        (70, (1,), [(1, 60), (3, 10)]),
        (95, (1, 2), [(2, 30), (1, 60), (3, 5)]),
        (0, (), []),
    ],
)
def test_the_newest_units_go_first_but_for_the_lots_named(quantity, first, taken):
    m = holder()
    assert take_back(m, quantity, first) == ([], taken)
    assert m.holding(1).posted == 100 - sum(part for _, part in taken)


@pytest.mark.parametrize(
    ("quantity", "fallen"), [(10, []), (30, []), (31, [2]), (60, [2]), (61, [2, 1]), (100, [2, 1])]
)
def test_asks_fall_the_newest_first_and_no_more_than_needed(quantity, fallen):
    m = holder()
    m.sell(1, "40@50.00")
    m.sell(1, "30@49.00")
    assert take_back(m, quantity)[0] == fallen


def test_an_ask_that_falls_says_that_its_owner_did_not_ask():
    m = holder()
    m.sell(1, "90@50.00")
    (event,), _ = reclaim(m.venue.state, m.holding(1), 11)
    assert event.reason is CancelReason.WITHDRAWN
    assert event.released == 90


def test_what_is_pending_or_frozen_stays():
    m = holder()
    m.do(FreezeUnits(m.holding(1).account_id, 20, 0, "document"))
    assert reclaimable(m.holding(1)) == 80
    assert take_back(m, 100) == ([], [(3, 10), (2, 30), (1, 40)])
    assert m.holding(1).posted == 20
