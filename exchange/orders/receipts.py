"""The words of orders, and from events to receipts."""

from typing import Any

from msgspec import UNSET

from exchange.api.amounts import format_time
from exchange.api.directory import InstrumentFacts
from exchange.core.events import AnyEvent, OrderAccepted, OrderCancelled, TradeExecuted
from exchange.core.receipts import Committed
from exchange.core.units import format_decimal
from exchange.ids import ORDER, TRADE, reference
from matching import CancelReason, OrderType, SelfTradePrevention, Side, TimeInForce

SIDES = {"buy": Side.BUY, "sell": Side.SELL}
SIDE_WORDS = {side.value: word for word, side in SIDES.items()}
TYPES: dict[object, OrderType] = {
    "limit": OrderType.LIMIT,
    "market": OrderType.MARKET,
    UNSET: OrderType.LIMIT,
}
TYPE_WORDS = {kind.value: kind.name.lower() for kind in OrderType}
TIMES: dict[object, TimeInForce] = {
    **{word.name.lower(): word for word in TimeInForce},
    UNSET: TimeInForce.GTC,
}
TIME_WORDS = {word.value: word.name.lower() for word in TimeInForce}
PREVENTIONS: dict[object, SelfTradePrevention] = {
    **{word.name.lower(): word for word in SelfTradePrevention},
    UNSET: SelfTradePrevention.CANCEL_NEWEST,
}
PREVENTION_WORDS = {word.value: word.name.lower() for word in SelfTradePrevention}
CANCEL_WORDS = {word.value: word.name.lower() for word in CancelReason}


def receipt_of_one(committed: Committed, facts: InstrumentFacts) -> dict[str, Any]:
    """Describe the order that a command accepted, as it left it."""
    events = committed.outcome.events
    event = events[-1]
    if len(events) > 2 or not isinstance(event, OrderAccepted):
        return receipts(committed, {facts.instrument_id: facts})[0]
    quantity = format_decimal(event.quantity, facts.asset.scale)
    return {
        "order_id": reference(facts.ledger, ORDER, event.order_id),
        "client_order_id": event.client_order_id,
        "instrument": facts.code,
        "status": "open",
        "quantity": quantity,
        "leaves": quantity,
        "executed": format_decimal(0, facts.asset.scale),
        "executed_value": "0.00",
        "fills": [],
        "cancel_reason": None,
        "accepted_at": format_time(committed.at_ns),
        "sequence": committed.seq,
        "rule_set": event.rule_set,
    }


def receipts(committed: Committed, facts: dict[int, InstrumentFacts]) -> list[dict[str, Any]]:
    """Describe every order that a command accepted, as it left them."""
    found: dict[int, dict[str, Any]] = {}
    sides: dict[int, OrderAccepted] = {}
    for event in committed.outcome.events:
        if isinstance(event, OrderAccepted):
            sides[event.order_id] = event
            found[event.order_id] = _opened(event, committed, facts[event.instrument_id])
        else:
            _follow(event, found, sides, facts)
    return [_closed(receipt, facts[sides[key].instrument_id]) for key, receipt in found.items()]


def _opened(event: OrderAccepted, committed: Committed, facts: InstrumentFacts) -> dict[str, Any]:
    return {
        "order_id": reference(facts.ledger, ORDER, event.order_id),
        "client_order_id": event.client_order_id,
        "instrument": facts.code,
        "quantity": event.quantity,
        "leaves": event.quantity,
        "executed": 0,
        "executed_value": 0,
        "fills": [],
        "cancel_reason": None,
        "accepted_at": format_time(committed.at_ns),
        "sequence": committed.seq,
        "rule_set": event.rule_set,
    }


def _follow(
    event: AnyEvent,
    found: dict[int, dict[str, Any]],
    orders: dict[int, OrderAccepted],
    facts: dict[int, InstrumentFacts],
) -> None:
    if isinstance(event, TradeExecuted):
        for order_id, leaves, fee_fen in (
            (event.buy_order_id, event.buyer_leaves, event.buyer_fee_fen),
            (event.sell_order_id, event.seller_leaves, event.seller_fee_fen),
        ):
            receipt = found.get(order_id)
            if receipt is not None:
                receipt["leaves"] = leaves
                receipt["executed"] += event.quantity
                receipt["executed_value"] += event.consideration_fen
                instrument = facts[orders[order_id].instrument_id]
                receipt["fills"].append(fill(event, fee_fen, instrument))
    elif isinstance(event, OrderCancelled) and event.order_id in found:
        found[event.order_id]["leaves"] = 0
        found[event.order_id]["cancel_reason"] = CANCEL_WORDS[event.reason]


def fill(event: TradeExecuted, fee_fen: int, facts: InstrumentFacts) -> dict[str, str]:
    return {
        "trade_id": reference(facts.ledger, TRADE, event.trade_id),
        "price": format_decimal(event.price, facts.price_scale),
        "quantity": format_decimal(event.quantity, facts.asset.scale),
        "value": format_decimal(event.consideration_fen, 2),
        "fee": format_decimal(fee_fen, 2),
    }


def _closed(receipt: dict[str, Any], facts: InstrumentFacts) -> dict[str, Any]:
    receipt["status"] = status_word(
        receipt["leaves"], receipt["executed"], receipt["cancel_reason"] is not None
    )
    for name in ("quantity", "leaves", "executed"):
        receipt[name] = format_decimal(receipt[name], facts.asset.scale)
    receipt["executed_value"] = format_decimal(receipt["executed_value"], 2)
    return receipt


def status_word(leaves: int, executed: int, cancelled: bool) -> str:  # noqa: FBT001
    """Tell how an order stands."""
    if cancelled:
        return "cancelled"
    if not leaves:
        return "filled"
    return "partially_filled" if executed else "open"
