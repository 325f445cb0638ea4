"""The cycle: who owes, what is verified, what is given up, what is short, what that costs."""

import pytest

from exchange.core.commands import FreezeUnits
from exchange.core.compliance.events import (
    Determined,
    FineImposed,
    ObligationChanged,
    PeriodDetermined,
    PeriodOpened,
    ReportVerified,
    UnitsSurrendered,
)
from exchange.core.events import OrderCancelled, TransferPosted
from exchange.core.locks.commands import LockUnits
from exchange.core.locks.events import LockDrawn
from exchange.core.reasons import RejectReason as R
from exchange.core.rules import RuleRef, day_text, read_day
from exchange.core.totals.commands import SetControlTotal
from exchange.core.types import LockKind, Purpose, TransferCode
from exchange.core.venue import Venue
from tests.core.compliance_markets import (
    SECOND,
    determined,
    determining,
    due,
    estimating,
    fining,
    giving,
    ledger,
    listing,
    lot,
    objected,
    objecting,
    opened,
    opening,
    report,
    submitted,
    unreported,
    verified,
    verifying,
)
from tests.support.builders import Market, asking


def obligation(m: Market, number: int = 1):
    return m.venue.state.compliance.obligations[number]


def owed(m: Market, number: int = 1) -> int:
    return m.venue.state.accounts.all[obligation(m, number).account_id].posted


def of(kind: type, events):
    return [event for event in events if isinstance(event, kind)]


def test_a_period_pins_the_figures_of_law_it_was_opened_with():
    (event,) = of(PeriodOpened, ledger().agreed(opening()))
    assert (event.vintages, event.offset_kinds) == (("2025",), ("CCER",))
    assert event.offset_ppm == 50_000


def test_what_is_verified_is_owed_and_each_change_is_a_posting():
    m = verified()
    assert owed(m) == 1_000
    m.do(report(1_100))
    events = m.do(verifying(1_200, report_id=2))
    (posted,) = of(TransferPosted, events)
    assert (posted.quantity, posted.code, owed(m)) == (200, TransferCode.OWE, 1_200)
    m.do(report(900))
    (posted,) = of(TransferPosted, m.do(verifying(900, report_id=3)))
    assert (posted.quantity, owed(m)) == (300, 900)


def test_seven_working_days_are_given_to_object():
    (event,) = of(ReportVerified, submitted().do(verifying()))
    assert day_text(event.objections_until) == "2026-03-11"


def test_an_objection_is_met_by_another_verifier():
    m = objected()
    m.do(verifying(950, SECOND))
    assert (owed(m), obligation(m).standing) == (950, "verified")
    assert m.refused(objecting()).reason is R.VERIFICATION_FINAL


def test_surrender_ends_the_units_and_counts_offsets_rounded_down():
    m = verified()
    m.do(report(1_019))
    m.do(verifying(1_019, report_id=2))
    assert m.ask(giving((4, 51))).refusal.figures == (("maximum", "50"), ("requested", "51"))
    events = m.agreed(giving((1, 900), (4, 50)))
    (event,) = of(UnitsSurrendered, events)
    assert (event.quantity, event.offset, event.late) == (950, 50, False)
    assert m.holding(1).posted == 1_600
    assert m.house(Purpose.RETIRED, 1).posted == 900
    assert m.house(Purpose.RETIRED, 2).posted == 50
    assert m.ask(giving((1, 70))).refusal.figures == (("owed", "69"), ("requested", "70"))


def test_two_requests_for_the_same_debt_are_carried_out_once():
    m = verified()
    m.apply(asking(giving((1, 1_000))))
    first = m.venue.state.approvals.last
    m.apply(asking(giving((1, 1_000)), operator_id=3))
    assert m.approve(first).refusal is None
    assert m.approve(first + 1).refusal.reason is R.SURRENDER_ABOVE_DUE


def test_what_is_frozen_is_kept_and_what_is_offered_gives_way():
    m = verified()
    m.do(FreezeUnits(m.holding(1).account_id, 1_500, 1, "pledge"))
    assert m.ask(giving((1, 501))).refusal.figures == (
        ("lot", "l1"),
        ("available", "500"),
        ("required", "501"),
    )
    m.list("98.00")
    m.sell(1, "900@98.00")
    events = m.agreed(giving((1, 500)))
    assert len(of(OrderCancelled, events)) == 1


def test_what_is_kept_for_own_use_goes_first():
    m = verified()
    m.agreed(LockUnits(m.holding(1).account_id, 1, 1_500, LockKind.OWN_USE, "own use", "order"))
    events = m.agreed(giving((1, 600)))
    assert [(one.quantity, one.left) for one in of(LockDrawn, events)] == [(600, 900)]
    m.agreed(giving((1, 400)))
    assert obligation(m).surrendered == 1_000


def test_units_bought_today_may_be_surrendered_today():
    m = verified()
    m.do(lot(1, 300, "2025", tradable_from=m.venue.state.today + 1))
    m.agreed(giving((5, 300)))
    assert obligation(m).surrendered == 300


def test_a_place_counts_surrendered_units_as_used():
    m = Market()
    m.define()
    m.authorise("5000")
    m.admit(1, region="150200")
    m.do(lot(1, 2_000, "2025"))
    m.total(5_000, "150000")
    m.agreed(opening())
    m.do(listing(("a", 1, 1, True, "threshold")))
    m.do(report())
    m.do(verifying())
    m.agreed(giving((1, 1_000)))
    assert (m.at(Purpose.ALLOCATED, "150000"), m.at(Purpose.USED, "150000")) == (1_000, 1_000)


def test_a_total_that_comes_after_a_surrender_counts_what_is_used():
    m = verified()
    m.agreed(giving((1, 1_000)))
    m.agreed(SetControlTotal(1, "", 10_000, "total"))
    assert (m.at(Purpose.ALLOCATED), m.at(Purpose.USED), m.at(Purpose.HEADROOM)) == (
        3_500,
        1_000,
        5_500,
    )


def test_late_surrender_is_marked_and_lessens_what_is_short():
    m = due()
    (event,) = of(UnitsSurrendered, m.agreed(giving((1, 400))))
    assert event.late
    (told,) = of(PeriodDetermined, m.agreed(determining()))
    assert told.entries == (Determined(1, 1_000, 400), Determined(2, 900, 0))
    assert (obligation(m).shortfall, obligation(m, 2).shortfall) == (600, 900)


def test_what_is_short_is_corrected_until_the_day_and_stays_the_ground_of_the_fine():
    m = determined()
    m.agreed(giving((1, 600)))
    assert (obligation(m).surrendered, obligation(m).shortfall) == (1_000, 600)
    (event,) = of(FineImposed, m.agreed(fining(6)))
    assert event.amount_fen == 600 * 9_800 * 6


def test_a_fine_that_rounds_to_nothing_is_none():
    m = Market()
    m.define(scale=4)
    m.admit(1)
    m.agreed(opening())
    m.do(listing(("a", 1, 1, True, "threshold")))
    m.do(report(1))
    m.do(verifying(1))
    m.advance("2027-01-04 09:35")
    m.agreed(determining())
    assert m.ask(fining(5, 999)).refusal.reason is R.FINE_OUT_OF_RANGE
    (event,) = of(FineImposed, m.agreed(fining(5, 1_000)))
    assert event.amount_fen == 1


def test_the_published_case_of_ningxia():
    m = Market(start="2024-06-03 09:35")
    m.define()
    m.authorise("10000000")
    m.admit(1)
    m.do(lot(1, 4_263_312, "2023"))
    days = [read_day(f"{text}") for text in ("2023-01-01", "2023-12-31")]
    late = {"report_by": read_day("2024-06-30"), "surrender_by": read_day("2024-12-31")}
    m.agreed(opening("2023", first_day=days[0], last_day=days[1], **late))
    m.do(listing(("ningxia", 1, 26_000, True, "threshold"), period="2023"))
    m.do(report(5_128_612))
    m.do(verifying(5_128_612))
    m.agreed(giving((1, 4_263_312)))
    m.advance("2025-01-02 09:35")
    m.agreed(determining("2025-03-31", "2023"))
    assert obligation(m).shortfall == 865_300
    refusal = m.ask(fining(4)).refusal
    assert refusal.rule.rule_id == "carbon.compliance.fine_multiple_max"
    m.ask(fining(10))
    pending = m.venue.state.approvals.pending[m.venue.state.approvals.last]
    assert pending.kind == "ImposeFine"
    (event,) = of(FineImposed, m.agreed(fining(5)))
    assert event.amount_fen == 423_997_000_00
    assert m.approve(pending.approval_id).refusal.reason is R.FINE_EXISTS


@pytest.mark.parametrize(
    ("multiple", "price", "amount", "taken"),
    [
        (0, 0, 20_000_00, True),
        (0, 0, 30_000_00, True),
        (0, 0, 19_999_99, False),
        (0, 0, 30_000_01, False),
        (5, 5_422, 0, False),
    ],
)
def test_the_rules_of_the_period_decide_the_fine_of_the_first_cycle(multiple, price, amount, taken):
    m = Market(start="2021-03-01 09:35")
    m.define()
    m.admit(1)
    late = {"report_by": read_day("2021-06-30"), "surrender_by": read_day("2021-12-31")}
    m.agreed(opening("2019-2020", first_day=1, last_day=2, **late))
    m.do(listing(("yichun", 1, 26_000, True, "threshold"), period="2019-2020"))
    m.do(report(53_625))
    m.do(verifying(53_625))
    m.advance("2025-01-02 09:35")
    m.agreed(determining("2025-03-31", "2019-2020"))
    outcome = m.ask(fining(multiple, price, amount))
    if taken:
        assert outcome.refusal is None
        (event,) = of(FineImposed, m.approve().events)
        assert event.rule == RuleRef("carbon.compliance.fine_max", 1)
        assert event.amount_fen == amount
    else:
        assert outcome.refusal.reason is R.FINE_OUT_OF_RANGE
        assert outcome.refusal.rule == RuleRef("carbon.compliance.fine_max", 1)


def test_an_exit_is_not_waited_for():
    m = unreported()
    m.do(listing(("b", 2, 0, False, "closed")))
    m.advance("2027-01-04 09:35")
    m.agreed(determining())
    assert obligation(m, 2).shortfall == 0


def test_an_estimate_may_be_estimated_again():
    m = unreported()
    m.agreed(estimating(obligation=2))
    (changed,) = of(ObligationChanged, m.agreed(estimating(800, obligation=2)))
    assert (changed.due, changed.status) == (800, "estimated")


def test_the_cycle_comes_back_from_a_snapshot():
    m = determined()
    again = Venue.restore(m.venue.snapshot())
    assert again.state.compliance == m.venue.state.compliance
    assert again.state_hash() == m.venue.state_hash()


def test_two_periods_are_owed_apart():
    m = opened()
    m.agreed(opening("2026"))
    m.do(listing(("a", 1, 0, True, "")))
    m.do(listing(("a", 1, 0, True, ""), period="2026"))
    m.do(report(10, obligation=2))
    m.do(verifying(10))
    assert (owed(m), owed(m, 2)) == (0, 10)
