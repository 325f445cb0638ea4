"""Locks on lots: what is locked cannot be sold, moved or frozen, and ends with its lot."""

import pytest

from exchange.core import invariants
from exchange.core.commands import CreateTransfer, FreezeUnits, PlaceOrder, TransferLeg
from exchange.core.endings import end_units
from exchange.core.locks import drawing
from exchange.core.locks.commands import LockUnits
from exchange.core.locks.events import LockDrawn, UnitsLocked, UnitsUnlocked
from exchange.core.reasons import RejectReason
from exchange.core.reclaim import reachable
from exchange.core.types import LockKind, Purpose, TransferCode
from exchange.core.venue import Venue
from matching import Side
from tests.core.allocation_markets import BAOTOU, due
from tests.core.compliance_markets import giving, verified
from tests.core.paid_markets import running
from tests.core.permit_markets import LIFT, ended, ledger, lock, locked, permitted
from tests.support.builders import issuing, order, plan

R = RejectReason
OWN_USE, PERMIT, SUSPENDED = LockKind


def test_what_is_locked_is_held_back_and_what_is_lifted_is_free_again():
    m = locked()
    holding = m.holding(1)
    assert (holding.posted, holding.held, holding.available) == (100_000, 30_000, 70_000)
    (lifted,) = m.agreed(LIFT)
    assert isinstance(lifted, UnitsUnlocked)
    assert (lifted.quantity, holding.available) == (30_000, 100_000)
    assert m.venue.state.locks.of_account == {}


def test_what_is_locked_can_be_neither_sold_nor_moved_nor_frozen():
    m = locked()
    m.list("1000.00", code="SO2-1")
    m.issue(2, "1")
    mine, theirs = m.holding(1), m.holding(2)
    leg = TransferLeg(mine.account_id, theirs.account_id, 70_001, 1)
    for command in (
        order(1, Side.SELL, 70_001, 100_000),
        CreateTransfer(1, (leg,), False, "contract"),
        FreezeUnits(mine.account_id, 70_001, 1, "court order"),
    ):
        assert isinstance(command, PlaceOrder | CreateTransfer | FreezeUnits)
        assert m.refused(command).reason is R.UNITS_INSUFFICIENT


def test_what_is_for_own_use_can_be_taken_back_first_the_suspended_never():
    m = locked()
    m.agreed(lock(m, 20_000))
    m.agreed(lock(m, 10_000, SUSPENDED))
    state, holding = m.venue.state, m.holding(1)
    member = state.participants[1]
    assert drawing.kept(state, holding, 1, OWN_USE) == 50_000
    assert drawing.kept(state, holding, 0, OWN_USE, SUSPENDED) == 60_000
    assert reachable(state, member, 1, 1) == reachable(state, member, 1) == 90_000
    events = end_units(state, member, 1, 35_000, TransferCode.EXPIRE, "used")
    assert [event for event in events if isinstance(event, LockDrawn)] == [
        LockDrawn(1, holding.account_id, 30_000, 0),
        LockDrawn(2, holding.account_id, 5_000, 15_000),
    ]
    assert list(state.locks.locks) == [2, 3]
    assert (holding.posted, holding.held, holding.available) == (65_000, 25_000, 40_000)
    end_units(state, member, 1, 45_000, TransferCode.EXPIRE, "used", 1)
    assert (holding.posted, holding.held, holding.available) == (20_000, 10_000, 10_000)
    assert invariants.violations(state) == []


def test_what_is_for_own_use_can_be_surrendered_and_what_is_suspended_cannot():
    m = verified()
    m.do(FreezeUnits(m.holding(1).account_id, 100, 1, "court order"))
    for quantity, kind in ((500, OWN_USE), (1_400, SUSPENDED)):
        terms = (1, quantity, kind, "special purpose", "order")
        m.agreed(LockUnits(m.holding(1).account_id, *terms))
    assert m.ask(giving((1, 501))).refusal.reason is R.UNITS_INSUFFICIENT
    m.agreed(giving((1, 500)))
    assert (m.holding(1).posted, m.holding(1).held - 100) == (2_000, 1_400)


def test_a_suspension_leaves_what_is_for_own_use_where_it_is():
    m = running()
    quantity = m.holding(1).available
    terms = (1, quantity // 2, OWN_USE, "special purpose", "order")
    m.agreed(LockUnits(m.holding(1).account_id, *terms))
    m.advance("2027-04-02 09:35")
    (frozen,) = m.venue.state.freezes.values()
    assert frozen.quantity == quantity - quantity // 2
    assert m.venue.state.locks.locks[1].quantity == quantity // 2
    assert m.holding(1).available == 0


@pytest.mark.parametrize("kind", LockKind)
def test_what_is_locked_ends_with_its_lot(kind):
    m = locked(kind)
    events = m.advance("2031-03-02 09:35").events
    assert [event.left for event in events if isinstance(event, LockDrawn)] == [0]
    assert (m.holding(1).posted, m.holding(1).held) == (0, 0)
    assert m.at(Purpose.RETIRED) == 100_000
    assert m.refused(LIFT).reason is R.APPROVAL_REQUIRED
    assert m.ask(LIFT).refusal.reason is R.LOCK_UNKNOWN


def test_lots_of_a_plan_for_own_use_are_locked_from_the_start():
    content = plan(("a", 1, 400), ("b", 1, 0), ("c", 5, 100), use="own_use")
    m = due(content)
    events = m.agreed(issuing(content))
    made = [event for event in events if isinstance(event, UnitsLocked)]
    assert [(one.lot_id, one.quantity, one.kind) for one in made] == [
        (1, 400, OWN_USE),
        (2, 100, OWN_USE),
    ]
    assert [one.account_id for one in made] == [m.holding(1).account_id, m.holding(5).account_id]
    assert (m.holding(1).available, m.at(Purpose.ALLOCATED, BAOTOU)) == (0, 500)


def test_a_plan_for_an_unknown_use_is_refused():
    content = plan(("a", 1, 400), use="heating")
    assert due(content).ask(issuing(content)).refusal.reason is R.PLAN_CONTENT_INVALID


def test_a_plan_for_any_use_has_the_bytes_it_always_had():
    content = plan(("a", 1, 400))
    assert issuing(content).content.endswith(b"\xa0")
    assert len(issuing(content).content) < len(issuing(plan(("a", 1, 400), use="own_use")).content)


def test_a_restored_ledger_has_its_locks_and_permits():
    for built in (locked, ended, permitted, ledger):
        m = built()
        copy = Venue.restore(m.venue.snapshot())
        assert copy.state.locks == m.venue.state.locks
        assert copy.state.permits == m.venue.state.permits
