"""What is always true of a ledger. Checked in tests, at snapshots and by the online checker.

Each check yields a sentence for each violation; no sentence means that all is well.
"""

from collections.abc import Iterator

from exchange.core.accounts import DAY_SHIFT, Account
from exchange.core.after_issue import violations as after_issue
from exchange.core.approvals import violations as approvals
from exchange.core.budgets import violations as budgets
from exchange.core.cancellation import violations as cancellation
from exchange.core.compliance import violations as compliance
from exchange.core.crossing import violations as crossing
from exchange.core.locks import violations as locks
from exchange.core.paid_use import violations as paid_use
from exchange.core.permits import violations as permits
from exchange.core.reserves import violations as reserves
from exchange.core.state import State
from exchange.core.totals import violations as totals
from exchange.core.types import CASH, AccountId, AssetId, Purpose
from exchange.core.validity import violations as validity
from exchange.core.water import violations as water


def violations(state: State) -> list[str]:
    """Return every violation found. Cost: by accounts, open orders and parcels."""
    held: dict[Account, int] = {}
    return [
        *_sums(state),
        *_balances(state),
        *_caps(state),
        *_orders(state, held),
        *_books(state),
        *_holds(state, held),
        *_parcels(state),
        *approvals.violations(state),
        *totals.violations(state),
        *validity.violations(state),
        *compliance.violations(state),
        *locks.violations(state),
        *permits.violations(state),
        *water.violations(state),
        *crossing.violations(state),
        *paid_use.violations(state),
        *budgets.violations(state),
        *after_issue.violations(state),
        *cancellation.violations(state),
        *reserves.violations(state),
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


def _caps(state: State) -> Iterator[str]:
    issued: dict[AssetId, int] = {}
    for account in state.accounts.all.values():
        if account.purpose is Purpose.HOLDING:
            issued[account.asset_id] = issued.get(account.asset_id, 0) + account.posted
    for asset_id, quantity in issued.items():
        cap = -state.accounts.house(asset_id, Purpose.SOURCE).posted
        if quantity > cap:
            yield f"asset {asset_id} has {quantity} issued, its cap is {cap}"


def _orders(state: State, held: dict[Account, int]) -> Iterator[str]:
    """Compare open orders with the books, and add up in `held` what they reserve.

    Orders are taken in order of entry, as they lie in memory: by price it would take twice as long.
    """
    orders = state.orders
    for order_id, order in orders.items():
        instrument = order.instrument
        resting = instrument.book.find(order_id)
        if resting is None or not (
            resting.leaves == order.leaves
            and resting.price == order.price
            and resting.quantity == order.quantity
            and (terms := resting.terms).side is order.side
            and terms.owner == order.participant.participant_id
        ):
            yield f"order {order_id} differs between book and ledger"
        account = order.account
        reserved = order.leaves // instrument.step * order.hold_per_step
        held[account] = held.get(account, 0) + reserved
    owned = sum(len(participant.open_orders) for participant in state.participants.values())
    resting_count = sum(len(instrument.book) for instrument in state.instruments.values())
    if not resting_count == owned == len(orders):
        yield f"{len(orders)} orders are open, {resting_count} rest, {owned} are somebody's"


def _books(state: State) -> Iterator[str]:
    """Walk the queues of every book."""
    for instrument in state.instruments.values():
        book = instrument.book
        if 0 < book.best_ask <= book.best_bid:
            yield f"book of {instrument.code} is crossed"
        queued = sum(1 for _ in book.resting())
        if queued != len(book):
            yield f"book of {instrument.code} queues {queued} orders, {len(book)} rest"


def _holds(state: State, held: dict[Account, int]) -> Iterator[str]:
    for pending in state.pending.values():
        for leg in pending.legs:
            held[leg.debit] = held.get(leg.debit, 0) + leg.quantity
    for frozen in state.freezes.values():
        held[frozen.account] = held.get(frozen.account, 0) + frozen.quantity
    for lock in state.locks.locks.values():
        account = state.accounts.all[lock.account_id]
        held[account] = held.get(account, 0) + lock.quantity
    for account in state.accounts.all.values():
        expected = held.get(account, 0)
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
    for lock in state.locks.locks.values():
        apart[lock.account_id] = apart.get(lock.account_id, 0) + lock.quantity
    for account in state.accounts.all.values():
        if account.purpose is not Purpose.HOLDING or account.asset_id == CASH:
            continue
        inside = sum(quantity for _, quantity in account.parcels)
        if inside + apart.get(account.account_id, 0) != account.posted:
            yield f"account {account.account_id} has {account.posted}, its lots {inside}"
        later = sum(quantity for key, quantity in account.parcels if key >> DAY_SHIFT > state.today)
        if account.locked != later:
            yield f"account {account.account_id} has {account.locked} locked, its lots {later}"
