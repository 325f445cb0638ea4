"""Voluntary cancellation: units end for good, offers give way, totals and holds keep."""

from exchange.core.cancellation.events import UnitsCancelled
from exchange.core.events import OrderCancelled, TransferPosted
from exchange.core.types import Purpose
from exchange.core.venue import Venue
from tests.core.refusals_cancellation import cancelling, holding, pledged


def test_what_is_cancelled_has_ended_and_is_counted():
    m = holding()
    cancelled, *events = m.agreed(cancelling(60))
    assert cancelled == UnitsCancelled(1, 1, 1, 1, 60, "beneficiary", "claimed")
    (posted,) = (event for event in events if isinstance(event, TransferPosted))
    assert (posted.code, posted.quantity) == ("cancel_units", 60)
    state = m.venue.state
    assert m.holding(1).posted == 40
    assert state.accounts.house(1, Purpose.RETIRED).posted == 60
    m.agreed(cancelling(40))
    assert (state.cancellation.last, state.cancellation.cancelled) == (2, {1: 100})
    assert Venue.restore(m.venue.snapshot()).state_hash() == m.venue.state_hash()


def test_an_offer_gives_way_and_a_pledge_does_not():
    m = pledged()
    m.list("48.00")
    m.sell(1, "40@48.00")
    events = m.agreed(cancelling(40))
    assert [type(event) for event in events if isinstance(event, OrderCancelled)] == [
        OrderCancelled
    ]
    assert (m.holding(1).posted, m.holding(1).held) == (60, 60)
    assert m.venue.state.orders == {}


def test_under_a_control_total_what_is_cancelled_counts_as_used():
    m = holding()
    m.admit(1, region="150200")
    m.total(1_000, "150000")
    m.agreed(cancelling(30))
    house = m.venue.state.accounts.house
    assert house(1, Purpose.ALLOCATED, "150000").posted == 70
    assert house(1, Purpose.USED, "150000").posted == 30
