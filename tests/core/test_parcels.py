"""The parcels of an account against a plain dictionary of them."""

from hypothesis import given
from hypothesis import strategies as st

from exchange.core.accounts import DAY_SHIFT, Account
from exchange.core.types import Purpose

TODAY = 100
ADD = st.tuples(st.integers(1, 6), st.integers(95, 104), st.integers(1, 50))
TAKE = st.tuples(st.integers(0, 6), st.just(0), st.integers(1, 120))


@given(st.lists(st.one_of(ADD, TAKE), max_size=60))
def test_parcels_are_what_a_plain_dictionary_says(steps):
    account = Account(1, 1, 1, Purpose.HOLDING)
    plain: dict[tuple[int, int], int] = {}
    for lot, day, quantity in steps:
        if day:
            account.add_parcel(lot, day, quantity, TODAY)
            plain[day, lot] = plain.get((day, lot), 0) + quantity
        else:
            wanted = min(quantity, tradable(plain, lot))
            taken = account.take_parcels(wanted, TODAY, lot)
            assert taken == take(plain, wanted, lot)
        found = {(key >> DAY_SHIFT, key & (1 << DAY_SHIFT) - 1): n for key, n in account.parcels}
        assert list(found.items()) == sorted(plain.items())
        assert account.locked == sum(n for (day, _), n in plain.items() if day > TODAY)
        assert all(account.tradable_of(n, TODAY) == tradable(plain, n) for n in range(1, 7))


def tradable(plain, lot):
    return sum(n for (day, of), n in plain.items() if day <= TODAY and lot in (0, of))


def take(plain, quantity, lot):
    taken = []
    for day, of in sorted(plain):
        if quantity and lot in (0, of):
            part = min(quantity, plain[day, of])
            taken.append((of, day, part))
            quantity -= part
            plain[day, of] -= part
            if not plain[day, of]:
                del plain[day, of]
    return taken
