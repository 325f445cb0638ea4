"""Routes of trading: place, batch, replace, cancel, look up."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Header, Query, Request, Response

from exchange.api.amounts import invalid, parse_amount
from exchange.api.body import StrictRoute
from exchange.api.directory import InstrumentFacts
from exchange.api.edge import Edge, EdgeDep, edge_of
from exchange.api.idempotency import IdempotencyKey, command_id, mark
from exchange.api.pagination import (
    LEDGER,
    LIMIT_DEFAULT,
    Cursor,
    Limit,
    Page,
    next_cursor,
    read_cursor,
)
from exchange.api.problems import RESPONSES, problem_of
from exchange.api.schemas import LedgerFilter
from exchange.api.security import (
    CurrentPrincipal,
    ledger_numbers,
    sees_ledger,
    visible_participant,
)
from exchange.api.submission import accepted, carry_out, receipt, refused
from exchange.api.tokens import Principal
from exchange.core.commands import (
    AnyCommand,
    CancelOrder,
    CancelOrders,
    PlaceOrder,
    PlaceOrders,
    ReplaceOrder,
)
from exchange.core.events import OrderCancelled
from exchange.core.receipts import Committed
from exchange.core.types import InstrumentId, OrderId, ParticipantId
from exchange.errors import BadRequest, Conflict, ExchangeError, NotFound
from exchange.ids import ORDER, parse_reference, reference
from exchange.orders import queries
from exchange.orders.receipts import SIDES, receipts, to_command
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


async def _facts(edge: Edge, code: str) -> InstrumentFacts:
    return edge.directory.instrument_cached(code) or await edge.directory.instrument(code)


@router.post("/orders", status_code=201, response_model=OrderReceipt)
async def place_order(
    body: PlaceOrderRequest, request: Request, principal: CurrentPrincipal
) -> Response:
    """Place an order. The answer is durable; repeat the same id after a time-out."""
    edge = edge_of(request)
    facts = await _facts(edge, body.instrument)
    command = to_command(body, facts, principal.participant_id)
    name = f"{principal.participant_id}:order:{body.client_order_id}"
    committed = accepted(await edge.gateway.submit(facts.ledger, name, command, principal))
    order = receipts(committed, {facts.instrument_id: facts})[0]
    return written(order, status=201, replayed=committed.replayed)


@router.post("/orders:batch", response_model=BatchReceipt)
async def place_orders(
    body: BatchRequest,
    edge: EdgeDep,
    principal: CurrentPrincipal,
    idempotency_key: Annotated[str | None, Header(pattern=r"^[A-Za-z0-9._:-]{1,64}$")] = None,
) -> Response:
    """Place up to 1,000 orders; results come in the order of the request."""
    if body.mode == "independent":
        return written({"results": await _independent(edge, principal, body.orders)})
    if idempotency_key is None:
        raise BadRequest("idempotency_key_missing", "an atomic batch needs an Idempotency-Key")
    return await _atomic(edge, principal, body.orders, idempotency_key)


async def _independent(
    edge: Edge, principal: Principal, requests: list[PlaceOrderRequest]
) -> list[dict[str, Any]]:
    """Submit each order on its own, those of one ledger together and in order."""
    results: list[dict[str, Any]] = [{}] * len(requests)
    by_ledger: dict[str, dict[str, AnyCommand]] = {}
    known: dict[int, tuple[InstrumentFacts, str, PlaceOrder]] = {}
    for place, request in enumerate(requests):
        try:
            facts = await _facts(edge, request.instrument)
            command = to_command(request, facts, principal.participant_id, f"/orders/{place}")
        except ExchangeError as error:
            results[place] = {"status": "refused", "problem": problem_of(error)}
            continue
        name = f"{principal.participant_id}:order:{request.client_order_id}"
        by_ledger.setdefault(facts.ledger, {}).setdefault(name, command)
        known[place] = facts, name, command
    answers: dict[tuple[str, str], Committed | ExchangeError] = {}
    for ledger, named in by_ledger.items():
        found = await edge.gateway.submit_many(ledger, list(named.items()), principal)
        answers.update(((ledger, name), item) for name, item in zip(named, found, strict=True))
    for place, (facts, name, command) in known.items():
        if by_ledger[facts.ledger][name] == command:
            results[place] = _result(answers[facts.ledger, name], facts)
        else:
            results[place] = _result(Conflict("client_order_id_reused"), facts)
    return results


def _result(answer: Committed | ExchangeError, facts: InstrumentFacts) -> dict[str, Any]:
    if isinstance(answer, ExchangeError):
        return {"status": "refused", "problem": problem_of(answer)}
    if answer.outcome.refusal is not None:
        return {"status": "refused", "problem": problem_of(refused(answer))}
    return {"status": "accepted", "order": receipts(answer, {facts.instrument_id: facts})[0]}


async def _atomic(
    edge: Edge,
    principal: Principal,
    requests: list[PlaceOrderRequest],
    key: str,
) -> Response:
    """Submit all orders as one command."""
    facts = [await _facts(edge, request.instrument) for request in requests]
    ledger = facts[0].ledger
    for place, fact in enumerate(facts):
        if fact.ledger != ledger:
            pointer = f"/orders/{place}/instrument"
            raise invalid(pointer, "ledgers_differ", "an atomic batch stays in one ledger")
    names = [request.client_order_id for request in requests]
    if len(set(names)) != len(names):
        raise invalid("/orders", "client_order_id_reused", "two orders have the same id")
    command = PlaceOrders(
        ParticipantId(principal.participant_id),
        tuple(
            to_command(request, fact, principal.participant_id, f"/orders/{place}")
            for place, (request, fact) in enumerate(zip(requests, facts, strict=True))
        ),
    )
    committed = accepted(
        await edge.gateway.submit(ledger, command_id(principal, key), command, principal)
    )
    by_id = {fact.instrument_id: fact for fact in facts}
    found = receipts(committed, {int(number): fact for number, fact in by_id.items()})
    results = [{"status": "accepted", "order": order} for order in found]
    return written({"results": results}, replayed=committed.replayed)


def written(answer: dict[str, Any], *, status: int = 200, replayed: bool = False) -> Response:
    """Write an answer whose form the tests hold against its model, without building the model.

    On the trading path building and checking a model for each fill would cost more than matching.
    """
    response = Response(msgspec.json.encode(answer), status, media_type="application/json")
    mark(response, replayed=replayed)
    return response


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
        facts = await _facts(edge, body.instrument)
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
    more = None
    if len(rows) > limit:
        last = rows[limit - 1]
        more = next_cursor(request, response, (last.ledger, last.order_id))
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
    more = None
    if len(rows) > limit:
        more = next_cursor(request, response, (rows[limit - 1].ledger, rows[limit - 1].trade_id))
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
