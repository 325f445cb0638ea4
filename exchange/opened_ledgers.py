"""Which ledgers a venue has: those that are always there, and optional ones that it opened.

Invariant: a ledger with a journal is open; leaving it out of the settings does not hide what stands
in it.
"""

from collections.abc import Collection

import asyncpg

from exchange.rulebook.loader import LedgerDefinition, list_ledgers, load_ledgers


async def opened_ledgers(dsn: str, optional: Collection[str]) -> tuple[LedgerDefinition, ...]:
    """Return the ledgers to serve or to check, with the optional ones that the settings name.

    Raises: RulebookError for a name that no optional ledger has.
    """
    connection = await asyncpg.connect(dsn)
    try:
        written = {row["ledger"] for row in await connection.fetch("SELECT ledger FROM leases")}
    finally:
        await connection.close()
    kept = {each.code for each in list_ledgers() if each.optional and each.number in written}
    return load_ledgers(optional={*optional, *kept})
