"""Whether a fill-or-kill order would be filled, asked before anything changes.

Rule: FIX TimeInForce 59=4, all at once or not at all. Own orders in the way count as the order's
own self-trade prevention would treat them.
"""

from __future__ import annotations

from typing import Final

from matching.levels import BookSide
from matching.messages import New, SelfTradePrevention

CANCEL_OLDEST: Final = SelfTradePrevention.CANCEL_OLDEST


def fillable(new: New, opposite: BookSide, reach: int) -> bool:
    """Tell whether all of the order would trade at once, counting self-trade prevention.

    The levels' totals are asked first; orders are only walked when those suffice.
    """
    if not _total_suffices(new.quantity, opposite, reach):
        return False
    needed = new.quantity
    owner = new.owner
    group = new.group
    for level in opposite.best_first():
        if level.rank > reach:
            break
        order = level.head
        while order is not None:
            other = order.terms
            if not ((owner and other.owner == owner) or (group and other.group == group)):
                needed -= order.leaves
            elif new.self_trade_prevention != CANCEL_OLDEST:
                return False
            if needed <= 0:
                return True
            order = order.behind
    return False


def _total_suffices(needed: int, opposite: BookSide, reach: int) -> bool:
    for level in opposite.best_first():
        if level.rank > reach:
            break
        needed -= level.quantity
        if needed <= 0:
            return True
    return False
