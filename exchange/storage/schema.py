"""The whole schema: whoever goes through all tables starts here, so that none is left out."""

from exchange.storage import (
    tables,
    tables_after_issue,
    tables_allocation,
    tables_back_office,
    tables_budgets,
    tables_cancellation,
    tables_compliance,
    tables_desk,
    tables_paid_use,
    tables_permits,
    tables_reserves,
    tables_water,
)
from exchange.storage.metadata import metadata

__all__ = [
    "metadata",
    "tables",
    "tables_after_issue",
    "tables_allocation",
    "tables_back_office",
    "tables_budgets",
    "tables_cancellation",
    "tables_compliance",
    "tables_desk",
    "tables_paid_use",
    "tables_permits",
    "tables_reserves",
    "tables_water",
]
