"""Permits: what they allow, tasks to change them, renewal of permits and of the rights."""

from exchange.core.commands import FreezeUnits, IssueUnits
from exchange.core.locks.events import UnitsLocked, UnitsUnlocked
from exchange.core.permits.events import (
    PermitRecorded,
    PermitsExpired,
    PermitTaskClosed,
    PermitTaskOpened,
    PermitUpdated,
    RenewalDecided,
    RightRenewed,
)
from exchange.core.permits.terms import last_day
from exchange.core.permits.usable import usable
from exchange.core.rules import RuleKind, day_text, read_day
from exchange.core.totals.commands import SetControlTotal
from exchange.core.types import AccountType, LockKind, Purpose
from tests.core.permit_markets import (
    LAST,
    TODAY,
    allowed,
    asked,
    decided,
    late,
    ledger,
    lock,
    new_project,
    permitted,
    recorded,
    renew,
    renewed,
    terms,
    updated,
    waiting,
)
from tests.support.builders import Market, rule


def may_use(m: Market, participant_id: int = 1) -> int:
    state = m.venue.state
    return usable(state, state.participants[participant_id], state.assets[1])


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_a_permit_lasts_for_five_years_unless_it_says_less():
    m = permitted()
    assert day_text(m.venue.state.permits.permits[1].terms.valid_to) == LAST
    m.agreed(updated(terms(90, "2027-12-31")))
    permit = m.venue.state.permits.permits[1]
    assert (permit.version, day_text(permit.terms.valid_to)) == (2, "2027-12-31")


def test_years_end_on_the_day_before_they_began():
    for first, last in (
        ("2026-03-02", "2031-03-01"),
        ("2028-02-29", "2033-02-28"),
        ("2027-03-01", "2032-02-29"),
    ):
        assert day_text(last_day(read_day(first), 5)) == last
    assert day_text(last_day(read_day("9998-01-01"), 5)) == "9999-12-31"


def test_what_lasts_to_the_end_of_the_calendar_has_no_time_after_it():
    last = read_day("9999-12-31")
    m = permitted(terms(valid_from=last, valid_to="9999-12-31"))
    m.do(asked())
    assert m.ask(decided()).refusal.reason == "validity_backwards"
    assert m.ask(decided(valid_to="9999-12-31")).refusal.reason == "validity_backwards"
    m.do(IssueUnits(1, 1, 10, "2026", "", "", TODAY, last, 0, "plan"))
    assert m.ask(renew(m, 1, 2)).refusal.reason == "validity_backwards"


def test_no_more_can_be_used_than_permits_that_hold_today_allow():
    m = ledger()
    assert may_use(m) == 0
    m.agreed(recorded(terms("50.5")))
    m.agreed(recorded(terms(20), number="91150200-2"))
    later = terms(9, valid_from=read_day("2026-06-01"))
    m.agreed(recorded(later, number="91150200-3"))
    assert may_use(m) == 70_500
    m.advance("2026-06-01 09:35")
    assert may_use(m) == 79_500


def test_what_is_locked_for_own_use_can_be_used_and_what_is_suspended_or_frozen_cannot():
    m = permitted(terms(100))
    m.agreed(lock(m, 30_000))
    assert may_use(m) == 100_000
    m.agreed(lock(m, 10_000, LockKind.SUSPENDED))
    m.agreed(lock(m, 10_000, LockKind.PERMIT))
    m.do(FreezeUnits(m.holding(1).account_id, 5_000, 0, "court order"))
    assert may_use(m) == 75_000


def test_without_the_rule_or_for_other_members_no_permit_is_needed():
    m = ledger()
    m.activate(rule("emission.permits.required", RuleKind.FLAG, "false"))
    assert may_use(m) == 100_000
    m = ledger()
    m.admit(1, AccountType.GOV_RESERVE, region="150200")
    assert may_use(m) == 100_000


def test_a_task_is_opened_when_more_or_less_is_held_than_the_permit_states():
    m = ledger()
    (_, opened) = m.agreed(recorded())
    assert isinstance(opened, PermitTaskOpened)
    assert (opened.held, opened.permitted, opened.usable) == (100_000, 80_000, 80_000)
    (_, closed) = m.agreed(updated(terms(100)))
    assert closed == PermitTaskClosed(1, 1, 1, TODAY)
    m.issue(2, "1")
    m.transfer(1, (m.holding(1), m.holding(2), 40_000, 0))
    opened = of(PermitTaskOpened, m.advance("2026-03-03 09:35").events)
    assert [(one.participant_id, one.held, one.permitted) for one in opened] == [
        (1, 60_000, 100_000),
        (2, 41_000, 0),
    ]
    assert of(PermitTaskOpened, m.advance("2026-03-04 09:35").events) == []
    m.transfer(2, (m.holding(2), m.holding(1), 40_000, 0))
    assert of(PermitTaskClosed, m.advance("2026-03-05 09:35").events) == [
        PermitTaskClosed(2, 1, 1, TODAY + 3)
    ]


def test_tasks_are_closed_where_permits_are_no_longer_required():
    m = permitted()
    m.activate(rule("emission.permits.required", RuleKind.FLAG, "false"))
    assert len(of(PermitTaskClosed, m.advance("2026-03-03 09:35").events)) == 1


def test_a_new_project_shows_where_what_it_adds_comes_from():
    m = ledger()
    m.agreed(recorded(new_project(10, 4, 6)))
    refusal = m.ask(updated(new_project(15, 9, non_attainment=True))).refusal
    assert dict(refusal.figures) == {
        "right": "SO2",
        "added": "5.0000",
        "required": "10.0000",
        "shown": "9.0000",
    }
    m.agreed(updated(new_project(15, 10, non_attainment=True)))


def test_a_renewal_is_asked_for_sixty_days_before_the_end_and_not_later():
    refusal = late().refused(asked())
    assert dict(refusal.figures) == {
        "days": "60",
        "deadline": "2030-12-31",
        "today": "2031-01-01",
    }
    m = permitted()
    m.advance("2030-12-31 23:59")
    m.do(asked())


def test_a_renewed_permit_holds_for_what_was_verified_again():
    m = waiting()
    decided_on, updated_to, *_ = m.agreed(decided(60))
    assert isinstance(decided_on, RenewalDecided)
    assert isinstance(updated_to, PermitUpdated)
    assert updated_to.terms.quantities == allowed(60)
    assert day_text(updated_to.terms.valid_to) == "2036-03-01"
    m.advance("2031-03-02 09:35")
    assert not m.venue.state.permits.permits[1].expired
    assert m.ask(decided()).refusal.reason == "renewal_unknown"


def test_a_renewal_that_is_refused_leaves_the_permit_to_end():
    m = waiting()
    (told,) = m.agreed(decided(granted=False))
    assert not told.granted
    m.do(asked())
    assert of(PermitsExpired, m.advance("2031-03-02 09:35").events) == [PermitsExpired((1,))]
    m.agreed(decided(60))
    assert not m.venue.state.permits.permits[1].expired


def test_what_waited_for_the_permit_is_free_once_it_is_changed():
    m = permitted()
    m.agreed(lock(m, 20_000, LockKind.PERMIT))
    m.agreed(lock(m, 10_000, LockKind.SUSPENDED))
    (freed,) = of(UnitsUnlocked, m.agreed(updated(terms(100))))
    assert (freed.lock_id, freed.quantity, freed.ground) == (1, 20_000, "permit updated")
    assert m.holding(1).available == 90_000


def test_an_expired_permit_allows_nothing():
    m = permitted(terms(80, "2026-12-31"))
    m.advance("2026-12-31 23:59")
    assert may_use(m) == 80_000
    m.advance("2027-01-01 00:01")
    assert may_use(m) == 0


def test_a_renewed_right_is_a_new_lot_of_what_was_verified_and_the_rest_goes_back():
    m = renewed(60)
    left = m.at(Purpose.ISSUABLE)
    (told,) = of(RightRenewed, m.agreed(renew(m)))
    assert (told.lot_id, told.new_lot_id, told.quantity, told.returned) == (1, 2, 60_000, 40_000)
    lot = m.venue.state.lots[2]
    assert (lot.vintage, day_text(lot.valid_to)) == ("2026", "2036-03-01")
    assert m.at(Purpose.ISSUABLE) == left + 40_000
    m.advance("2031-03-02 09:35")
    assert (m.holding(1).posted, m.holding(1).available) == (60_000, 60_000)


def test_what_was_for_own_use_stays_so_and_what_is_frozen_is_left_to_its_end():
    m = renewed(100)
    m.agreed(lock(m, 30_000))
    m.do(FreezeUnits(m.holding(1).account_id, 20_000, 1, "court order"))
    events = m.agreed(renew(m, 70))
    assert [(one.lot_id, one.quantity) for one in of(UnitsLocked, events)] == [(2, 30_000)]
    (told,) = of(RightRenewed, events)
    assert (told.quantity, told.returned) == (70_000, 10_000)
    assert (m.holding(1).posted, m.holding(1).available) == (90_000, 40_000)


def test_the_total_of_the_place_stays_the_same_when_a_right_is_renewed():
    m = renewed(60)
    m.agreed(SetControlTotal(1, "150200", 1_000_000, "total"))
    m.agreed(renew(m))
    assert m.at(Purpose.ALLOCATED, "150200") == 60_000
    assert m.at(Purpose.HEADROOM, "150200") == 940_000
    assert -m.at(Purpose.TARGET) == 1_000_000


def test_all_lots_together_are_renewed_up_to_what_was_verified():
    m = renewed(60)
    m.issue(1, "21")
    refusal = m.ask(renew(m, 40)).refusal
    assert dict(refusal.figures) == {
        "verified": "60.000",
        "held": "21.000",
        "requested": "40.000",
    }
    m.do(
        FreezeUnits(m.venue.state.participants[1].holdings[1].account_id, 21_000, 2, "court order")
    )
    assert m.ask(renew(m, 40)).refusal is not None, "what is frozen is held all the same"
    m.agreed(renew(m, 39))


def test_the_permit_says_what_it_was_recorded_with():
    m = ledger()
    (told, *_) = m.agreed(recorded(new_project(10, 10)))
    assert isinstance(told, PermitRecorded)
    assert told.terms.substitution[0].source == "老厂关停"
    assert day_text(told.terms.valid_to) == LAST
