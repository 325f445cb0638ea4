"""The journal in PostgreSQL: one statement a batch, fenced by the lease row.

Rules of the house: no client-side timeout on a commit, for a commit that was given up may have
happened; and a commit counts only when the server confirms it without a warning. A server that
waits for a synchronous standby and is told to stop waiting reports success, with a warning: the
transaction may then be on that server alone.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg

from exchange.core.types import ParticipantId
from exchange.sequencer.id_filter import FilterChunk
from exchange.sequencer.journal import DoubtError, Entry, FencedError, StoredSnapshot
from exchange.storage.projection import Rows
from exchange.storage.writes import arrays, insert, statement

JOURNAL = insert(
    "journal",
    with_epoch=True,
    seq="bigint",
    at_ns="bigint",
    command_id="text",
    operator_id="bigint",
    participant_id="bigint",
    kind="text",
    command="bytea",
    refusal="bytea",
    events="bytea",
)
WRITER_SETTINGS = {
    "application_name": "steppe sequencer",
    "client_min_messages": "warning",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_bitmapscan": "off",
    "enable_material": "off",
    "jit": "off",
}
DURABLE = (
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') <> 'remote_apply'"
)
"""What an answer promises is no setting: a role or a database may ask for more, not for less."""
SNAPSHOTS_KEPT = 3
STATEMENTS_MAX = 100
"""A statement for each combination of rows; its plan takes memory in the database's process."""

ROWS_ASIDE = 5_000
"""So many rows take a while to encode: other ledgers should not wait for it."""

PAGE_ENTRIES = 5_000
CONNECT_S = 10
CLOSE_S = 2
_COLUMNS = "seq, at_ns, command_id, operator_id, participant_id, kind, command, refusal, events"

Connection = Any  # asyncpg's connection is generic over its record type


class PostgresJournal:
    """One ledger's journal. Writer, reads and each snapshot have connections of their own.

    The lease names this journal and no other, and each `keep` asks for a higher epoch: one whose
    answer was lost does not fence its own writer, nor does one that arrives late.
    """

    def __init__(self, dsn: str, ledger: int, holder: str) -> None:
        self._dsn = dsn
        self._ledger = ledger
        self._holder = f"{holder}:{secrets.token_hex(8)}"
        self._warning = ""
        self._writer: Connection = None
        self._reader: Connection = None
        self._reading = asyncio.Lock()
        self._epoch = self._tried_epoch = 0
        self._last_seq = 0
        self._prepared: dict[tuple[str, ...], Any] = {}

    async def take_over(self) -> int:
        return await self._hold(
            "INSERT INTO leases AS l (ledger, epoch, last_seq, holder) VALUES ($1, 1, 0, $2)"
            " ON CONFLICT (ledger) DO UPDATE SET epoch = l.epoch + 1, holder = $2"
            " RETURNING epoch, last_seq"
        )

    async def keep(self) -> int:
        self._tried_epoch += 1
        return await self._hold(
            "UPDATE leases SET epoch = $3 WHERE ledger = $1 AND holder = $2 AND epoch < $3"
            " RETURNING epoch, last_seq",
            self._tried_epoch,
        )

    async def held(self) -> bool:
        rows = await self._fetch("SELECT epoch FROM leases WHERE ledger = $1")
        return bool(rows) and rows[0]["epoch"] <= self._epoch

    async def _hold(self, query: str, *epoch: int) -> int:
        """Write the lease with a new epoch, so that nothing sent under the old one is carried out.

        A write that the server confirms is behind all that it confirmed or left in doubt before: a
        synchronous standby that has this one has those. The row is found by its holder, a name that
        no other writer has; for whether an earlier attempt moved the epoch may be unknown. Each
        attempt asks for a higher one, so that an earlier attempt that arrives late changes nothing.
        """
        await self._connect()
        self._warning = ""
        row = await self._writer.fetchrow(query, self._ledger, self._holder, *epoch)
        self._make_sure()
        if row is None:
            raise FencedError
        self._epoch, self._last_seq = row["epoch"], row["last_seq"]
        self._tried_epoch = self._epoch
        return self._last_seq

    def _make_sure(self) -> None:
        """Raises: DoubtError when the server warned of what it confirmed."""
        if self._warning:
            raise DoubtError(self._warning)

    def _note(self, _connection: Any, message: Any) -> None:
        """Keep a warning. The driver hands it over before the statement's own answer."""
        if (message.severity_en or message.severity) == "WARNING":
            self._warning = message.message

    async def append(self, entries: list[Entry], rows: Rows) -> None:
        last = entries[-1].seq
        if sum([len(gathered) for _, gathered in rows]) < ROWS_ASIDE:
            parameters = _parameters(entries, rows)
        else:
            parameters = await asyncio.to_thread(_parameters, entries, rows)
        prepared = await self._statement(rows)
        self._warning = ""
        written = await prepared.fetchval(
            self._ledger, self._epoch, self._last_seq, last, *parameters
        )
        self._make_sure()
        if written != 1:
            raise FencedError
        self._last_seq = last

    async def _statement(self, rows: Rows) -> Any:
        key = tuple([write.name for write, _ in rows])
        prepared = self._prepared.pop(key, None)
        if prepared is None:
            if len(self._prepared) >= STATEMENTS_MAX:
                del self._prepared[next(iter(self._prepared))]
            text = statement([JOURNAL, *[write for write, _ in rows]])
            prepared = await self._writer.prepare(text)
        self._prepared[key] = prepared  # at the end: the one not used for longest is the first
        return prepared

    async def find(self, command_ids: Sequence[str]) -> dict[str, Entry]:
        rows = await self._fetch(
            f"SELECT {_COLUMNS} FROM journal WHERE ledger = $1 AND command_id = ANY ($2::text[])",  # noqa: S608
            command_ids,
        )
        return {row["command_id"]: Entry(*row) for row in rows}

    async def orders_known(
        self, orders: Sequence[tuple[ParticipantId, str]]
    ) -> set[tuple[ParticipantId, str]]:
        rows = await self._fetch(
            "SELECT participant_id, client_order_id FROM orders"
            " JOIN unnest($2::bigint[], $3::text[]) AS u(participant_id, client_order_id)"
            " USING (participant_id, client_order_id) WHERE ledger = $1",
            [participant_id for participant_id, _ in orders],
            [client_order_id for _, client_order_id in orders],
        )
        return {(row["participant_id"], row["client_order_id"]) for row in rows}

    async def entries_after(self, seq: int) -> AsyncIterator[Entry]:
        while True:
            rows = await self._fetch(
                f"SELECT {_COLUMNS} FROM journal WHERE ledger = $1 AND seq > $2"  # noqa: S608
                f" ORDER BY seq LIMIT {PAGE_ENTRIES}",
                seq,
            )
            for row in rows:
                yield Entry(*row)
            if len(rows) < PAGE_ENTRIES:
                return
            seq = rows[-1]["seq"]

    async def snapshots(self) -> AsyncIterator[StoredSnapshot]:
        seq = 2**63 - 1
        while rows := await self._fetch(
            "SELECT seq, state_hash, state FROM snapshots WHERE ledger = $1 AND seq < $2"
            " ORDER BY seq DESC LIMIT 1",
            seq,
        ):
            stored = StoredSnapshot(*rows[0])
            del rows  # the bytes are large: hold them once
            yield stored
            seq = stored.seq

    async def filter_chunks(self) -> list[FilterChunk]:
        rows = await self._fetch(
            "SELECT chunk, ids, bits FROM id_filters WHERE ledger = $1 ORDER BY chunk"
        )
        return [FilterChunk(*row) for row in rows]

    async def save_snapshot(self, snapshot: StoredSnapshot, chunks: Sequence[FilterChunk]) -> None:
        """Write over a connection of its own, and look at the lease at the very end.

        Writing takes seconds. Meanwhile reads go on, and so do commits, which need the lease's row.
        """
        epoch = self._epoch
        connection = await asyncpg.connect(
            self._dsn,
            server_settings={"application_name": "steppe snapshots"},
            timeout=CONNECT_S,
        )
        try:
            await connection.execute("BEGIN")
            await connection.execute(
                "INSERT INTO snapshots (ledger, seq, state_hash, state) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (ledger, seq) DO NOTHING",
                self._ledger,
                snapshot.seq,
                snapshot.state_hash,
                snapshot.state,
            )
            await connection.execute(
                "INSERT INTO id_filters (ledger, chunk, ids, bits)"
                " SELECT $1, * FROM unnest($2::integer[], $3::bigint[], $4::bytea[])"
                " ON CONFLICT (ledger, chunk) DO UPDATE SET ids = excluded.ids,"
                " bits = excluded.bits",
                self._ledger,
                [chunk.number for chunk in chunks],
                [chunk.ids for chunk in chunks],
                [chunk.bits for chunk in chunks],
            )
            await connection.execute(
                "DELETE FROM snapshots WHERE ledger = $1 AND seq NOT IN"
                " (SELECT seq FROM snapshots WHERE ledger = $1 ORDER BY seq DESC LIMIT $2)",
                self._ledger,
                SNAPSHOTS_KEPT,
            )
            if not await connection.fetchval(
                "SELECT true FROM leases WHERE ledger = $1 AND epoch = $2 FOR SHARE",
                self._ledger,
                epoch,
            ):
                raise FencedError
            await connection.execute("COMMIT")
        finally:
            await _end(connection)

    async def balances(self) -> dict[int, tuple[int, int]]:
        rows = await self._fetch("SELECT account_id, posted, held FROM accounts WHERE ledger = $1")
        return {row["account_id"]: (row["posted"], row["held"]) for row in rows}

    async def close(self) -> None:
        for connection in (self._writer, self._reader):
            if connection is not None and not connection.is_closed():
                await _end(connection)
        self._writer = self._reader = None
        self._prepared = {}

    async def _connect(self) -> None:
        await self.close()
        self._writer = await asyncpg.connect(
            self._dsn, server_settings=WRITER_SETTINGS, statement_cache_size=0, timeout=CONNECT_S
        )
        self._writer.add_log_listener(self._note)
        await self._writer.execute(DURABLE)

    async def _fetch(self, query: str, *parameters: Any) -> list[Any]:
        """Read by the second connection; one that was cut is made anew, once."""
        async with self._reading:
            try:
                return await self._read_rows(query, *parameters)
            except (OSError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError):
                if self._reader is not None:
                    self._reader.terminate()
                    self._reader = None
                return await self._read_rows(query, *parameters)

    async def _read_rows(self, query: str, *parameters: Any) -> list[Any]:
        if self._reader is None or self._reader.is_closed():
            self._reader = await asyncpg.connect(
                self._dsn,
                server_settings={"application_name": "steppe journal"},
                timeout=CONNECT_S,
            )
        rows: list[Any] = await self._reader.fetch(query, self._ledger, *parameters)
        return rows


def _parameters(entries: list[Entry], rows: Rows) -> list[Any]:
    parameters: list[Any] = arrays(JOURNAL, entries)
    for write, gathered in rows:
        parameters.extend(arrays(write, gathered))
    return parameters


async def _end(connection: Connection) -> None:
    """Close a connection in bounded time; what it did not commit is undone."""
    try:
        await connection.close(timeout=CLOSE_S)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
