"""Routes of a ledger's substance: assets and caps, issuance, cash, accounts, lots, freezes."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select, tuple_

from exchange.api.amounts import parse_amount, parse_day, parse_optional_day
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
    more_after,
    read_cursor,
)
from exchange.api.problems import RESPONSES
from exchange.api.schemas import LedgerFilter, ReceiptView
from exchange.api.security import (
    CurrentPrincipal,
    ledger_numbers,
    sees_ledger,
    visible_participant,
)
from exchange.api.submission import carry_out, receipt
from exchange.core.commands import (
    AuthoriseIssuance,
    DefineAsset,
    DepositCash,
    IssueUnits,
)
from exchange.core.events import LotCreated, TransferPosted
from exchange.core.types import ParticipantId
from exchange.core.units import format_decimal
from exchange.errors import Conflict, NotFound
from exchange.ids import (
    ACCOUNT,
    LOT,
    PARTICIPANT,
    TRANSFER,
    parse_numbered,
    parse_reference,
    reference,
)
from exchange.ledgers import queries
from exchange.ledgers.schemas import (
    AssetView,
    AuthoriseRequest,
    BalanceView,
    DefineAssetRequest,
    DepositReceipt,
    DepositRequest,
    IssueReceipt,
    IssueRequest,
    LedgerView,
    LotView,
)
from exchange.rulebook.loader import LedgerDefinition
from exchange.storage.tables import assets

router = APIRouter(prefix="/v1", tags=["ledgers"], route_class=StrictRoute, responses=RESPONSES)
ParticipantFilter = Annotated[str | None, Query(max_length=20, examples=["p12"])]


@router.get("/ledgers", response_model=Page[LedgerView])
async def list_ledgers(edge: EdgeDep) -> dict[str, Any]:
    """List the ledgers, with what anybody who trades in them must be told."""
    return {"items": [_ledger_view(ledger) for ledger in edge.ledgers.values()]}


@router.get("/ledgers/{ledger}", response_model=LedgerView)
async def show_ledger(ledger: str, edge: EdgeDep) -> dict[str, Any]:
    """Show one ledger."""
    edge.ledger_number(ledger)
    return _ledger_view(edge.ledgers[ledger])


def _ledger_view(ledger: LedgerDefinition) -> dict[str, Any]:
    return {
        "ledger": ledger.code,
        "title_zh": ledger.title_zh,
        "title_en": ledger.title_en,
        "right_zh": ledger.right_zh,
        "right_en": ledger.right_en,
        "notice_zh": ledger.notice_zh,
        "notice_en": ledger.notice_en,
    }


@router.get("/assets", response_model=Page[AssetView])
async def list_assets(
    request: Request,
    response: Response,
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what can be held."""
    query = select(assets).order_by(assets.c.ledger, assets.c.asset_id)
    if ledger is not None:
        query = query.where(assets.c.ledger == edge.ledger_number(ledger))
    after = read_cursor(cursor, LEDGER, int)
    if after is not None:
        query = query.where(tuple_(assets.c.ledger, assets.c.asset_id) > tuple_(*after))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "asset_id")
    return {"items": [_asset_view(edge, row) for row in rows[:limit]], "next_cursor": more}


@router.get("/assets/{code}", response_model=AssetView)
async def show_asset(code: str, edge: EdgeDep) -> dict[str, Any]:
    """Show one right."""
    facts = await edge.directory.asset_anywhere(code)
    query = select(assets).where(
        assets.c.ledger == edge.ledger_number(facts.ledger), assets.c.asset_id == facts.asset_id
    )
    async with edge.reading() as connection:
        return _asset_view(edge, (await connection.execute(query)).one())


def _asset_view(edge: Edge, row: Any) -> dict[str, Any]:
    names = ("code", "kind", "unit", "scale", "title_zh", "title_en", "vintage", "region", "basin")
    return {"ledger": edge.ledger_code(row.ledger)} | {name: getattr(row, name) for name in names}


@router.post("/assets", status_code=201, response_model=ReceiptView)
async def define_asset(
    body: DefineAssetRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Define what can be held: its unit, its decimals, its kind, which the rules go by."""
    await _free(edge, body.code, body.ledger)
    command = DefineAsset(
        body.code,
        body.kind,
        body.unit,
        body.scale,
        body.title_zh,
        body.title_en,
        body.vintage,
        body.region,
        body.basin,
    )
    committed = await carry_out(edge, principal, body.ledger, key, command)
    return receipt(body.ledger, committed, response)


async def _free(edge: Edge, code: str, ledger: str) -> None:
    """Raises: Conflict when another ledger has an asset of this code: routes name it by code."""
    edge.ledger_number(ledger)
    try:
        facts = await edge.directory.asset_anywhere(code)
    except NotFound:
        return
    if facts.ledger != ledger:
        raise Conflict("asset_exists")


@router.post("/assets/{code}:authorise", response_model=ReceiptView)
async def authorise_issuance(
    code: str,
    body: AuthoriseRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Raise or lower the cap under which an asset may be issued."""
    asset = await edge.directory.asset_anywhere(code)
    quantity = parse_amount(body.quantity, asset.scale, "/quantity")
    command = AuthoriseIssuance(asset.asset_id, quantity, body.document)
    committed = await carry_out(edge, principal, asset.ledger, key, command)
    return receipt(asset.ledger, committed, response)


@router.post("/assets/{code}/issuances", status_code=201, response_model=IssueReceipt)
async def issue_units(
    code: str,
    body: IssueRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Issue units under the cap to a participant, as one lot."""
    asset = await edge.directory.asset_anywhere(code)
    command = IssueUnits(
        asset.asset_id,
        ParticipantId(parse_numbered(body.participant_id, PARTICIPANT)),
        parse_amount(body.quantity, asset.scale, "/quantity"),
        body.vintage,
        body.region,
        body.basin,
        parse_optional_day(body.valid_from, "/valid_from"),
        parse_optional_day(body.valid_to, "/valid_to"),
        parse_optional_day(body.tradable_from, "/tradable_from"),
        body.source,
    )
    committed = await carry_out(edge, principal, asset.ledger, key, command)
    answer = receipt(asset.ledger, committed, response)
    for event in committed.outcome.events:
        if isinstance(event, LotCreated):
            answer["lot_id"] = reference(asset.ledger, LOT, event.lot_id)
        elif isinstance(event, TransferPosted):
            answer["transfer_id"] = reference(asset.ledger, TRANSFER, event.transfer_id)
            answer["account_id"] = reference(asset.ledger, ACCOUNT, event.credit_account_id)
    return answer


@router.post("/cash/deposits", status_code=201, response_model=DepositReceipt)
async def deposit_cash(
    body: DepositRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Credit money that has arrived at the settlement bank."""
    participant_id = ParticipantId(parse_numbered(body.participant_id, PARTICIPANT))
    cash_fen = parse_amount(body.amount, 2, "/amount")
    command = DepositCash(participant_id, cash_fen, body.reference)
    committed = await carry_out(edge, principal, body.ledger, key, command)
    (event,) = committed.outcome.events
    assert isinstance(event, TransferPosted)
    return {
        **receipt(body.ledger, committed, response),
        "transfer_id": reference(body.ledger, TRANSFER, event.transfer_id),
        "account_id": reference(body.ledger, ACCOUNT, event.credit_account_id),
        "amount": format_decimal(event.quantity, 2),
    }


@router.get("/accounts", response_model=Page[BalanceView], operation_id="list_accounts")
@router.get("/balances", response_model=Page[BalanceView])
async def list_balances(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    asset: Annotated[str | None, Query(max_length=32)] = None,
    participant_id: ParticipantFilter = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List accounts with what is on them, what is held, and what is available now."""
    query = queries.balances_query(
        edge.today(),
        ledger_numbers(edge, principal, ledger),
        visible_participant(principal, participant_id),
        read_cursor(cursor, LEDGER, int),
    )
    if asset is not None:
        numbers = [
            (edge.ledger_number(code), (await edge.directory.asset(code, asset)).asset_id)
            for code in edge.ledgers
            if ledger in (None, code) and await _has(edge, code, asset)
        ]
        query = query.where(queries.of_assets(numbers))
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    more = more_after(request, response, rows, limit, "ledger", "account_id")
    items = [await queries.balance_view(edge, row) for row in rows[:limit]]
    return {"items": items, "next_cursor": more}


async def _has(edge: Edge, ledger: str, asset: str) -> bool:
    try:
        await edge.directory.asset(ledger, asset)
    except NotFound:
        return False
    return True


@router.get("/accounts/{account_id}", response_model=BalanceView)
async def show_account(
    account_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Show one account."""
    ledger, number = parse_reference(account_id, ACCOUNT)
    own = visible_participant(principal, None)
    query = queries.balances_query(
        edge.today(), [sees_ledger(edge, principal, ledger)], own, None
    ).where(queries.is_account(number))
    async with edge.reading() as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        raise NotFound("account_unknown")
    return await queries.balance_view(edge, row)


@router.get("/lots", response_model=Page[LotView])
async def list_lots(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    asset: Annotated[str | None, Query(max_length=32)] = None,
    participant_id: ParticipantFilter = None,
    expiring_before: Annotated[str | None, Query(max_length=10, examples=["2027-01-01"])] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List what is held of each lot: vintage, origin, validity, locks, first tradable day.

    With `expiring_before` only what is valid to a day before that one.
    """
    asset_id = None
    if asset is not None:
        facts = await edge.directory.asset_anywhere(asset)
        ledger, asset_id = facts.ledger, facts.asset_id
    query = queries.lots_query(
        ledger_numbers(edge, principal, ledger),
        visible_participant(principal, participant_id),
        asset_id,
        read_cursor(cursor, LEDGER, int, int, DAY),
        None if expiring_before is None else parse_day(expiring_before, "/expiring_before"),
    )
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
        locked = await queries.locked_of(connection, rows[:limit])
    order = ("ledger", "account_id", "lot_id", "tradable_from")
    more = more_after(request, response, rows, limit, *order)
    items = [await queries.lot_view(edge, row, locked) for row in rows[:limit]]
    return {"items": items, "next_cursor": more}
