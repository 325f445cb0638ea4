"""Accounts: who holds how much of what, for which purpose, and in which lots.

Invariants: per asset the accounts sum to zero; `available` is never negative but for the outside
world's accounts; the parcels of an account are its posted quantity less what transfers and freezes
have set aside.
Rule: full prefunding (`settlement.prefunding`); units bought today are not sold today
(`settlement.sell_back_days`).
"""

from bisect import bisect_left

from exchange.core.event import Parcel
from exchange.core.types import (
    ANY_LOT,
    OUTSIDE,
    AccountId,
    AssetId,
    Day,
    LotId,
    ParticipantId,
    Purpose,
)

DAY_SHIFT = 40


class Account:
    """One balance. `held` is set aside for orders, pending transfers and freezes.

    `place` is empty but for what a region is given: a code of GB/T 2260.

    `parcels` are `[day << DAY_SHIFT | lot, quantity]`, oldest tradable day first; `locked` is what
    of them is tradable later than today.
    """

    __slots__ = (
        "account_id",
        "asset_id",
        "held",
        "locked",
        "outside",
        "parcels",
        "participant_id",
        "place",
        "posted",
        "purpose",
    )

    def __init__(
        self,
        account_id: AccountId,
        participant_id: ParticipantId,
        asset_id: AssetId,
        purpose: Purpose,
        place: str = "",
    ) -> None:
        self.account_id = account_id
        self.participant_id = participant_id
        self.asset_id = asset_id
        self.purpose = purpose
        self.place = place
        self.outside = purpose in OUTSIDE
        self.posted = 0
        self.held = 0
        self.locked = 0
        self.parcels: list[list[int]] = []

    @property
    def available(self) -> int:
        return self.posted - self.held - self.locked

    def add_parcel(self, lot_id: LotId, tradable_from: Day, quantity: int, today: Day) -> None:
        """Put units of a lot in. Does not touch `posted`. Cost: a search among the parcels."""
        key = tradable_from << DAY_SHIFT | lot_id
        if tradable_from > today:
            self.locked += quantity
        parcels = self.parcels
        if parcels and parcels[-1][0] == key:
            parcels[-1][1] += quantity
            return
        place = bisect_left(parcels, [key])
        if place < len(parcels) and parcels[place][0] == key:
            parcels[place][1] += quantity
        else:
            parcels.insert(place, [key, quantity])

    def take_parcels(
        self, quantity: int, today: Day, lot_id: LotId = ANY_LOT
    ) -> list[tuple[LotId, Day, int]]:
        """Take tradable units out, oldest first, of one lot or (0) of any.

        Does not touch `posted`.
        """
        parcels = self.parcels
        taken: list[tuple[LotId, Day, int]] = []
        position = 0
        while quantity:
            key, there = parcels[position]
            lot, day = LotId(key & LOT_MASK), Day(key >> DAY_SHIFT)
            assert day <= today
            if lot_id and lot != lot_id:
                position += 1
                continue
            if there > quantity:
                parcels[position][1] = there - quantity
                taken.append((lot, day, quantity))
                break
            taken.append((lot, day, there))
            quantity -= there
            if lot_id:
                del parcels[position]
            else:
                position += 1
        if not lot_id:
            del parcels[:position]
        return taken

    def take_back(
        self, quantity: int, today: Day, lot_id: LotId = ANY_LOT
    ) -> list[tuple[LotId, Day, int]]:
        """Take units out whether they may be sold yet or not, the first tradable first.

        Does not touch `posted`.
        """
        taken: list[tuple[LotId, Day, int]] = []
        kept: list[list[int]] = []
        for key, there in self.parcels:
            lot, day = LotId(key & LOT_MASK), Day(key >> DAY_SHIFT)
            share = min(there, quantity) if lot_id in (ANY_LOT, lot) else 0
            if share:
                quantity -= share
                taken.append((lot, day, share))
                self.locked -= share if day > today else 0
            if there > share:
                kept.append([key, there - share])
        assert not quantity
        self.parcels = kept
        return taken

    def put_back(self, quantity: int, parcels: tuple[Parcel, ...], today: Day) -> None:
        """Free units that were set aside, with the days that they had. Does not touch `posted`."""
        self.held -= quantity
        for parcel in parcels:
            self.add_parcel(parcel.lot_id, parcel.tradable_from_debit, parcel.quantity, today)

    def untaken_of(self, lot_id: LotId = ANY_LOT) -> int:
        """Count what no transfer or freeze has set aside, of one lot or of any."""
        return sum(
            quantity for key, quantity in self.parcels if lot_id in (ANY_LOT, key & LOT_MASK)
        )

    def tradable_of(self, lot_id: LotId, today: Day) -> int:
        """Count what of a lot may be sold today."""
        return sum(
            quantity
            for key, quantity in self.parcels
            if key & LOT_MASK == lot_id and key >> DAY_SHIFT <= today
        )

    def unlock(self, today: Day) -> None:
        """Count anew what is not yet tradable."""
        self.locked = sum(quantity for key, quantity in self.parcels if key >> DAY_SHIFT > today)


class Accounts:
    """All accounts of a ledger, by number and by what they are."""

    __slots__ = ("_by_key", "all", "locked")

    def __init__(self) -> None:
        self.all: dict[AccountId, Account] = {}
        self._by_key: dict[tuple[ParticipantId, AssetId, Purpose, str], Account] = {}
        self.locked: dict[AccountId, Account] = {}

    def open(
        self, participant_id: ParticipantId, asset_id: AssetId, purpose: Purpose, place: str = ""
    ) -> Account:
        account = Account(AccountId(len(self.all) + 1), participant_id, asset_id, purpose, place)
        self.put(account)
        return account

    def put(self, account: Account) -> None:
        """Enter an account under its number and its key."""
        key = (account.participant_id, account.asset_id, account.purpose, account.place)
        assert key not in self._by_key
        self.all[account.account_id] = account
        self._by_key[key] = account
        if account.locked:
            self.locked[account.account_id] = account

    def find(
        self, participant_id: ParticipantId, asset_id: AssetId, purpose: Purpose, place: str = ""
    ) -> Account | None:
        return self._by_key.get((participant_id, asset_id, purpose, place))

    def house(self, asset_id: AssetId, purpose: Purpose, place: str = "") -> Account:
        """Return an account of the venue itself.

        It exists since the asset was defined, or since the place was given a total.
        """
        return self._by_key[_HOUSE, asset_id, purpose, place]

    def start_day(self, today: Day) -> None:
        """Release what becomes tradable today. Cost: by the accounts that wait for a day."""
        for account in list(self.locked.values()):
            account.unlock(today)
            if not account.locked:
                del self.locked[account.account_id]


def parcels_of(
    taken: list[tuple[LotId, Day, int]], tradable_from: Day | None = None
) -> tuple[Parcel, ...]:
    """Describe units on their way; they keep their day unless the receiver's is given."""
    if tradable_from is None:
        return tuple([Parcel(lot, quantity, day, day) for lot, day, quantity in taken])
    return tuple([Parcel(lot, quantity, day, tradable_from) for lot, day, quantity in taken])


LOT_MASK = (1 << DAY_SHIFT) - 1
_HOUSE = ParticipantId(0)
