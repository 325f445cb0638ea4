"""Makes a ledger's projections anew from its journal, as the role that owns the tables.

One transaction does it: it takes the ledger's lease, replays the journal to see that it is sound,
projects it into temporary tables, and puts those rows in the place of the stored ones. A crash
leaves all as it was. A server that should still be running is fenced: the lease it held is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import asyncpg

from exchange.audit.checker import Ledger
from exchange.audit.findings import LedgerFindings
from exchange.audit.projected import SESSION_SETTINGS, Scratch
from exchange.audit.replay import Connection, Replayed, replay
from exchange.sequencer.postgres import WRITER_SETTINGS
from exchange.sequencer.projector import Projector


class RebuildError(Exception):
    """The projections cannot be made anew; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many rows each table got, and which snapshots went, being none of this journal's."""

    ledger: str
    last_seq: int
    rows: dict[str, int]
    snapshots_removed: list[int]


async def rebuild(dsn: str, ledger: Ledger, make_projector: Callable[[], Projector]) -> Rebuilt:
    """Make the projections of one ledger anew.

    Raises: RebuildError when a server is connected or the journal does not replay.
    """
    connection = await asyncpg.connect(dsn, server_settings=SESSION_SETTINGS)
    reader = await asyncpg.connect(dsn, server_settings=SESSION_SETTINGS)
    try:
        await _refuse_if_live(reader)
        scratch = Scratch(connection, ledger.number)
        await scratch.prepare()
        async with connection.transaction():
            await connection.execute(
                f"UPDATE {scratch.schema}.leases SET epoch = epoch + 1, holder = 'rebuild'"  # noqa: S608
                " WHERE ledger = $1",
                ledger.number,
            )
            replayed = await replay(reader, ledger.number, ledger.code, 20)
            _refuse_if_unsound(ledger, replayed)
            await scratch.build(reader, make_projector())
            rows = await scratch.swap()
            await connection.execute(
                f"DELETE FROM {scratch.schema}.snapshots"  # noqa: S608
                " WHERE ledger = $1 AND seq = ANY($2::bigint[])",
                ledger.number,
                replayed.bad_snapshots,
            )
        return Rebuilt(ledger.code, replayed.last_seq, rows, replayed.bad_snapshots)
    finally:
        await reader.close()
        await connection.close()


async def _refuse_if_live(connection: Connection) -> None:
    writers = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = $1",
        WRITER_SETTINGS["application_name"],
    )
    if writers:
        raise RebuildError(f"{writers} writers of a server are connected: stop the server first")


def _refuse_if_unsound(ledger: Ledger, replayed: Replayed) -> None:
    """The journal is the truth; where it contradicts itself there is nothing to build from."""
    journal, invariants, _ = replayed.checks
    found = LedgerFindings(ledger.code, replayed.last_seq, [journal, invariants])
    if not found.agrees:
        raise RebuildError(
            f"{ledger.code}: the journal itself is not sound, restore it from a backup: "
            f"{found.differences[0]}"
        )
