"""Routes of imports: a file as the rows of a plan."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.allocation import imports, queries, rows
from exchange.allocation.csv_rows import CODECS
from exchange.allocation.desk import Desk
from exchange.allocation.desk_schemas import ImportView
from exchange.api.admission import FILE_BYTES_MAX
from exchange.api.body import StrictRoute
from exchange.api.edge import EdgeDep
from exchange.api.etags import IfMatch
from exchange.api.idempotency import IdempotencyKey, once
from exchange.api.pagination import LIMIT_DEFAULT, Cursor, Limit, Page, more_after, read_cursor
from exchange.api.problems import RESPONSES
from exchange.api.security import CurrentPrincipal, must_be
from exchange.core.types import Role
from exchange.errors import BadRequest, NotFound, UnsupportedMedia
from exchange.storage.tables_desk import imports as imports_table

CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS: Final = {CSV: "csv", XLSX: "xlsx"}
FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": f"The file itself, at most {FILE_BYTES_MAX} bytes and 20,000 rows of data.",
        "content": {
            CSV: {
                "schema": {"type": "string"},
                "example": "entity,participant,quantity\nBT-001,p12,100\n",
            },
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
_CHARSET = re.compile(r'charset="?([A-Za-z0-9-]{1,16})"?', re.ASCII | re.IGNORECASE)

DryRun = Annotated[bool, Query(description="Only say what the file would do")]

router = APIRouter(
    prefix="/v1/allocation-plans/{plan_id}/imports",
    tags=["allocation"],
    route_class=StrictRoute,
    responses=RESPONSES,
)


@router.post("", status_code=202, response_model=ImportView, openapi_extra=FILE)
async def import_rows(
    plan_id: str,
    request: Request,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    if_match: IfMatch,
    response: Response,
    *,
    dry_run: DryRun = False,
) -> dict[str, Any]:
    """Read a CSV or XLSX file in as the rows of a plan, all of them or none.

    The answer comes at once; `Location` tells how far it is. A dry run only says what is wrong.
    """
    must_be(principal, Role.REGULATOR)
    file = await _file(request)
    desk: Desk = request.app.state.desk
    begun: list[imports.Begun] = []

    async def act(connection: AsyncConnection) -> dict[str, Any]:
        desk.has_room()
        plan = await rows.locked(edge, connection, principal, plan_id, if_match)
        asset = await queries.asset_of(edge, plan)
        values = imports.beginning(edge, plan, principal, file, dry_run=dry_run)
        made = insert(imports_table).values(values).returning(imports_table)
        row = (await connection.execute(made)).one()
        begun.append(imports.Begun(row.import_id, plan, asset, dry_run))
        return imports.view(row)

    asked = imports.Asked(
        dry_run=dry_run,
        if_match=if_match,
        kind=file.kind,
        charset=file.charset,
        file_hash=file.digest().hex(),
    )
    operation = f"import_rows {plan_id}"
    view = await once(edge, principal, key, operation, asked, response, act)
    if begun:
        desk.start(imports.carry_on(edge, desk, principal, begun[0], file))
    response.headers["Location"] = f"/v1/allocation-plans/{plan_id}/imports/{view['import_id']}"
    return view


async def _file(request: Request) -> imports.File:
    """Take the file. Raises: UnsupportedMedia, BadRequest."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    kind = KINDS.get(media_type)
    if kind is None:
        raise UnsupportedMedia("unsupported_media_type", f"send {CSV} or {XLSX}")
    charset = ""
    if parameters.strip():
        match = _CHARSET.fullmatch(parameters.strip())
        charset = match[1].lower() if match else "?"
        if charset not in CODECS:
            raise UnsupportedMedia("unsupported_media_type", "send UTF-8 or GB 18030")
    data = await request.body()
    if not data:
        raise BadRequest("malformed_request", "the body is the file")
    return imports.File(kind, media_type, charset, data)


@router.get("", response_model=Page[ImportView])
async def list_imports(
    plan_id: str,
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List the files that were read in for a plan (regulator), without the faults of each."""
    (after,) = read_cursor(cursor, int) or (0,)
    if principal.role is not Role.REGULATOR:
        raise NotFound("plan_unknown")
    async with edge.reading() as connection:
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        columns = [column for column in imports_table.c if column.name != "errors"]
        query = (
            select(*columns)
            .where(imports_table.c.plan_id == plan.plan_id, imports_table.c.import_id > after)
            .order_by(imports_table.c.import_id)
        )
        found = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, found, limit, "import_id")
    items = [imports.view(row, whole=False) for row in found[:limit]]
    return {"items": items, "next_cursor": more}


@router.get("/{import_id}", response_model=ImportView)
async def show_import(
    plan_id: str, import_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show how far a file has been read in, and what is wrong with it (regulator)."""
    if principal.role is not Role.REGULATOR:
        raise NotFound("plan_unknown")
    async with edge.reading() as connection:
        plan = await queries.find_plan(edge, connection, principal, plan_id)
        return imports.view(await imports.find(connection, plan, import_id))
