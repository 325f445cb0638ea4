"""Allocation plans: pinned by their hash, issued once, all or nothing."""

import msgspec
import pytest

from exchange.core.allocation.content import content_hash, decode_content, encode_content
from exchange.core.allocation.events import AllocationIssued, IssuedEntry, PlanPublished
from exchange.core.reasons import RejectReason
from exchange.core.totals.commands import AdjustControlTotal
from exchange.core.types import Purpose
from tests.core.allocation_markets import BAOTOU, ORDOS, PLAN, REGION, due, published
from tests.support.builders import issuing, plan

SHARED = plan(("a", 1, 100), ("b", 1, 50), ("c", 2, 0), ("d", 5, 7))


def test_a_content_comes_back_from_its_bytes():
    assert decode_content(encode_content(PLAN)) == PLAN
    assert decode_content(b"") is None
    assert decode_content(encode_content(PLAN)[:-1]) is None


def test_a_content_covers_each_calculation_and_keeps_the_bytes_of_those_without():
    calculated = plan(("a", 1, 100), ("b", 1, 50, b"#" * 32))
    data = encode_content(calculated)
    assert decode_content(data) == calculated
    other = plan(("a", 1, 100), ("b", 1, 50, b"?" * 32))
    assert content_hash(encode_content(other)) != content_hash(data)
    *_, rows, pot = msgspec.msgpack.decode(encode_content(PLAN))
    assert [len(row) for row in rows] == [3] * len(PLAN.rows)
    assert pot == ""


def test_a_calculation_that_was_not_published_is_not_issued():
    calculated = plan(("a", 1, 100, b"#" * 32))
    m = due(calculated)
    refusal = m.ask(issuing(plan(("a", 1, 100, b"?" * 32)))).refusal
    assert refusal.reason is RejectReason.PLAN_CHANGED
    m.agreed(issuing(calculated))


def test_each_entity_gets_a_lot_of_its_own_in_one_step():
    m = due(SHARED)
    m.agreed(issuing(SHARED))
    issued = m.outcomes[-1].events[1]
    assert isinstance(issued, AllocationIssued)
    assert [(e.entity, e.opened, e.quantity, e.place) for e in issued.entries] == [
        ("a", True, 100, BAOTOU),
        ("b", False, 50, BAOTOU),
        ("c", True, 0, ORDOS),
        ("d", True, 7, BAOTOU),
    ]
    assert [m.holding(who).posted for who in (1, 2, 5)] == [150, 0, 7]
    assert [lot for lot, _ in m.venue.state.lots.items()] == [1, 2, 3]
    assert (m.at(Purpose.HEADROOM, BAOTOU), m.at(Purpose.ALLOCATED, BAOTOU)) == (443, 157)
    assert m.at(Purpose.ISSUABLE) == 1_000 - 157
    assert m.holding(1).available == 150


def test_transfers_are_numbered_one_after_another():
    m = due(SHARED)
    first = m.venue.state.last_transfer + 1
    events = m.agreed(issuing(SHARED))
    issued, total = events
    assert (issued.first_transfer_id, issued.chain_id) == (first, first)
    assert total.transfer_id == first + 3
    assert m.venue.state.last_transfer == first + 3


def test_a_row_that_breaks_the_total_is_named_with_the_figures():
    over = plan(("a", 1, 400), ("b", 5, 200), ("c", 1, 1))
    m = due(over)
    refusal = m.ask(issuing(over)).refusal
    assert refusal.reason is RejectReason.HEADROOM_INSUFFICIENT
    assert dict(refusal.figures) == {
        "place": BAOTOU,
        "headroom": "0",
        "requested": "1",
        "row": "3",
        "entity": "c",
    }
    assert m.at(Purpose.HEADROOM, BAOTOU) == 600


def test_a_plan_published_anew_after_the_request_is_not_issued_by_it():
    m = due()
    m.ask(issuing(PLAN))
    anew = plan(("a", 1, 401), ("b", 2, 299), version=2)
    (event,) = m.publish(anew, until="2026-03-17").events
    assert isinstance(event, PlanPublished)
    assert m.approve().refusal.reason is RejectReason.PLAN_CHANGED
    m.advance("2026-03-18 09:35")
    m.agreed(issuing(anew))
    assert m.holding(1).posted == 401


def test_the_deadline_is_the_end_of_its_day():
    m = published()
    m.advance("2026-03-09 23:59")
    refusal = m.ask(issuing(PLAN)).refusal
    assert (refusal.reason, refusal.figures) == (
        RejectReason.OBJECTION_DEADLINE_OPEN,
        (("days", "1"),),
    )
    m.advance("2026-03-10 00:00")
    assert m.ask(issuing(PLAN)).refusal is None


def test_the_approver_is_told_what_the_plan_is():
    m = due()
    (asked,) = m.ask(issuing(PLAN)).events
    assert (asked.subject, asked.figures) == (
        "CEA25",
        (("plan", "n1"), ("version", "1"), ("entities", "2"), ("quantity", "700")),
    )


@pytest.mark.parametrize("place", [REGION, BAOTOU])
def test_what_is_left_after_an_issue_can_be_lowered_and_no_more(place):
    m = due()
    m.agreed(issuing(PLAN))
    left = m.at(Purpose.HEADROOM, place)
    assert m.ask(AdjustControlTotal(1, place, -left - 1, "")).refusal is not None
    m.agreed(AdjustControlTotal(1, place, -left, "all of it"))
    assert m.at(Purpose.HEADROOM, place) == 0


def test_an_entry_says_whose_account_it_is():
    m = due()
    issued = m.agreed(issuing(PLAN))[0]
    first = issued.entries[0]
    assert first == IssuedEntry("a", 1, m.holding(1).account_id, True, 400, BAOTOU)
