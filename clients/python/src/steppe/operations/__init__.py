"""Every operation of the venue, each defined once: a pure function that builds its request.

Both clients and the command line are made of these functions; none of them sends anything. What
names the thing acted on is positional, everything else is given by name.
"""

from steppe.operations import (
    after_issue,
    allocation,
    budgets,
    calculation,
    cancellation,
    compliance,
    desk,
    holdings,
    identity,
    inbox,
    locks,
    market_data,
    objecting,
    paid_use,
    permits,
    reference,
    reporting,
    reserves,
    sandbox,
    totals,
    trading,
    water,
)

__all__ = [
    "after_issue",
    "allocation",
    "budgets",
    "calculation",
    "cancellation",
    "compliance",
    "desk",
    "holdings",
    "identity",
    "inbox",
    "locks",
    "market_data",
    "objecting",
    "paid_use",
    "permits",
    "reference",
    "reporting",
    "reserves",
    "sandbox",
    "totals",
    "trading",
    "water",
]
