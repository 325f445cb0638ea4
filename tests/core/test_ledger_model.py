"""The ledger against the naive one, and the comparison shown to find seeded bugs.

`HYPOTHESIS_PROFILE=campaign` makes it search for minutes instead of seconds.
"""

from collections.abc import Callable

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from exchange.core import clearing, issuance, order_exit, transfers, venue
from exchange.core import commands as c
from exchange.core.accounts import Account, Accounts
from exchange.core.calendar import TradingCalendar
from exchange.core.reasons import RejectReason
from tests.core.ledger_machine import CarbonMachine, LedgerMachine, WaterMachine

QUICK = settings(max_examples=150, stateful_step_count=40, deadline=None)
CAMPAIGN = settings(stateful_step_count=100)  # the rest as the profile says
SEEKING = settings(
    max_examples=1_000,
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    report_multiple_bugs=False,
)

TestCarbon, TestWater = CarbonMachine.TestCase, WaterMachine.TestCase
TestCarbon.settings = TestWater.settings = (
    CAMPAIGN if settings.get_current_profile_name() == "campaign" else QUICK
)

Patch = pytest.MonkeyPatch


def lots_stay_away_after_a_void(patch: Patch) -> None:
    def put_back(account, quantity, parcels, today):
        account.held -= quantity

    patch.setattr(Account, "put_back", put_back)


def lots_come_back_as_of_today(patch: Patch) -> None:
    def put_back(account, quantity, parcels, today):
        account.held -= quantity
        for parcel in parcels:
            account.add_parcel(parcel.lot_id, today, parcel.quantity, today)

    patch.setattr(Account, "put_back", put_back)


def a_chain_posts_its_first_leg_only(patch: Patch) -> None:
    def post_pending(state, command):
        legs = state.pending.pop(command.chain_id).legs[:1]
        return [transfers._posted(state, command.chain_id, leg, pended=True) for leg in legs]

    replace_do(patch, c.PostTransfer, post_pending)


def each_leg_is_paid_from_the_whole_balance(patch: Patch) -> None:
    whole = transfers._refuse_means

    def refuse_means(state, legs):
        return next(filter(None, (whole(state, (leg,)) for leg in legs)), None)

    patch.setattr(transfers, "_refuse_means", refuse_means)


def a_frozen_member_posts(patch: Patch) -> None:
    forgive(patch, c.PostTransfer, RejectReason.PARTICIPANT_FROZEN)


def one_unit_over_the_cap_is_issued(patch: Patch) -> None:
    refuse = issuance.refuse_issue

    def generous(state, command):
        issuable = state.accounts.house(command.asset_id, "issuable")
        issuable.posted += 1
        refusal = refuse(state, command)
        issuable.posted -= 1
        return refusal

    replace_refuse(patch, c.IssueUnits, generous)


def a_cap_is_lowered_below_what_is_issued(patch: Patch) -> None:
    forgive(patch, c.AuthoriseIssuance, RejectReason.CAP_EXCEEDED)


def a_hold_stays_after_a_fill(patch: Patch) -> None:
    pay = clearing._pay
    patch.setattr(clearing, "_pay", lambda state, *a: pay(state, *a[:-1], 0))


def a_fill_releases_what_it_cost(patch: Patch) -> None:
    pay = clearing._pay

    def pay_only(state, buy, sell, fen, buyer_fee, seller_fee, released):
        pay(state, buy, sell, fen, buyer_fee, seller_fee, fen + buyer_fee)

    patch.setattr(clearing, "_pay", pay_only)


def a_hold_stays_after_a_cancellation(patch: Patch) -> None:
    release = order_exit.release

    def keep(state, order, reason):
        held = order.account.held
        event = release(state, order, reason)
        order.account.held = held
        return event

    patch.setattr(order_exit, "release", keep)


def parts_of_a_fen_are_dropped(patch: Patch) -> None:
    patch.setattr(clearing, "half_up", lambda over, under: over // under)


def the_newest_lot_goes_first(patch: Patch) -> None:
    take = Account.take_parcels

    def take_newest(account, quantity, today, lot_id=0):
        account.parcels.reverse()
        taken = take(account, quantity, today, lot_id)
        account.parcels.reverse()
        return taken

    patch.setattr(Account, "take_parcels", take_newest)


def a_named_lot_is_not_looked_at(patch: Patch) -> None:
    take = Account.take_parcels
    patch.setattr(Account, "take_parcels", lambda one, n, today, _lot=0: take(one, n, today))


def what_was_bought_is_sold_the_same_day(patch: Patch) -> None:
    patch.setattr(TradingCalendar, "trading_day_after", lambda _calendar, day, _count: day)


def a_weekend_counts_as_trading_days(patch: Patch) -> None:
    patch.setattr(TradingCalendar, "trading_day_after", lambda _calendar, day, count: day + count)


def a_new_day_unlocks_nothing(patch: Patch) -> None:
    patch.setattr(Accounts, "start_day", lambda _accounts, _today: None)


SEEDED: list[tuple[Callable[[Patch], None], type[LedgerMachine]]] = [
    (lots_stay_away_after_a_void, CarbonMachine),
    (lots_come_back_as_of_today, CarbonMachine),
    (a_chain_posts_its_first_leg_only, CarbonMachine),
    (each_leg_is_paid_from_the_whole_balance, CarbonMachine),
    (a_frozen_member_posts, CarbonMachine),
    (one_unit_over_the_cap_is_issued, CarbonMachine),
    (a_cap_is_lowered_below_what_is_issued, CarbonMachine),
    (a_hold_stays_after_a_fill, CarbonMachine),
    (a_fill_releases_what_it_cost, CarbonMachine),
    (a_hold_stays_after_a_cancellation, CarbonMachine),
    (parts_of_a_fen_are_dropped, WaterMachine),
    (the_newest_lot_goes_first, CarbonMachine),
    (a_named_lot_is_not_looked_at, CarbonMachine),
    (what_was_bought_is_sold_the_same_day, CarbonMachine),
    (a_weekend_counts_as_trading_days, CarbonMachine),
    (a_new_day_unlocks_nothing, CarbonMachine),
]


@pytest.mark.parametrize(
    ("bug", "machine"),
    SEEDED,
    ids=[bug.__name__ for bug, _ in SEEDED],
)
def test_the_comparison_finds(bug, machine, monkeypatch):
    bug(monkeypatch)
    with pytest.raises((AssertionError, LookupError)):
        run_state_machine_as_test(machine, settings=SEEKING)


def forgive(patch: Patch, command: type[c.Command], reason: RejectReason) -> None:
    """Have a command go on where it is refused for one reason."""
    refuse = venue.INSTITUTIONS[command][0]

    def forgiving(state, asked):
        refusal = refuse(state, asked)
        return None if refusal is not None and refusal.reason is reason else refusal

    replace_refuse(patch, command, forgiving)


def replace_refuse(patch: Patch, command: type[c.Command], refuse: Callable) -> None:
    patch.setitem(venue.INSTITUTIONS, command, (refuse, venue.INSTITUTIONS[command][1]))


def replace_do(patch: Patch, command: type[c.Command], do: Callable) -> None:
    patch.setitem(venue.INSTITUTIONS, command, (venue.INSTITUTIONS[command][0], do))
