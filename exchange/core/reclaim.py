"""Taking units back from a member: a surplus, an end of validity, a closure.

Invariants: what is pending or frozen is never touched; an ask stands only while its units do.
"""

from collections.abc import Container

from exchange.core.accounts import Account
from exchange.core.events import OrderCancelled
from exchange.core.order_exit import withdraw
from exchange.core.state import State
from exchange.core.types import Day, LotId
from matching import CancelReason

Taken = list[tuple[LotId, Day, int]]


def reclaimable(account: Account) -> int:
    """Count what can be taken back: all but what is pending or frozen."""
    return sum(quantity for _, quantity in account.parcels)


def reclaim(
    state: State, account: Account, quantity: int, first: Container[LotId] = ()
) -> tuple[list[OrderCancelled], Taken]:
    """Take units out of a holding, of the lots in `first` before others, the newest before older.

    The member's asks that stand in the way are cancelled, the newest first. The caller posts what
    was taken, which is `quantity` or all there is: see `reclaimable`.
    """
    quantity = min(quantity, reclaimable(account))
    taken = account.take_back(quantity, state.today, first)
    if not account.locked:
        state.accounts.locked.pop(account.account_id, None)
    events: list[OrderCancelled] = []
    participant = state.participants[account.participant_id]
    asks = [order for order in participant.open_orders.values() if order.account is account]
    asks.sort(key=lambda order: order.order_id)
    while account.available < quantity:
        events.append(withdraw(state, asks.pop(), CancelReason.WITHDRAWN))
    return events, taken
