"""Lots end when their validity is over: what is free, on offer, on its way, frozen."""

import pytest

from exchange.core.commands import (
    AdmitParticipant,
    FreezeUnits,
    IssueUnits,
    PostTransfer,
    UnfreezeUnits,
    VoidTransfer,
)
from exchange.core.events import OrderCancelled, TransferPosted
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleKind, read_day
from exchange.core.types import AccountType, Purpose
from exchange.core.venue import Venue
from matching import CancelReason
from tests.core.allocation_markets import BAOTOU, REGION, due, ledger
from tests.support.builders import Market, issuing, plan, rule

LAST, AFTER = "2026-03-11", "2026-03-12 09:35"


def holding(m: Market, participant_id: int = 1):
    return m.venue.state.participants[participant_id].holdings[1]


def market(*, tradable_from: str = "2026-03-02") -> Market:
    """1 holds 100 units that are valid to the 11th (lot 1) and 50 without an end (lot 2)."""
    m = ledger()
    m.authorise("1000")
    day = read_day(tradable_from)
    m.do(IssueUnits(1, 1, 100, "2025", "", "", 0, read_day(LAST), day, "plan"))
    m.issue(1, "50")
    m.list("48.00")
    return m


def expiring(events) -> list[TransferPosted]:
    return [event for event in events if getattr(event, "code", "") == "expire"]


def test_units_are_valid_on_the_last_day_and_gone_on_the_next():
    m = market()
    m.advance(f"{LAST} 23:59")
    assert holding(m).posted == 150
    (ended,) = expiring(m.advance(AFTER).events)
    assert (ended.quantity, ended.reference) == (100, "valid to 2026-03-11")
    assert (holding(m).posted, holding(m).available) == (50, 50)
    assert m.at(Purpose.RETIRED) == 100
    assert -m.at(Purpose.SOURCE) == 1_000


def test_offers_give_way_the_newest_first_and_only_as_many_as_must():
    m = market()
    for quantity in (30, 60, 50):
        m.sell(1, f"{quantity}@48.00")
    events = m.advance(AFTER).events
    withdrawn = [event for event in events if isinstance(event, OrderCancelled)]
    assert [(one.order_id, one.reason) for one in withdrawn] == [
        (3, CancelReason.WITHDRAWN),
        (2, CancelReason.WITHDRAWN),
    ]
    assert (holding(m).posted, holding(m).held) == (50, 30)


def test_units_that_may_not_be_sold_yet_end_as_well():
    m = market(tradable_from="2026-04-01")
    assert holding(m).locked == 100
    m.advance(AFTER)
    assert (holding(m).posted, holding(m).locked, holding(m).available) == (50, 0, 50)


def test_what_is_frozen_ends_when_it_is_free():
    m = market()
    m.do(FreezeUnits(holding(m).account_id, 40, 1, "court order"))
    m.advance(AFTER)
    assert holding(m).posted == 90
    m.advance("2026-03-20 09:35")
    assert holding(m).posted == 90
    (ended,) = expiring(m.do(UnfreezeUnits(1, "lifted")))
    assert ended.quantity == 40
    assert holding(m).posted == 50


def test_what_is_on_its_way_ends_where_it_comes_to_rest():
    for finish, where in ((PostTransfer, 2), (VoidTransfer, 1)):
        m = market()
        m.issue(2, "1")
        legs = (holding(m), holding(m, 2), 40, 1)
        (pended,) = m.transfer(1, legs, pending=True).events
        m.advance(AFTER)
        assert holding(m).posted == 90
        (ended,) = expiring(m.do(finish(1, pended.chain_id)))
        assert (ended.debit_account_id, ended.quantity) == (holding(m, where).account_id, 40)


def test_the_place_counts_what_ended_as_used_and_has_no_more_left_than_before():
    content = plan(("a", 1, 400), valid_to=read_day(LAST))
    m = due(content)
    m.agreed(issuing(content))
    left = m.at(Purpose.HEADROOM, BAOTOU)
    m.advance(AFTER)
    assert (m.at(Purpose.ALLOCATED, BAOTOU), m.at(Purpose.USED, BAOTOU)) == (0, 400)
    assert m.at(Purpose.HEADROOM, BAOTOU) == left
    m.do(AdmitParticipant(1, AccountType.COMPLIANCE_ENTITY, REGION, "", "", 0, "notice"))
    assert m.at(Purpose.USED, BAOTOU) == 400


@pytest.mark.parametrize("restored", [False, True])
def test_a_ledger_whose_rules_do_not_say_so_keeps_them_until_they_do(restored):
    m = market()
    m.activate(rule("carbon.validity.lots_end", RuleKind.FLAG, "false"))
    m.advance(AFTER)
    assert holding(m).posted == 150
    if restored:
        m.venue = Venue.restore(m.venue.snapshot())
    yes = rule("carbon.validity.lots_end", RuleKind.FLAG, "true", version=100)
    m.activate(yes)
    m.advance("2026-03-13 09:35")
    assert holding(m).posted == 50


def test_a_restored_ledger_ends_what_was_to_end():
    m = market()
    m.do(FreezeUnits(holding(m).account_id, 40, 1, "court order"))
    for local in (f"{LAST} 10:00", AFTER):
        m.advance(local)
        copy = Venue.restore(m.venue.snapshot())
        assert copy.state.validity == m.venue.state.validity
        assert copy.snapshot() == m.venue.snapshot()


def test_an_issue_that_has_ended_is_refused():
    m = market()
    ended = IssueUnits(1, 1, 1, "2025", "", "", 0, read_day("2026-03-01"), 0, "plan")
    assert m.refused(ended).reason is RejectReason.VALIDITY_BACKWARDS
