"""Reading a file in as the rows of a plan: asked for, done beside trading, told as it goes on.

Invariants: a file changes all rows of a plan or none; an import ends once; one that ran when the
server ended is `interrupted` and has changed nothing.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from pydantic import BaseModel
from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from exchange.allocation import queries, rows
from exchange.allocation.calculation import Fault
from exchange.allocation.desk import Desk
from exchange.allocation.terms import members_of, terms_of
from exchange.allocation.worker import NoRows, Progress, ReadFile, RowsRead
from exchange.api import database, etags
from exchange.api.amounts import format_time
from exchange.api.directory import AssetFacts
from exchange.api.edge import Edge
from exchange.api.tokens import Principal
from exchange.core.units import NUMBER_MAX
from exchange.errors import ExchangeError, NotFound
from exchange.ids import IMPORT, PLAN, numbered, parse_numbered
from exchange.storage.tables_desk import imports

log = structlog.get_logger(__name__)


class Asked(BaseModel):
    """What is asked for, as the memory of an idempotency key compares it."""

    dry_run: bool
    if_match: str
    kind: str
    charset: str
    file_hash: str


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was sent: its kind is `csv` or `xlsx`."""

    kind: str
    media_type: str
    charset: str
    data: bytes

    def digest(self) -> bytes:
        return hashlib.sha256(self.data).digest()


@dataclass(frozen=True, slots=True)
class Begun:
    """An import that is to be carried on."""

    import_id: int
    plan: Row[Any]
    asset: AssetFacts
    dry_run: bool


async def interrupt(engine: AsyncEngine, now_ns: int) -> None:
    """Say of imports that ran when the server ended that they did not come to their end."""
    ended = update(imports).where(imports.c.status == "running")
    async with database.writing(engine) as connection:
        await connection.execute(ended.values(status="interrupted", ended_at_ns=now_ns))


def beginning(
    edge: Edge, plan: Row[Any], principal: Principal, file: File, *, dry_run: bool
) -> dict[str, Any]:
    """Return the row of an import that begins."""
    return {
        "plan_id": plan.plan_id,
        "operator_id": principal.operator_id,
        "media_type": file.media_type,
        "file_hash": file.digest(),
        "file_bytes": len(file.data),
        "dry_run": dry_run,
        "status": "running",
        "plan_version": plan.version,
        "rows_read": 0,
        "error_count": 0,
        "errors": "[]",
        "started_at_ns": edge.clock.now_ns(),
    }


async def carry_on(edge: Edge, desk: Desk, principal: Principal, begun: Begun, file: File) -> None:
    """Read the file and replace the plan's rows, or say why not. Never raises."""
    try:
        result = await _read(edge, desk, begun, file)
        if result.fault_count or begun.dry_run:
            status = "failed" if result.fault_count else "dry_run_done"
            await _end(edge, begun, status, result)
        else:
            await _replace(edge, principal, begun, result)
    except Exception as fault:  # noqa: BLE001 - whatever it was, the import has ended
        code = fault.code if isinstance(fault, ExchangeError) else "internal_error"
        log.warning("an import failed", import_id=begun.import_id, error=repr(fault))
        try:
            await _end(edge, begun, "failed", _none(Fault(0, "", code, "")))
        except ExchangeError as another:
            log.warning("an import stays open", error=another.code)


async def _read(edge: Edge, desk: Desk, begun: Begun, file: File) -> RowsRead:
    terms = await terms_of(edge, begun.plan, begun.asset)
    async with edge.reading() as connection:
        members = await members_of(connection, begun.plan.ledger_number)

    async def told(progress: Progress) -> None:
        await _note(edge, begun, rows_read=progress.rows_read, rows_total=progress.rows_total)

    job = ReadFile(terms, members, file.kind, file.charset, file.data)
    result = await desk.run(job, told)
    if isinstance(result, NoRows):
        return _none(result.fault)
    assert isinstance(result, RowsRead)
    if sum(quantity or 0 for quantity in result.quantities) > NUMBER_MAX:
        detail = "the quantities are too large together"
        return _none(Fault(0, "quantity", "number_too_large", detail))
    return result


def _none(fault: Fault) -> RowsRead:
    """Make the result of a file of which no row can be used."""
    return RowsRead(0, 1, [fault], [], [], [], [], [])


async def _replace(edge: Edge, principal: Principal, begun: Begun, result: RowsRead) -> None:
    columns = rows.Columns(
        result.entities, result.participants, result.quantities, result.years, result.inputs
    )
    seen = etags.etag(begun.plan.version)
    plan_id = numbered(PLAN, begun.plan.plan_id)
    async with edge.writing() as connection:
        plan = await rows.locked(edge, connection, principal, plan_id, seen)
        running = select(imports.c.import_id).where(
            imports.c.import_id == begun.import_id, imports.c.status == "running"
        )
        if await connection.scalar(running.with_for_update()) is None:
            return
        await rows.replace(connection, plan, columns)
        ended = update(imports).where(imports.c.import_id == begun.import_id)
        await connection.execute(
            ended.values(
                status="imported",
                result_version=plan.version + 1,
                rows_read=result.rows_read,
                rows_total=result.rows_read,
                ended_at_ns=edge.clock.now_ns(),
            )
        )


async def _end(edge: Edge, begun: Begun, status: str, result: RowsRead) -> None:
    changes: dict[str, Any] = {
        "status": status,
        "error_count": result.fault_count,
        "errors": msgspec.json.encode(result.faults).decode(),
        "ended_at_ns": edge.clock.now_ns(),
    }
    if result.rows_read:
        changes |= {"rows_read": result.rows_read, "rows_total": result.rows_read}
    await _note(edge, begun, **changes)


async def _note(edge: Edge, begun: Begun, **changes: Any) -> None:
    running = update(imports).where(
        imports.c.import_id == begun.import_id, imports.c.status == "running"
    )
    async with edge.writing() as connection:
        await connection.execute(running.values(**changes))


async def find(connection: AsyncConnection, plan: Row[Any], import_id: str) -> Row[Any]:
    """Return an import of a plan. Raises: NotFound."""
    query = select(imports).where(
        imports.c.plan_id == plan.plan_id,
        imports.c.import_id == parse_numbered(import_id, IMPORT),
    )
    row: Row[Any] | None = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("import_unknown")
    return row


def view(row: Row[Any], *, whole: bool = True) -> dict[str, Any]:
    faults = msgspec.json.decode(row.errors, type=list[Fault]) if whole else []
    return {
        "import_id": numbered(IMPORT, row.import_id),
        "plan_id": numbered(PLAN, row.plan_id),
        "media_type": row.media_type,
        "file_hash": row.file_hash.hex(),
        "file_bytes": row.file_bytes,
        "dry_run": row.dry_run,
        "status": row.status,
        "plan_version": row.plan_version,
        "result_version": row.result_version,
        "rows_read": row.rows_read,
        "rows_total": row.rows_total,
        "error_count": row.error_count,
        "errors": [queries.fault_view(fault) for fault in faults],
        "started_at": format_time(row.started_at_ns),
        "ended_at": format_time(row.ended_at_ns) if row.ended_at_ns else None,
    }
