"""What is always true of the validity of lots."""

from collections.abc import Iterator

from exchange.core.accounts import LOT_MASK
from exchange.core.state import State
from exchange.core.types import CASH, LotId, Purpose


def violations(state: State) -> Iterator[str]:
    if not state.rules.flag("validity.lots_end"):
        return
    waiting = {lot_id for lots in state.validity.due.values() for lot_id in lots}
    waiting.update(state.validity.overdue)
    for account in state.accounts.all.values():
        if account.purpose is not Purpose.HOLDING or account.asset_id == CASH:
            continue
        for key, _ in account.parcels:
            lot_id = LotId(key & LOT_MASK)
            valid_to = state.lots[lot_id].valid_to
            if valid_to and valid_to < state.today and lot_id not in waiting:
                yield f"account {account.account_id} holds lot {lot_id} beyond its validity"
