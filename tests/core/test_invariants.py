"""Each invariant is seen to be broken: a state is tampered with, and a sentence names the harm."""

import pytest

from exchange.core.invariants import violations
from tests.support.builders import Market, carbon_market


def market() -> Market:
    """1 sells 10 t and has bought none; 3 holds 1,000 t; 2 has bought 5 t today."""
    built = carbon_market()
    built.sell(1, "10@48.00")
    built.buy(2, "5@48.00")
    built.transfer(1, (built.holding(1), built.holding(3), 5, 0), pending=True)
    return built


def make_units(m: Market) -> None:
    m.holding(1).posted += 1


def make_money(m: Market) -> None:
    m.cash(2).posted += 1


def overdraw(m: Market) -> None:
    m.cash(3).posted -= 20_000_000
    m.cash(2).posted += 20_000_000


def forget_hold(m: Market) -> None:
    m.holding(1).held -= 1


def negative_hold(m: Market) -> None:
    m.cash(2).held = -1


def issue_beyond_cap(m: Market) -> None:
    source, issuable = m.venue.state.accounts.all[3], m.venue.state.accounts.all[4]
    source.posted += issuable.posted + 1
    issuable.posted = -1


def copy_a_lot(m: Market) -> None:
    m.holding(3).parcels[0][1] += 1


def unlock(m: Market) -> None:
    m.holding(2).locked = 0


def lose_an_order(m: Market) -> None:
    del m.venue.state.orders[1]


def change_an_order(m: Market) -> None:
    m.venue.state.orders[1].leaves += 1


@pytest.mark.parametrize(
    ("tamper", "complaint"),
    [
        (make_units, "asset 1 sums to 1, not to zero"),
        (make_money, "asset 0 sums to 1, not to zero"),
        (overdraw, "account 7 has -10000000 available"),
        (forget_hold, "account 8 holds 9, its reasons 10"),
        (negative_hold, "account 6 holds -1 back"),
        (issue_beyond_cap, "asset 1 has 101000 issued, its cap is 100999"),
        (copy_a_lot, "account 9 has 1000, its lots 1001"),
        (unlock, "account 10 has 0 locked, its lots 5"),
        (lose_an_order, "0 orders are open, 1 rest, 1 are somebody's"),
        (change_an_order, "order 1 differs between book and ledger"),
    ],
)
def test_a_broken_invariant_is_named(tamper, complaint):
    m = market()
    assert violations(m.venue.state) == []
    tamper(m)
    assert complaint in violations(m.venue.state)
