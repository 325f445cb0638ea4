"""Placing orders: from what was asked to what became of it, for single orders and batches.

What is asked comes as a model or, by the express lane, as a form; both have the same fields.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
from fastapi import Response

from exchange.api.amounts import invalid, parse_amount, parse_day
from exchange.api.directory import InstrumentFacts
from exchange.api.edge import Edge
from exchange.api.idempotency import command_id, mark
from exchange.api.problems import problem_of
from exchange.api.submission import accepted, refused
from exchange.api.tokens import Principal
from exchange.core.commands import AnyCommand, PlaceOrder, PlaceOrders
from exchange.core.receipts import Committed
from exchange.core.types import Day, ParticipantId
from exchange.errors import ExchangeError
from exchange.orders.receipts import (
    PREVENTIONS,
    SIDES,
    TIMES,
    TYPES,
    receipt_of_one,
    receipts,
)
from matching import OrderType


class OrderAsked(Protocol):
    """An order as it is asked for. A field that was left out may be `msgspec.UNSET`."""

    @property
    def client_order_id(self) -> str: ...
    @property
    def instrument(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def quantity(self) -> str: ...
    @property
    def price(self) -> str | msgspec.UnsetType | None: ...
    @property
    def order_type(self) -> str | msgspec.UnsetType: ...
    @property
    def time_in_force(self) -> str | msgspec.UnsetType: ...
    @property
    def post_only(self) -> bool | msgspec.UnsetType: ...
    @property
    def good_till_date(self) -> str | msgspec.UnsetType | None: ...
    @property
    def self_trade_prevention(self) -> str | msgspec.UnsetType: ...


async def place(edge: Edge, principal: Principal, asked: OrderAsked) -> Response:
    """Place one order. Raises: Refused, and what the gateway raises."""
    facts = await _facts(edge, asked.instrument)
    command = to_command(asked, facts, principal.participant_id)
    name = f"{principal.participant_id}:order:{asked.client_order_id}"
    committed = accepted(await edge.gateway.submit(facts.ledger, name, command, principal))
    return written(receipt_of_one(committed, facts), status=201, replayed=committed.replayed)


async def place_each(edge: Edge, principal: Principal, asked: Sequence[OrderAsked]) -> Response:
    """Place each order on its own, those of one ledger together and in order."""
    results: list[dict[str, Any]] = [{}] * len(asked)
    prefix = f"{principal.participant_id}:order:"
    cached = edge.directory.instrument_cached
    named: dict[str, list[tuple[str, AnyCommand]]] = {}
    places: dict[str, list[tuple[int, InstrumentFacts]]] = {}
    for place, order in enumerate(asked):
        try:
            facts = cached(order.instrument) or await edge.directory.instrument(order.instrument)
            command = to_command(order, facts, principal.participant_id, f"/orders/{place}")
        except ExchangeError as error:
            results[place] = {"status": "refused", "problem": problem_of(error)}
            continue
        if facts.ledger not in named:
            named[facts.ledger], places[facts.ledger] = [], []
        named[facts.ledger].append((prefix + order.client_order_id, command))
        places[facts.ledger].append((place, facts))
    for ledger, commands in named.items():
        answers = await edge.gateway.submit_many(ledger, commands, principal)
        for (place, facts), answer in zip(places[ledger], answers, strict=True):
            results[place] = _result(answer, facts)
    return written({"results": results})


def _result(answer: Committed | ExchangeError, facts: InstrumentFacts) -> dict[str, Any]:
    if isinstance(answer, ExchangeError):
        return {"status": "refused", "problem": problem_of(answer)}
    if answer.outcome.refusal is not None:
        return {"status": "refused", "problem": problem_of(refused(answer))}
    return {"status": "accepted", "order": receipt_of_one(answer, facts)}


async def place_together(
    edge: Edge, principal: Principal, asked: Sequence[OrderAsked], key: str
) -> Response:
    """Place all orders as one command, or none."""
    facts = [await _facts(edge, order.instrument) for order in asked]
    ledger = facts[0].ledger
    for place, fact in enumerate(facts):
        if fact.ledger != ledger:
            pointer = f"/orders/{place}/instrument"
            raise invalid(pointer, "ledgers_differ", "an atomic batch stays in one ledger")
    names = [order.client_order_id for order in asked]
    if len(set(names)) != len(names):
        raise invalid("/orders", "client_order_id_reused", "two orders have the same id")
    command = PlaceOrders(
        ParticipantId(principal.participant_id),
        tuple(
            to_command(order, fact, principal.participant_id, f"/orders/{place}")
            for place, (order, fact) in enumerate(zip(asked, facts, strict=True))
        ),
    )
    committed = accepted(
        await edge.gateway.submit(ledger, command_id(principal, key), command, principal)
    )
    by_id = {fact.instrument_id: fact for fact in facts}
    found = receipts(committed, {int(number): fact for number, fact in by_id.items()})
    results = [{"status": "accepted", "order": order} for order in found]
    return written({"results": results}, replayed=committed.replayed)


def to_command(
    asked: OrderAsked, facts: InstrumentFacts, participant_id: int, at: str = ""
) -> PlaceOrder:
    """Build the command of an order; `at` is the pointer to it. Raises: Unprocessable."""
    order_type = TYPES[asked.order_type]
    price = asked.price
    if not price and order_type is OrderType.LIMIT:
        raise invalid(f"{at}/price", "missing", "a limit order needs a price")
    expires_on = Day(0)
    if asked.good_till_date:
        expires_on = parse_day(asked.good_till_date, f"{at}/good_till_date")
    return PlaceOrder(
        ParticipantId(participant_id),
        asked.client_order_id,
        facts.instrument_id,
        SIDES[asked.side],
        parse_amount(asked.quantity, facts.asset.scale, f"{at}/quantity"),
        parse_amount(price, facts.price_scale, f"{at}/price") if price else 0,
        order_type,
        TIMES[asked.time_in_force],
        bool(asked.post_only),
        expires_on,
        PREVENTIONS[asked.self_trade_prevention],
    )


def written(answer: dict[str, Any], *, status: int = 200, replayed: bool = False) -> Response:
    """Write an answer whose form the tests hold against its model, without building the model.

    On the trading path building and checking a model for each fill would cost more than matching.
    """
    response = Response(msgspec.json.encode(answer), status, media_type="application/json")
    mark(response, replayed=replayed)
    return response


async def _facts(edge: Edge, code: str) -> InstrumentFacts:
    return edge.directory.instrument_cached(code) or await edge.directory.instrument(code)
