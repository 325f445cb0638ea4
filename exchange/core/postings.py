"""Postings: how an amount moves between two accounts for good.

Invariant: every posting debits one account and credits another of the same asset, so each asset
sums to zero.
"""

from exchange.core.accounts import Account
from exchange.core.event import Parcel
from exchange.core.events import TransferPosted
from exchange.core.state import State
from exchange.core.types import ChainId, Day, TransferCode

NEW_UNITS = Day(-1)
"""Stands as the day a parcel was tradable from when its units are made by this very transfer."""

GONE_UNITS = Day(-1)
"""Stands as the day a parcel is tradable from when its units end with this very transfer."""


def move(  # noqa: PLR0913, PLR0917
    state: State,
    debit: Account,
    credit: Account,
    quantity: int,
    code: TransferCode,
    reference: str,
    parcels: tuple[Parcel, ...] = (),
    chain_id: ChainId | None = None,
) -> TransferPosted:
    """Post one transfer, as a chain of its own or as a part of one.

    Credits the parcels, whose units the caller has taken.
    """
    transfer_id = state.next_transfer()
    post(state, debit, credit, quantity, parcels)
    return TransferPosted(
        transfer_id,
        ChainId(transfer_id) if chain_id is None else chain_id,
        debit.account_id,
        credit.account_id,
        quantity,
        code,
        parcels,
        pended=False,
        reference=reference,
    )


def post(
    state: State, debit: Account, credit: Account, quantity: int, parcels: tuple[Parcel, ...]
) -> None:
    """Change two balances by one amount and put the parcels in, but for what ends here."""
    debit.posted -= quantity
    credit.posted += quantity
    for parcel in parcels:
        if parcel.tradable_from_credit == GONE_UNITS:
            continue
        credit.add_parcel(parcel.lot_id, parcel.tradable_from_credit, parcel.quantity, state.today)
    if credit.locked:
        state.accounts.locked[credit.account_id] = credit
    assert debit.outside or debit.posted >= debit.held
