"""Routes of water years and savings: figures for everybody, acts by two regulators."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Row, Select, select, tuple_

from exchange.api.amounts import format_day, parse_amount
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.idempotency import IdempotencyKey
from exchange.api.pagination import (
    DAY,
    LEDGER,
    LIMIT_DEFAULT,
    Cursor,
    Limit,
    Page,
    PlainInt,
    more_after,
    read_cursor,
)
from exchange.api.problems import RESPONSES
from exchange.api.schemas import ApprovalReceipt, LedgerFilter
from exchange.api.security import CurrentPrincipal
from exchange.api.submission import initiate, last_day
from exchange.core.units import format_decimal
from exchange.core.water.commands import RecordOveruse, SetInflowRatio, VerifySaving
from exchange.ids import SAVING
from exchange.ids import reference as name_of
from exchange.storage.tables_water import water_overuse, water_savings, water_shares
from exchange.water.schemas import (
    OveruseView,
    RecordOveruseRequest,
    SavingView,
    SetRatioRequest,
    ShareView,
    VerifySavingRequest,
)

router = APIRouter(prefix="/v1/water", tags=["water"], route_class=StrictRoute, responses=RESPONSES)

Year = Annotated[PlainInt, Path(ge=1900, le=2999, description="In which the water year begins")]
AssetFilter = Annotated[str | None, Query(max_length=32)]
PlaceFilter = Annotated[str | None, Query(max_length=6, examples=["150800"])]


@router.post("/years/{year}/ratio", status_code=202, response_model=ApprovalReceipt)
async def set_inflow_ratio(
    year: Year,
    body: SetRatioRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that the totals of a year's water follow the quotas by one ratio, or by another one."""
    asset = await edge.directory.asset_anywhere(body.asset)
    ppm = parse_amount(body.ratio, 6, "/ratio")
    act = SetInflowRatio(asset.asset_id, year, ppm, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.post("/years/{year}/overuse", status_code=202, response_model=ApprovalReceipt)
async def record_overuse(
    year: Year,
    body: RecordOveruseRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask to record what a league took above its share, to be withheld from the next year's."""
    quantity = parse_amount(body.quantity, 0, "/quantity")
    act = RecordOveruse(body.place, year, quantity, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, body.ledger, key, act, last, response)


@router.post("/savings", status_code=202, response_model=ApprovalReceipt)
async def verify_saving(
    body: VerifySavingRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Ask that a district's saving potential be verified and its tradable part set aside."""
    asset = await edge.directory.asset_anywhere(body.asset)
    potential = parse_amount(body.potential, asset.scale, "/potential")
    act = VerifySaving(asset.asset_id, body.place, body.district, potential, body.document)
    last = last_day(body.expires_on)
    return await initiate(edge, principal, asset.ledger, key, act, last, response)


@router.get("/shares", response_model=Page[ShareView])
async def list_water_shares(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    asset: AssetFilter = None,
    place: PlaceFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what each place was given of each year's water, by each ratio that was set."""
    t = water_shares.c
    query = await _of(edge, select(water_shares), t, ledger, asset)
    if place is not None:
        query = query.where(t.place == place)
    keys = (t.ledger, t.asset_id, t.revision, t.place)
    kinds = (LEDGER, int, int, str)
    rows, more = await _page(request, response, edge, query, keys, kinds, limit, cursor)
    return {"items": [await _share(edge, row) for row in rows], "next_cursor": more}


@router.get("/overuse", response_model=Page[OveruseView])
async def list_water_overuse(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what places took of a year above their shares."""
    t = water_overuse.c
    query = await _of(edge, select(water_overuse), t, ledger, None)
    keys, kinds = (t.ledger, t.place, t.year), (LEDGER, str, DAY)
    rows, more = await _page(request, response, edge, query, keys, kinds, limit, cursor)
    items = [
        {
            "ledger": edge.ledger_code(row.ledger),
            "place": row.place,
            "year": row.year,
            "quantity": str(row.quantity),
            "document": row.document,
            "sequence": row.updated_seq,
        }
        for row in rows
    ]
    return {"items": items, "next_cursor": more}


@router.get("/savings", response_model=Page[SavingView])
async def list_water_savings(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    asset: AssetFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List the savings that were verified, and what of each may be traded."""
    t = water_savings.c
    query = await _of(edge, select(water_savings), t, ledger, asset)
    keys, kinds = (t.ledger, t.saving_id), (LEDGER, int)
    rows, more = await _page(request, response, edge, query, keys, kinds, limit, cursor)
    return {"items": [await _saving(edge, row) for row in rows], "next_cursor": more}


async def _of(
    edge: Edge, query: Select[Any], columns: Any, ledger: str | None, asset: str | None
) -> Select[Any]:
    """Narrow a query to a ledger or an asset. Raises: NotFound."""
    if asset is not None:
        facts = await edge.directory.asset_anywhere(asset)
        query = query.where(
            columns.ledger == edge.ledger_number(facts.ledger),
            columns.asset_id == facts.asset_id,
        )
    if ledger is not None:
        query = query.where(columns.ledger == edge.ledger_number(ledger))
    return query


async def _page(
    request: Request,
    response: Response,
    edge: Edge,
    query: Select[Any],
    keys: tuple[Any, ...],
    kinds: tuple[Any, ...],
    limit: int,
    cursor: str | None,
) -> tuple[list[Row[Any]], str | None]:
    """Return the rows of a page in the order of their keys, and the cursor of the next one."""
    after = read_cursor(cursor, *kinds)
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(*after))
    async with edge.reading() as connection:
        rows = list((await connection.execute(query.order_by(*keys).limit(limit + 1))).all())
    more = more_after(request, response, rows, limit, *(key.name for key in keys))
    return rows[:limit], more


async def _share(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    return {
        "ledger": ledger,
        "asset": asset.code,
        "unit": asset.unit,
        "year": row.year,
        "first_day": format_day(row.first_day),
        "last_day": format_day(row.last_day),
        "revision": row.revision,
        "ratio": format_decimal(row.ratio_ppm, 6),
        "place": row.place,
        "quantity": format_decimal(row.quantity, asset.scale),
        "withheld": format_decimal(row.withheld, asset.scale),
        "formula": row.formula,
        "formula_version": row.formula_version,
        "document": row.document,
        "sequence": row.seq,
    }


async def _saving(edge: Edge, row: Row[Any]) -> dict[str, Any]:
    ledger = edge.ledger_code(row.ledger)
    asset = await edge.directory.asset_by_id(ledger, row.asset_id)
    return {
        "saving_id": name_of(ledger, SAVING, row.saving_id),
        "ledger": ledger,
        "asset": asset.code,
        "unit": asset.unit,
        "place": row.place,
        "district": row.district,
        "potential": format_decimal(row.potential, asset.scale),
        "tradable": format_decimal(row.tradable, asset.scale),
        "coefficient": row.coefficient,
        "coefficient_version": row.coefficient_version,
        "document": row.document,
        "sequence": row.seq,
    }
