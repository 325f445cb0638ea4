"""The acts that take two people: one line for each institution that has some."""

from exchange.core.act import Act
from exchange.core.after_issue import table as after_issue
from exchange.core.allocation import table as allocation
from exchange.core.budgets import table as budgets
from exchange.core.cancellation import table as cancellation
from exchange.core.compliance import table as compliance
from exchange.core.crossing import table as crossing
from exchange.core.locks import table as locks
from exchange.core.paid_use import table as paid_use
from exchange.core.permits import table as permits
from exchange.core.reserves import table as reserves
from exchange.core.totals import table as totals
from exchange.core.water import table as water

ACTS: dict[str, Act] = {
    act.kind.__name__: act
    for act in (
        *totals.ACTS,
        *allocation.ACTS,
        *compliance.ACTS,
        *locks.ACTS,
        *permits.ACTS,
        *water.ACTS,
        *crossing.ACTS,
        *paid_use.ACTS,
        *budgets.ACTS,
        *after_issue.ACTS,
        *cancellation.ACTS,
        *reserves.ACTS,
    )
}
