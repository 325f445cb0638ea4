"""Claims: what is owed back is collected from all that comes in, and deducted in the end."""

from exchange.core.accounts import LOT_MASK
from exchange.core.after_issue.events import ClaimCollected, ClaimDeducted, ClaimOpened
from exchange.core.cancellation.commands import CancelUnits
from exchange.core.commands import (
    FreezeParticipant,
    FreezeUnits,
    PostTransfer,
    UnfreezeUnits,
    VoidTransfer,
)
from exchange.core.reasons import RejectReason as R
from exchange.core.types import Purpose
from tests.core.after_issue_markets import SETTLE, final, owing, sold, trued_up
from tests.core.allocation_markets import BAOTOU, ORDOS, moving
from tests.core.compliance_markets import giving, listing, opening, report, verifying


def test_what_is_owed_shows_below_zero_beside_an_empty_holding():
    m = owing(350)
    assert (m.holding(1).posted, m.venue.state.accounts.find(1, 1, Purpose.OWED).posted) == (
        0,
        -250,
    )
    (opened,) = [each for each in m.outcomes[-1].events if isinstance(each, ClaimOpened)]
    assert (opened.quantity, opened.due_on) == (250, m.venue.state.today + 30)


def test_a_debtor_neither_sells_nor_transfers_what_it_owes():
    m = owing(350)
    m.buy(1, "10@48.00")
    m.sell(2, "10@48.00")
    assert m.holding(1).posted == 10
    refusal = m.sell(1, "1@48.00").refusal
    assert (refusal.reason, dict(refusal.figures)) == (R.CLAIM_OPEN, {"owed": "250"})
    moved = m.transfer(1, (m.holding(1), m.holding(2), 1, 0)).refusal
    assert moved.reason is R.CLAIM_OPEN
    cancelled = m.ask(CancelUnits(1, 1, 1, "somebody", "a gift")).refusal
    assert cancelled.reason is R.CLAIM_OPEN
    m.advance("2026-03-18 10:00")
    assert m.buy(1, "1@47.00").refusal is None


def test_a_debtor_does_not_post_what_was_pending_before_it_owed():
    m = sold(300)
    m.transfer(1, (m.holding(1), m.holding(2), 60, 0), pending=True)
    (chain,) = m.venue.state.pending
    trued_up(final(("a", 1, 0)), m)
    assert m.refused(PostTransfer(1, chain)).reason is R.CLAIM_OPEN
    m.do(VoidTransfer(1, chain))
    m.do(SETTLE)
    assert m.holding(1).posted == 0


def test_what_is_bought_is_collected_at_midnight():
    m = owing(350)
    m.buy(1, "10@48.00")
    m.sell(2, "10@48.00")
    before = m.at(Purpose.HEADROOM, BAOTOU)
    events = m.advance("2026-03-19 00:00").events
    (collected,) = [each for each in events if isinstance(each, ClaimCollected)]
    assert (collected.quantity, collected.left) == (10, 240)
    assert (m.holding(1).posted, m.at(Purpose.HEADROOM, BAOTOU)) == (0, before + 10)


def test_a_debtor_may_settle_at_once_and_sells_again():
    m = owing(350)
    m.buy(1, "300@48.00")
    m.sell(2, "300@48.00")
    m.do(SETTLE)
    assert (m.holding(1).posted, m.venue.state.after_issue.claims) == (50, {})
    assert m.at(Purpose.CLAIMED) == 0
    m.advance("2026-03-19 09:35")
    assert m.sell(1, "50@48.00").refusal is None


def test_who_has_nothing_or_is_frozen_cannot_settle():
    m = owing(350)
    assert m.refused(SETTLE).reason is R.UNITS_INSUFFICIENT
    m.do(FreezeParticipant(1, "order"))
    assert m.refused(SETTLE).reason is R.PARTICIPANT_FROZEN


def test_what_is_set_free_is_collected():
    m = sold(300)
    m.do(FreezeUnits(m.holding(1).account_id, 60, 0, "court order"))
    trued_up(final(("a", 1, 0)), m)
    assert m.holding(1).posted == 60
    m.do(UnfreezeUnits(1, "lifted"))
    m.advance("2026-03-19 09:35")
    assert m.holding(1).posted == 0
    (claim,) = m.venue.state.after_issue.claims.values()
    assert claim.left == 300


def test_who_owes_units_back_does_not_surrender_them_instead():
    m = owing(350)
    m.agreed(opening())
    m.do(listing(("a", 1, 26_000, True, "threshold")))
    m.do(report(100))
    m.do(verifying(100))
    m.buy(1, "10@48.00")
    m.sell(2, "10@48.00")
    lot_id = m.holding(1).parcels[0][0] & LOT_MASK
    refusal = m.ask(giving((lot_id, 10))).refusal
    assert (refusal.reason, dict(refusal.figures)) == (R.CLAIM_OPEN, {"owed": "250"})


def test_a_debtor_that_moved_gives_back_where_it_is():
    m = owing(350)
    m.do(moving(1, ORDOS))
    m.buy(1, "10@48.00")
    m.sell(2, "10@48.00")
    left = m.at(Purpose.HEADROOM, ORDOS)
    m.advance("2026-03-19 00:00")
    assert m.at(Purpose.HEADROOM, ORDOS) == left + 10


def test_what_is_owed_when_the_day_is_over_is_deducted_from_what_comes():
    m = owing(350)
    m.advance("2026-04-17 23:59")
    assert m.venue.state.after_issue.claims
    events = m.advance("2026-04-18 00:00").events
    (deducted,) = [each for each in events if isinstance(each, ClaimDeducted)]
    assert deducted.quantity == 250
    deduction = m.venue.state.after_issue.deductions[deducted.deduction_id]
    assert (deduction.left, deduction.ground, deduction.any_of_kind) == (250, "claim", True)
    assert m.venue.state.accounts.find(1, 1, Purpose.OWED).posted == 0
    assert m.venue.state.after_issue.claims == {}
