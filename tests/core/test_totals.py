"""Control totals as accounts: set, adjusted, and following the units wherever they go."""

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.core import invariants
from exchange.core.commands import AdmitParticipant, IssueUnits, PostTransfer
from exchange.core.events import PlaceAccountOpened, TransferPosted
from exchange.core.reasons import RejectReason
from exchange.core.totals import places
from exchange.core.totals.commands import AdjustControlTotal, SetControlTotal
from exchange.core.totals.events import ControlTotalSet
from exchange.core.types import AccountType, Day, Purpose, TransferCode
from tests.core.allocation_markets import (
    BAOTOU,
    ORDOS,
    PLAN,
    REGION,
    due,
    ledger,
    set_total,
    tracked,
)
from tests.support.builders import Market, issuing

HEADROOM, ALLOCATED = Purpose.HEADROOM, Purpose.ALLOCATED


def moves(events) -> list[TransferPosted]:
    return [e for e in events if isinstance(e, TransferPosted) and e.code == "total_moved"]


def trading() -> Market:
    """1 of Baotou holds 400, 2 of Ordos 300; 5 lives in a banner of Baotou."""
    m = due()
    m.agreed(issuing(PLAN))
    m.list("48.00")
    for participant_id in (1, 2, 5):
        m.deposit(participant_id, "1000000.00")
    return m


def test_the_parent_of_a_place_is_arithmetic():
    assert list(places.chain("150221")) == ["150221", "150200", "150000", ""]
    assert list(places.chain("")) == [""]
    assert list(places.chain("nowhere")) == ["nowhere", ""]
    assert [places.is_place(text) for text in ("", "150221", "15022", "15022x", "050000")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_a_root_total_makes_the_units_that_may_be_issued():
    m = ledger()
    events = m.total(1_000, REGION)
    opened = [e for e in events if isinstance(e, PlaceAccountOpened)]
    assert [(e.purpose, e.place) for e in opened] == [
        (Purpose.TARGET, ""),
        (HEADROOM, REGION),
        (ALLOCATED, REGION),
    ]
    (told,) = [e for e in events if isinstance(e, ControlTotalSet)]
    assert (told.parent, told.quantity) == (None, 1_000)
    assert m.at(HEADROOM, REGION) == m.at(Purpose.ISSUABLE) == 1_000
    assert m.at(Purpose.TARGET) == m.at(Purpose.SOURCE) == -1_000


def test_what_a_part_is_given_leaves_the_whole():
    m = tracked()
    assert [m.at(HEADROOM, place) for place in (REGION, BAOTOU, ORDOS)] == [100, 600, 300]
    m.agreed(AdjustControlTotal(1, BAOTOU, 100, "more"))
    assert [m.at(HEADROOM, place) for place in (REGION, BAOTOU, ORDOS)] == [0, 700, 300]
    m.agreed(AdjustControlTotal(1, ORDOS, -300, "none"))
    m.agreed(AdjustControlTotal(1, REGION, -300, "less"))
    assert m.at(Purpose.TARGET) == m.at(Purpose.SOURCE) == -700
    assert m.at(Purpose.ISSUABLE) == 700


def test_a_total_for_an_asset_that_circulates_counts_what_is_held():
    m = ledger()
    m.authorise("5000")
    m.issue(1, "100")
    m.issue(2, "50")
    m.total(1_000, "")
    assert (m.at(HEADROOM), m.at(ALLOCATED)) == (850, 150)
    assert m.at(Purpose.ISSUABLE) == 850
    m.total(900, REGION)
    assert (m.at(HEADROOM), m.at(ALLOCATED)) == (100, 0)
    assert (m.at(HEADROOM, REGION), m.at(ALLOCATED, REGION)) == (750, 150)
    too_little = SetControlTotal(1, BAOTOU, 99, "")
    assert m.ask(too_little).refusal.figures[:3] == (
        ("place", BAOTOU),
        ("headroom", "99"),
        ("requested", "100"),
    )
    m.total(100, BAOTOU)
    assert (m.at(HEADROOM, BAOTOU), m.at(ALLOCATED, BAOTOU)) == (0, 100)


def test_members_count_in_the_narrowest_place_that_has_a_total():
    m = tracked()
    state = m.venue.state
    assert places.of(state, 1, "150221") == BAOTOU
    assert places.of(state, 1, "150400") == REGION
    assert places.of(state, 1, "310000") is None


def test_a_trade_between_leagues_moves_both_totals_in_its_own_entry():
    m = trading()
    m.sell(1, "10@48.00")
    (move,) = moves(m.buy(2, "4@48.00").events)
    assert (move.quantity, move.reference) == (4, "trade 1")
    assert (m.at(ALLOCATED, BAOTOU), m.at(ALLOCATED, ORDOS)) == (396, 304)
    assert moves(m.buy(5, "6@48.00").events) == [], "within Baotou nothing moves"


def test_transfers_move_the_totals_when_they_are_posted():
    m = trading()
    m.sell(2, "1@48.00")
    m.buy(1, "1@48.00")
    leg = (m.holding(1), m.holding(2), 100, 0)
    assert len(moves(m.transfer(1, leg).events)) == 1
    chain = m.venue.state.last_transfer + 1
    assert moves(m.transfer(1, leg, pending=True).events) == []
    assert m.at(ALLOCATED, BAOTOU) == 301
    (move,) = moves(m.do(PostTransfer(1, chain)))
    assert move.code is TransferCode.TOTAL_MOVED
    assert (m.at(ALLOCATED, BAOTOU), m.at(ALLOCATED, ORDOS)) == (201, 499)


def test_who_moves_takes_its_units_along():
    m = trading()
    events = m.do(
        AdmitParticipant(1, AccountType.COMPLIANCE_ENTITY, ORDOS, "", "", 0, "moved to Ordos")
    )
    (move,) = moves(events)
    assert (move.quantity, move.reference) == (400, "moved to Ordos")
    assert (m.at(ALLOCATED, BAOTOU), m.at(ALLOCATED, ORDOS)) == (0, 700)


def test_who_has_no_place_may_neither_bid_nor_be_sent_units():
    m = trading()
    m.deposit(3, "1000.00")
    refusal = m.buy(3, "1@48.00").refusal
    assert (refusal.reason, refusal.rule.rule_id) == (
        RejectReason.CONTROL_TOTAL_MISSING,
        "carbon.totals.hard_limit",
    )


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from((REGION, BAOTOU, ORDOS, "150400")), st.integers(-900, 900)),
        max_size=12,
    )
)
def test_parts_never_have_more_than_the_whole(changes):
    m = tracked()
    for place, change in changes:
        for command in (
            AdjustControlTotal(1, place, change, "change"),
            SetControlTotal(1, place, abs(change) + 1, "total"),
        ):
            if m.ask(command).refusal is None:
                m.approve()
    assert invariants.violations(m.venue.state) == []
    known = m.venue.state.totals.places[1]
    assert sum(m.at(HEADROOM, place) for place in known) == -m.at(Purpose.TARGET)


def test_what_ended_before_there_was_a_total_counts_as_used():
    m = ledger()
    m.authorise("1000")
    today = m.venue.state.today
    m.do(IssueUnits(1, 1, 100, "", "", "", Day(0), today, Day(0), "for a day"))
    m.advance("2026-03-04 09:35")
    assert m.ask(set_total(REGION, 99)).refusal.reason is RejectReason.HEADROOM_INSUFFICIENT
    m.total(1_000, REGION)
    assert (m.at(Purpose.USED, REGION), m.at(Purpose.HEADROOM, REGION)) == (100, 900)
