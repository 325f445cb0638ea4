"""What is always true of a ledger. Checked in tests, at snapshots and by the online checker.

Each check yields a sentence for each violation; no sentence means that all is well.
"""

from collections.abc import Iterator

from exchange.core.state import State
from exchange.core.types import CASH, AccountId, AssetId, Purpose


def violations(state: State) -> list[str]:
    """Return every violation found. Cost: by accounts, open orders and parcels."""
    return [
        *_sums(state),
        *_balances(state),
        *_holds(state),
        *_parcels(state),
        *_books(state),
    ]


def _sums(state: State) -> Iterator[str]:
    totals: dict[AssetId, int] = {}
    for account in state.accounts.all.values():
        totals[account.asset_id] = totals.get(account.asset_id, 0) + account.posted
    for asset_id, total in totals.items():
        if total:
            yield f"asset {asset_id} sums to {total}, not to zero"


def _balances(state: State) -> Iterator[str]:
    for account in state.accounts.all.values():
        if account.held < 0:
            yield f"account {account.account_id} holds {account.held} back"
        if not account.outside and account.available < 0:
            yield f"account {account.account_id} has {account.available} available"


def _holds(state: State) -> Iterator[str]:
    held: dict[AccountId, int] = {}

    def add(account_id: AccountId, quantity: int) -> None:
        held[account_id] = held.get(account_id, 0) + quantity

    for order in state.orders.values():
        add(order.account.account_id, order.leaves // order.instrument.step * order.hold_per_step)
    for pending in state.pending.values():
        for leg in pending.legs:
            add(leg.debit.account_id, leg.quantity)
    for frozen in state.freezes.values():
        add(frozen.account.account_id, frozen.quantity)
    for account in state.accounts.all.values():
        expected = held.get(account.account_id, 0)
        if account.held != expected:
            yield f"account {account.account_id} holds {account.held}, its reasons {expected}"


def _parcels(state: State) -> Iterator[str]:
    apart: dict[AccountId, int] = {}
    for pending in state.pending.values():
        for leg in pending.legs:
            apart[leg.debit.account_id] = apart.get(leg.debit.account_id, 0) + leg.quantity
    for frozen in state.freezes.values():
        account_id = frozen.account.account_id
        apart[account_id] = apart.get(account_id, 0) + frozen.quantity
    for account in state.accounts.all.values():
        if account.purpose is not Purpose.HOLDING or account.asset_id == CASH:
            continue
        inside = sum(quantity for _, quantity in account.parcels)
        if inside + apart.get(account.account_id, 0) != account.posted:
            yield f"account {account.account_id} has {account.posted}, its lots {inside}"


def _books(state: State) -> Iterator[str]:
    resting = 0
    for instrument in state.instruments.values():
        book = instrument.book
        resting += len(book)
        if 0 < book.best_ask <= book.best_bid:
            yield f"book of {instrument.code} is crossed"
        for order in book.resting():
            known = state.orders.get(order.order_id)  # type: ignore[call-overload]
            if known is None or known.leaves != order.leaves or known.price != order.price:
                yield f"order {order.order_id} differs between book and ledger"
    if resting != len(state.orders):
        yield f"{resting} orders rest, {len(state.orders)} are open"
