"""Routes of trading: place, batch, replace, cancel, look up."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response

from exchange.api.amounts import parse_amount
from exchange.api.body import StrictRoute
from exchange.api.directory import InstrumentFacts
from exchange.api.edge import Edge, EdgeDep, edge_of
from exchange.api.idempotency import IdempotencyKey, mark
from exchange.api.pagination import (
    LEDGER,
    LIMIT_DEFAULT,
    Cursor,
    Limit,
    Page,
    more_after,
    read_cursor,
)
from exchange.api.problems import RESPONSES
from exchange.api.schemas import LedgerFilter
from exchange.api.security import (
    CurrentPrincipal,
    ledger_numbers,
    sees_ledger,
    visible_participant,
)
from exchange.api.submission import carry_out, receipt
from exchange.api.tokens import Principal
from exchange.core.commands import (
    CancelOrder,
    CancelOrders,
    ReplaceOrder,
)
from exchange.core.events import OrderCancelled
from exchange.core.types import InstrumentId, OrderId, ParticipantId
from exchange.errors import BadRequest, NotFound
from exchange.ids import ORDER, parse_reference, reference
from exchange.orders import queries
from exchange.orders.placing import place, place_each, place_together
from exchange.orders.receipts import SIDES
from exchange.orders.schemas import (
    BatchReceipt,
    BatchRequest,
    CancelAllRequest,
    CancelReceipt,
    EmptyRequest,
    OrderReceipt,
    OrderView,
    PlaceOrderRequest,
    ReplaceOrderRequest,
    SideWord,
    TradeView,
)

router = APIRouter(prefix="/v1", tags=["orders"], route_class=StrictRoute, responses=RESPONSES)


@router.post("/orders", status_code=201, response_model=OrderReceipt)
async def place_order(
    body: PlaceOrderRequest, request: Request, principal: CurrentPrincipal
) -> Response:
    """Place an order. The answer is durable; repeat the same id after a time-out."""
    return await place(edge_of(request), principal, body)


@router.post("/orders:batch", response_model=BatchReceipt)
async def place_orders(
    body: BatchRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    idempotency_key: Annotated[str | None, Header(pattern=r"^[A-Za-z0-9._:-]{1,64}$")] = None,
) -> Response:
    """Place up to 1,000 orders; results come in the order of the request."""
    if body.mode == "independent":
        return await place_each(edge, principal, body.orders)
    if idempotency_key is None:
        raise BadRequest("idempotency_key_missing", "an atomic batch needs an Idempotency-Key")
    return await place_together(edge, principal, body.orders, idempotency_key)


@router.post("/orders/{order_id}:replace", response_model=OrderView)
async def replace_order(
    order_id: str,
    body: ReplaceOrderRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Change price and total quantity. Less quantity at the same price keeps time priority."""
    ledger, number = parse_reference(order_id, ORDER)
    row, facts = await _own_order(edge, principal, ledger, number)
    command = ReplaceOrder(
        ParticipantId(row.participant_id),
        OrderId(number),
        parse_amount(body.price, facts.price_scale, "/price"),
        parse_amount(body.quantity, facts.asset.scale, "/quantity"),
    )
    committed = await carry_out(edge, principal, ledger, key, command)
    mark(response, replayed=committed.replayed)
    row, facts = await _own_order(edge, principal, ledger, number)
    return queries.order_view(row, facts)


@router.post("/orders/{order_id}:cancel", response_model=OrderView)
async def cancel_order(
    order_id: str,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
    _body: EmptyRequest | None = None,
) -> dict[str, Any]:
    """Cancel an open order; possible at any hour."""
    ledger, number = parse_reference(order_id, ORDER)
    row, _ = await _own_order(edge, principal, ledger, number, urgent=True)
    command = CancelOrder(ParticipantId(row.participant_id), OrderId(number))
    committed = await carry_out(edge, principal, ledger, key, command)
    mark(response, replayed=committed.replayed)
    row, facts = await _own_order(edge, principal, ledger, number, urgent=True)
    return queries.order_view(row, facts)


@router.post("/orders:cancel-all", response_model=CancelReceipt)
async def cancel_all(
    body: CancelAllRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    key: IdempotencyKey,
    response: Response,
) -> dict[str, Any]:
    """Cancel all of one's open orders in a ledger, of an instrument or a side if named."""
    instrument_id = InstrumentId(0)
    if body.instrument is not None:
        facts = await edge.directory.instrument(body.instrument)
        if facts.ledger != body.ledger:
            raise NotFound("instrument_unknown")
        instrument_id = facts.instrument_id
    side = SIDES[body.side].value if body.side else 0
    command = CancelOrders(ParticipantId(principal.participant_id), instrument_id, side)
    committed = await carry_out(edge, principal, body.ledger, key, command)
    return {
        **receipt(body.ledger, committed, response),
        "cancelled": [
            reference(body.ledger, ORDER, event.order_id)
            for event in committed.outcome.events
            if isinstance(event, OrderCancelled)
        ],
    }


@router.get("/orders", response_model=Page[OrderView])
async def list_orders(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    instrument: Annotated[str | None, Query(max_length=32)] = None,
    side: SideWord | None = None,
    status: Literal["open", "closed", "all"] = "all",
    participant_id: Annotated[str | None, Query(max_length=20)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List one's orders, newest first in each ledger; staff may see everybody's."""
    facts = await edge.directory.instrument(instrument) if instrument else None
    query = queries.orders_query(
        _ledgers(edge, principal, ledger, facts),
        visible_participant(principal, participant_id),
        instrument=facts,
        side=SIDES[side] if side else None,
        status=status,
        before=read_cursor(cursor, LEDGER, int),
    )
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    items = []
    for row in rows[:limit]:
        found = await edge.directory.instrument_by_id(
            edge.ledger_code(row.ledger), row.instrument_id
        )
        items.append(queries.order_view(row, found))
    more = more_after(request, response, rows, limit, "ledger", "order_id")
    return {"items": items, "next_cursor": more}


@router.get("/orders/by-client-id/{ledger}/{client_order_id}", response_model=OrderView)
async def show_order_by_client_id(
    ledger: str, client_order_id: str, edge: EdgeDep, principal: CurrentPrincipal
) -> dict[str, Any]:
    """Look up one's own order by the id one gave it: what to do after an unknown outcome."""
    number = sees_ledger(edge, principal, ledger)
    if not client_order_id.isascii() or not client_order_id.isprintable():
        raise NotFound("not_found")
    async with edge.reading() as connection:
        row = await queries.find_by_client_id(
            connection, number, client_order_id, principal.participant_id
        )
    facts = await edge.directory.instrument_by_id(ledger, row.instrument_id)
    return queries.order_view(row, facts)


@router.get("/orders/{order_id}", response_model=OrderView)
async def show_order(order_id: str, edge: EdgeDep, principal: CurrentPrincipal) -> dict[str, Any]:
    """Show one order as it stands."""
    ledger, number = parse_reference(order_id, ORDER)
    row, facts = await _own_order(edge, principal, ledger, number)
    return queries.order_view(row, facts)


@router.get("/trades", response_model=Page[TradeView])
async def list_trades(
    request: Request,
    response: Response,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    ledger: LedgerFilter = None,
    instrument: Annotated[str | None, Query(max_length=32)] = None,
    order_id: Annotated[str | None, Query(max_length=64)] = None,
    participant_id: Annotated[str | None, Query(max_length=20)] = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: Cursor = None,
) -> dict[str, Any]:
    """List one's own trades, newest first in each ledger. Staff see the buyer's side of all."""
    facts = await edge.directory.instrument(instrument) if instrument else None
    number = None
    if order_id is not None:
        ledger, number = parse_reference(order_id, ORDER)
    own = visible_participant(principal, participant_id)
    query = queries.trades_query(
        _ledgers(edge, principal, ledger, facts),
        own,
        instrument=facts,
        order_id=number,
        before=read_cursor(cursor, LEDGER, int),
    )
    async with edge.reading() as connection:
        rows = (await connection.execute(query.limit(limit + 1))).all()
    items = []
    for row in rows[:limit]:
        found = await edge.directory.instrument_by_id(
            edge.ledger_code(row.ledger), row.instrument_id
        )
        items.append(queries.trade_view(row, found, own is None or row.buyer_id == own))
    more = more_after(request, response, rows, limit, "ledger", "trade_id")
    return {"items": items, "next_cursor": more}


def _ledgers(
    edge: Edge, principal: Principal, ledger: str | None, facts: InstrumentFacts | None
) -> list[int]:
    """Return the numbers of the ledgers a query covers. Raises: NotFound, Forbidden."""
    if ledger is None and facts is not None:
        ledger = facts.ledger
    return ledger_numbers(edge, principal, ledger)


async def _own_order(
    edge: Edge, principal: Principal, ledger: str, number: int, *, urgent: bool = False
) -> tuple[Any, InstrumentFacts]:
    """Return an order the caller may see. Raises: NotFound."""
    if ledger not in edge.ledgers:
        raise NotFound("not_found")
    own = visible_participant(principal, None)
    ledger_number = sees_ledger(edge, principal, ledger)
    async with edge.reading(urgent=urgent) as connection:
        row = await queries.find_order(connection, ledger_number, number, own)
    return row, await edge.directory.instrument_by_id(ledger, row.instrument_id)
