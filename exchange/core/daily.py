"""What falls due at the beginning of each local day: one line for each duty, in order.

A duty looks at little when nothing is due: the clock of a sandbox passes thousands of midnights.
"""

from collections.abc import Callable, Sequence

from exchange.core.after_issue.claims import collect_due
from exchange.core.approvals.requests import expire
from exchange.core.budgets.indicators import withdraw_bids
from exchange.core.events import AnyEvent
from exchange.core.paid_use.overdue import attend
from exchange.core.permits import recording as permits
from exchange.core.permits import tasks as permit_tasks
from exchange.core.state import State
from exchange.core.validity.expiry import end_lots

DAILY: tuple[Callable[[State], Sequence[AnyEvent]], ...] = (
    expire,
    end_lots,
    permits.expire,
    permit_tasks.settle_all,
    attend,
    withdraw_bids,
    collect_due,
)
