"""The ledger beneath the market: caps, lots, transfers, chains, freezes."""

import pytest

from exchange.core.commands import (
    AuthoriseIssuance,
    FreezeParticipant,
    FreezeUnits,
    PostTransfer,
    UnfreezeUnits,
    VoidTransfer,
)
from exchange.core.events import (
    AccountOpened,
    LotCreated,
    TradeExecuted,
    TransferPended,
    TransferPosted,
    TransferVoided,
    UnitsFrozen,
)
from exchange.core.reasons import RejectReason
from exchange.core.types import Purpose, TransferCode
from tests.support.builders import Market, carbon_market

R = RejectReason


def ledger() -> Market:
    """1 holds lot 1 (60 t), lot 2 (30 t) and, from 2026-03-05, lot 3 (10 t); 2 and 3 hold 1 t."""
    m = Market("carbon")
    m.define()
    m.authorise("102")
    for participant_id in (1, 2, 3):
        m.admit(participant_id)
        m.deposit(participant_id, "1000.00")
    m.issue(1, "60")
    m.issue(1, "30")
    m.issue(1, "10", tradable_from="2026-03-05")
    m.issue(2, "1")
    m.issue(3, "1")
    m.list("48.00")
    return m


def lots(m: Market, participant_id: int) -> dict[int, int]:
    held: dict[int, int] = {}
    for key, quantity in m.holding(participant_id).parcels:
        lot = key & ((1 << 40) - 1)
        held[lot] = held.get(lot, 0) + quantity
    return held


def parcels(event) -> list[tuple[int, int]]:
    return [(parcel.lot_id, parcel.quantity) for parcel in event.parcels]


# The cap


def test_units_are_issued_up_to_the_cap_and_not_one_more():
    m = Market("carbon")
    m.define()
    m.admit(1)
    assert m.issue(1, "1").refusal.reason is R.CAP_EXCEEDED
    m.authorise("100")
    assert m.issue(1, "60").refusal is None
    assert m.issue(1, "40").refusal is None
    assert m.issue(1, "1").refusal.reason is R.CAP_EXCEEDED
    assert m.house(Purpose.SOURCE, 1).posted == -100
    assert m.house(Purpose.ISSUABLE, 1).posted == 0


def test_a_cap_is_lowered_by_what_is_not_issued_and_no_more():
    m = carbon_market()  # 1,000,000 authorised, 101,000 issued
    too_much = AuthoriseIssuance(1, -899_001, "amended plan")
    assert m.apply(too_much).refusal.reason is R.CAP_EXCEEDED
    assert m.apply(AuthoriseIssuance(1, -899_000, "amended plan")).refusal is None
    assert m.issue(1, "1").refusal.reason is R.CAP_EXCEEDED


def test_an_issue_makes_a_lot_and_the_account_at_first():
    m = Market("carbon")
    m.define()
    m.admit(1)
    m.authorise("100")
    kinds = [type(event) for event in m.issue(1, "60").events]
    assert kinds == [AccountOpened, LotCreated, TransferPosted]
    created, posted = m.issue(1, "40").events
    assert (created.lot_id, posted.code, parcels(posted)) == (2, TransferCode.ISSUE, [(2, 40)])


def test_money_comes_from_the_bank():
    m = ledger()
    assert m.house(Purpose.BANK).posted == -300_000
    assert m.cash(1).posted == 100_000


# Lots


def test_the_oldest_lot_goes_first():
    m = ledger()
    (posted,) = m.transfer(1, (m.holding(1), m.holding(2), 70, 0)).events
    assert parcels(posted) == [(1, 60), (2, 10)]
    assert lots(m, 1) == {2: 20, 3: 10}
    assert lots(m, 2) == {1: 60, 2: 10, 4: 1}


def test_a_named_lot_goes_alone():
    m = ledger()
    (posted,) = m.transfer(1, (m.holding(1), m.holding(2), 30, 2)).events
    assert parcels(posted) == [(2, 30)]
    assert lots(m, 1) == {1: 60, 3: 10}


def test_a_named_lot_gives_no_more_than_it_has():
    m = ledger()
    refusal = m.transfer(1, (m.holding(1), m.holding(2), 31, 2)).refusal
    assert refusal.reason is R.UNITS_INSUFFICIENT
    assert refusal.figures == (("available", "30"), ("required", "31"))


def test_a_named_lot_not_yet_tradable_gives_nothing_until_its_day():
    m = ledger()
    assert m.transfer(1, (m.holding(1), m.holding(2), 1, 3)).refusal is not None
    m.advance("2026-03-05 00:00")
    assert m.transfer(1, (m.holding(1), m.holding(2), 10, 3)).refusal is None


def test_the_lot_that_is_tradable_first_goes_first_whatever_its_number():
    m = ledger()
    m.advance("2026-03-05 09:35")
    (posted,) = m.transfer(1, (m.holding(1), m.holding(2), 95, 0)).events
    assert parcels(posted) == [(1, 60), (2, 30), (3, 5)]


def test_a_sale_delivers_the_oldest_lots():
    m = ledger()
    m.deposit(2, "10000.00")
    m.sell(1, "70@48.00")
    trade = next(e for e in m.buy(2, "70@48.00").events if isinstance(e, TradeExecuted))
    assert parcels(trade) == [(1, 60), (2, 10)]
    assert {parcel.tradable_from_credit for parcel in trade.parcels} == {m.venue.state.today + 1}


def test_a_lot_offered_in_the_market_is_not_given_away():
    m = ledger()
    m.sell(1, "80@48.00")
    assert m.transfer(1, (m.holding(1), m.holding(2), 30, 2)).refusal.reason is R.UNITS_INSUFFICIENT
    assert m.transfer(1, (m.holding(1), m.holding(2), 10, 2)).refusal is None


# Transfers


def test_a_transfer_moves_at_once():
    m = ledger()
    (posted,) = m.transfer(1, (m.cash(1), m.cash(2), 30_000, 0)).events
    assert isinstance(posted, TransferPosted)
    assert (posted.pended, posted.code, posted.parcels) == (False, TransferCode.TRANSFER, ())
    assert (m.cash(1).posted, m.cash(2).posted) == (70_000, 130_000)


def test_a_pending_transfer_reserves_until_it_is_posted():
    m = ledger()
    (pended,) = m.transfer(1, (m.holding(1), m.holding(2), 40, 0), pending=True).events
    assert isinstance(pended, TransferPended)
    assert (m.holding(1).posted, m.holding(1).available, m.holding(2).posted) == (100, 50, 1)
    assert m.sell(1, "51@48.00").refusal.reason is R.UNITS_NOT_YET_TRADABLE
    (posted,) = m.apply(PostTransfer(1, pended.chain_id)).events
    assert posted.pended
    assert (m.holding(1).posted, m.holding(1).held, m.holding(2).posted) == (60, 0, 41)
    again = m.apply(PostTransfer(1, pended.chain_id)).refusal
    assert again.reason is R.TRANSFER_NOT_PENDING


def test_a_voided_transfer_gives_the_same_lots_back():
    m = ledger()
    before = lots(m, 1)
    (pended,) = m.transfer(1, (m.holding(1), m.holding(2), 70, 0), pending=True).events
    assert lots(m, 1) == {2: 20, 3: 10}
    (voided,) = m.apply(VoidTransfer(1, pended.chain_id)).events
    assert isinstance(voided, TransferVoided)
    assert lots(m, 1) == before
    assert m.holding(1).available == 90
    assert m.apply(PostTransfer(1, pended.chain_id)).refusal.reason is R.TRANSFER_NOT_PENDING


def test_a_frozen_participant_may_void_and_not_post():
    m = ledger()
    (pended,) = m.transfer(1, (m.holding(1), m.holding(2), 10, 0), pending=True).events
    m.do(FreezeParticipant(1, "court order"))
    assert m.apply(PostTransfer(1, pended.chain_id)).refusal.reason is R.PARTICIPANT_FROZEN
    assert m.apply(VoidTransfer(1, pended.chain_id)).refusal is None


# Chains


def test_a_chain_happens_as_a_whole():
    m = ledger()
    outcome = m.transfer(1, (m.holding(1), m.holding(2), 40, 0), (m.cash(1), m.cash(3), 50_000, 0))
    assert len({event.chain_id for event in outcome.events}) == 1
    assert (m.holding(2).posted, m.cash(3).posted) == (41, 150_000)


@pytest.mark.parametrize("pending", [False, True])
def test_a_chain_with_one_leg_that_cannot_be_paid_moves_nothing(pending):
    m = ledger()
    outcome = m.transfer(
        1,
        (m.holding(1), m.holding(2), 40, 0),
        (m.cash(1), m.cash(3), 100_001, 0),
        pending=pending,
    )
    assert outcome.refusal.reason is R.CASH_INSUFFICIENT
    assert (m.holding(2).posted, m.cash(3).posted) == (1, 100_000)


@pytest.mark.parametrize(("first", "second", "paid"), [(50, 40, True), (50, 41, False)])
def test_two_legs_of_one_account_are_paid_from_one_balance(first, second, paid):
    m = ledger()
    outcome = m.transfer(
        1, (m.holding(1), m.holding(2), first, 0), (m.holding(1), m.holding(3), second, 0)
    )
    assert (outcome.refusal is None) is paid


def test_two_legs_of_one_lot_are_paid_from_that_lot():
    m = ledger()
    legs = [(m.holding(1), m.holding(2), 20, 2), (m.holding(1), m.holding(3), 11, 2)]
    refusal = m.transfer(1, *legs).refusal
    assert refusal.reason is R.UNITS_INSUFFICIENT
    assert refusal.figures == (("available", "30"), ("required", "31"))


def test_a_named_lot_is_taken_before_the_oldest_ones_in_any_order_of_legs():
    m = ledger()
    outcome = m.transfer(
        1, (m.holding(1), m.holding(2), 60, 0), (m.holding(1), m.holding(3), 30, 1)
    )
    taken = {event.credit_account_id: parcels(event) for event in outcome.events}
    assert taken[m.holding(3).account_id] == [(1, 30)]
    assert taken[m.holding(2).account_id] == [(1, 30), (2, 30)]


def test_a_chain_may_not_spend_what_its_own_leg_brings():
    m = ledger()
    legs = [(m.cash(1), m.cash(2), 100_000, 0), (m.cash(2), m.cash(1), 1, 0)]
    assert m.transfer(1, *legs).refusal.reason is R.ACCOUNT_UNKNOWN


def test_a_pending_chain_is_posted_and_voided_as_a_whole():
    m = ledger()
    legs = [(m.holding(1), m.holding(2), 40, 0), (m.cash(1), m.cash(3), 50_000, 0)]
    for finish, moved in ((VoidTransfer, 0), (PostTransfer, 40)):
        outcome = m.transfer(1, *legs, pending=True)
        assert m.cash(1).available == 50_000
        assert len(m.apply(finish(1, outcome.events[0].chain_id)).events) == 2
        assert m.holding(2).posted == 1 + moved
    assert m.cash(1).available == 50_000


# Freezes


def test_frozen_units_are_neither_sold_nor_moved_until_released():
    m = ledger()
    (frozen,) = m.apply(FreezeUnits(m.holding(1).account_id, 60, 0, "court order")).events
    assert isinstance(frozen, UnitsFrozen)
    assert parcels(frozen) == [(1, 60)]
    assert m.holding(1).available == 30
    assert m.sell(1, "31@48.00").refusal is not None
    assert m.transfer(1, (m.holding(1), m.holding(2), 1, 1)).refusal.reason is R.UNITS_INSUFFICIENT
    assert m.apply(UnfreezeUnits(frozen.freeze_id, "lifted")).refusal is None
    assert lots(m, 1) == {1: 60, 2: 30, 3: 10}
    assert m.apply(UnfreezeUnits(frozen.freeze_id, "lifted")).refusal.reason is R.FREEZE_UNKNOWN


def test_a_freeze_names_its_lot():
    m = ledger()
    (frozen,) = m.apply(FreezeUnits(m.holding(1).account_id, 30, 2, "pledge")).events
    assert parcels(frozen) == [(2, 30)]
    assert m.apply(FreezeUnits(m.holding(1).account_id, 1, 2, "")).refusal is not None


def test_money_is_frozen_too():
    m = ledger()
    m.do(FreezeUnits(m.cash(2).account_id, 90_000, 0, "court order"))
    assert m.buy(2, "3@48.00").refusal.reason is R.CASH_INSUFFICIENT
    assert m.buy(2, "2@48.00").refusal is None


def test_what_an_order_holds_cannot_be_frozen():
    m = ledger()
    m.sell(1, "80@48.00")
    outcome = m.apply(FreezeUnits(m.holding(1).account_id, 11, 0, ""))
    assert outcome.refusal.reason is R.UNITS_NOT_YET_TRADABLE
    assert m.apply(FreezeUnits(m.holding(1).account_id, 10, 0, "")).refusal is None


def test_money_has_no_lots():
    m = ledger()
    assert m.transfer(1, (m.cash(1), m.cash(2), 1, 1)).refusal.reason is R.LOT_UNKNOWN
