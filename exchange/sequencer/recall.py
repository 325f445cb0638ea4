"""Commands that may have been seen and commands in doubt: answered by what the journal says."""

from collections.abc import Sequence

import asyncpg

from exchange.errors import Unavailable
from exchange.sequencer.batch import ReusedIdError, Submission, order_name
from exchange.sequencer.journal import Entry, Journal
from exchange.sequencer.seen import Seen, orders_of

DATABASE_FAULTS = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


async def recall(journal: Journal, seen: Seen, items: Sequence[Submission]) -> list[Submission]:
    """Answer the commands that were journalled; return the others, which are to be carried out.

    Asks for those that may have been seen, and keeps the order of all.
    """
    try:
        used = await _used_ids(journal, [item for item in items if seen.perhaps(item)])
    except DATABASE_FAULTS:
        give_back(seen, items, Unavailable("database_unavailable", "repeat the same id"))
        return []
    except BaseException:
        give_back(seen, items, Unavailable("ledger_unavailable", "repeat the same id"))
        raise
    fresh = []
    for item in items:
        first = used.get(item.command_id)
        if isinstance(first, Entry):
            seen.settle(item)
            item.settle_by(first)
        elif name := next((name for name in item.order_names if name in used), first):
            seen.settle(item)
            item.settle(ReusedIdError(name))
        else:
            fresh.append(item)
    return fresh


async def settle_by_journal(
    journal: Journal | None, seen: Seen, items: Sequence[Submission]
) -> None:
    """Answer commands whose commit was in doubt; without a journal the doubt is passed on."""
    found: dict[str, Entry] = {}
    code = "ledger_unavailable"
    if journal is not None:
        try:
            found = await journal.find([item.command_id for item in items])
        except DATABASE_FAULTS:
            code = "database_unavailable"
    for item in items:
        entry = found.get(item.command_id)
        if entry is None:
            give_back(seen, [item], Unavailable(code, "repeat the same id"))
        else:
            seen.settle(item)
            item.settle_by(entry)


async def _used_ids(journal: Journal, items: Sequence[Submission]) -> dict[str, Entry | str]:
    """Return which ids of some commands are used: by an entry, or by an order in a batch."""
    names = [name for item in items for name in (item.command_id, *item.order_names)]
    orders = [order for item in items for order in orders_of(item.command)]
    used: dict[str, Entry | str] = {}
    if orders:
        known = await journal.orders_known(orders)
        used.update((name, name) for name in map(order_name, known))
    used.update(await journal.find(names))
    return used


def give_back(seen: Seen, items: Sequence[Submission], reason: Unavailable) -> None:
    """Answer commands that this sequencer will not carry out; their ids are free again here."""
    for item in items:
        seen.settle(item)
        item.settle(reason)
