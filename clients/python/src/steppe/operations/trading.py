"""Orders and the caller's trades."""

from collections.abc import Sequence
from datetime import date

from steppe.amounts import Amount, decimal_text
from steppe.command_ids import command_id_of
from steppe.models import (
    BatchReceipt,
    CancelReceipt,
    NewOrder,
    Order,
    OrderReceipt,
    Page,
    Trade,
)
from steppe.request import Request, command, get, given, listing, segment
from steppe.words import (
    BatchMode,
    OrderFilter,
    OrderType,
    SelfTradePrevention,
    Side,
    TimeInForce,
)


def place_order(
    *,
    instrument: str,
    side: Side,
    quantity: Amount,
    price: Amount | None = None,
    order_type: OrderType = "limit",
    time_in_force: TimeInForce = "gtc",
    post_only: bool = False,
    good_till_date: date | None = None,
    self_trade_prevention: SelfTradePrevention = "cancel_newest",
    client_order_id: str | None = None,
) -> Request[OrderReceipt]:
    """Place an order. The same client order id places it once, however often it is sent."""
    order = NewOrder(
        instrument=instrument,
        side=side,
        quantity=quantity,
        price=price,
        order_type=order_type,
        time_in_force=time_in_force,
        post_only=post_only,
        good_till_date=good_till_date,
        self_trade_prevention=self_trade_prevention,
        client_order_id=command_id_of(client_order_id),
    )
    ids = (order.client_order_id,)
    return Request("POST", "/v1/orders", OrderReceipt, body=order.body(), command_ids=ids)


def place_orders(
    orders: Sequence[NewOrder],
    *,
    mode: BatchMode = "independent",
    idempotency_key: str | None = None,
) -> Request[BatchReceipt]:
    """Place up to 1,000 orders: `atomic` all or none, `independent` each on its own.

    An atomic batch is known by its `idempotency_key`, independent orders by their own ids.
    """
    path = "/v1/orders:batch"
    body = {"mode": mode, "orders": [order.body() for order in orders]}
    if mode == "atomic":
        return command(path, BatchReceipt, body, idempotency_key=idempotency_key)
    if idempotency_key is not None:
        raise ValueError("independent orders are known by their client order ids, not by a key")
    ids = tuple(order.client_order_id for order in orders)
    return Request("POST", path, BatchReceipt, body=body, command_ids=ids)


def replace_order(
    order_id: str, *, price: Amount, quantity: Amount, idempotency_key: str | None = None
) -> Request[Order]:
    """Change an open order's price and total quantity (executed part included)."""
    body = {"price": decimal_text(price), "quantity": decimal_text(quantity)}
    path = f"{_order(order_id)}:replace"
    return command(path, Order, body, idempotency_key=idempotency_key)


def cancel_order(order_id: str, *, idempotency_key: str | None = None) -> Request[Order]:
    """Cancel what is left of an order."""
    return command(f"{_order(order_id)}:cancel", Order, idempotency_key=idempotency_key)


def cancel_all(
    *,
    ledger: str,
    instrument: str | None = None,
    side: Side | None = None,
    idempotency_key: str | None = None,
) -> Request[CancelReceipt]:
    """Cancel all of the caller's open orders of a ledger, or those of an instrument or side."""
    body = given(ledger=ledger, instrument=instrument, side=side)
    path = "/v1/orders:cancel-all"
    return command(path, CancelReceipt, body, idempotency_key=idempotency_key)


def orders(
    *,
    ledger: str | None = None,
    instrument: str | None = None,
    status: OrderFilter | None = None,
    side: Side | None = None,
    participant_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Order]]:
    """List orders: the caller's own; staff may name a participant."""
    return listing(
        "/v1/orders",
        Order,
        ledger=ledger,
        instrument=instrument,
        status=status,
        side=side,
        participant_id=participant_id,
        limit=limit,
        cursor=cursor,
    )


def order(order_id: str) -> Request[Order]:
    """Show an order."""
    return get(_order(order_id), Order)


def order_by_client_id(ledger: str, client_order_id: str) -> Request[Order]:
    """Show the order known by a client order id: what to ask after an unknown outcome."""
    path = f"/v1/orders/by-client-id/{segment(ledger)}/{segment(client_order_id)}"
    return get(path, Order)


def trades(
    *,
    ledger: str | None = None,
    instrument: str | None = None,
    order_id: str | None = None,
    participant_id: str | None = None,
    limit: int | None = None,
    cursor: str | None = None,
) -> Request[Page[Trade]]:
    """List trades: the caller's own; staff may name a participant."""
    return listing(
        "/v1/trades",
        Trade,
        ledger=ledger,
        instrument=instrument,
        order_id=order_id,
        participant_id=participant_id,
        limit=limit,
        cursor=cursor,
    )


def _order(order_id: str) -> str:
    return f"/v1/orders/{segment(order_id)}"
