"""Orders and trades as rows.

An order that is new in the batch is inserted as it stands at the end of it; one from an earlier
batch is updated.
"""

from exchange.core.event import Event
from exchange.core.events import OrderAccepted, OrderCancelled, OrderReplaced, TradeExecuted
from exchange.storage.projection import Handler, Rows
from exchange.storage.writes import Row, insert, update

ORDERS_NEW = insert(
    "orders",
    order_id="bigint",
    participant_id="bigint",
    client_order_id="text",
    instrument_id="bigint",
    side="smallint",
    order_type="smallint",
    time_in_force="smallint",
    post_only="boolean",
    self_trade_prevention="smallint",
    expires_on="integer",
    price="bigint",
    quantity="bigint",
    leaves="bigint",
    executed="bigint",
    executed_fen="bigint",
    fee_fen="bigint",
    cancel_reason="smallint",
    rule_set="integer",
    accepted_seq="bigint",
    accepted_at_ns="bigint",
    updated_seq="bigint",
    updated_at_ns="bigint",
)
ORDERS_CHANGED = update(
    "orders",
    ("order_id",),
    "price = CASE WHEN u.price = 0 THEN t.price ELSE u.price END,"
    " quantity = CASE WHEN u.quantity = 0 THEN t.quantity ELSE u.quantity END,"
    " leaves = u.leaves, executed = t.executed + u.executed,"
    " executed_fen = t.executed_fen + u.executed_fen, fee_fen = t.fee_fen + u.fee_fen,"
    " cancel_reason = u.cancel_reason, updated_seq = u.updated_seq,"
    " updated_at_ns = u.updated_at_ns",
    order_id="bigint",
    price="bigint",
    quantity="bigint",
    leaves="bigint",
    executed="bigint",
    executed_fen="bigint",
    fee_fen="bigint",
    cancel_reason="smallint",
    updated_seq="bigint",
    updated_at_ns="bigint",
)
TRADES = insert(
    "trades",
    trade_id="bigint",
    seq="bigint",
    at_ns="bigint",
    instrument_id="bigint",
    price="bigint",
    quantity="bigint",
    consideration_fen="bigint",
    buyer_fee_fen="bigint",
    seller_fee_fen="bigint",
    buy_order_id="bigint",
    sell_order_id="bigint",
    buyer_id="bigint",
    seller_id="bigint",
    taker_side="smallint",
    first_transfer_id="bigint",
    rule_set="integer",
)


class _Change:
    """What a batch changed of one order; price and quantity 0 where they stayed."""

    __slots__ = (
        "at_ns",
        "cancel_reason",
        "executed",
        "executed_fen",
        "fee_fen",
        "leaves",
        "price",
        "quantity",
        "seq",
    )

    def __init__(self) -> None:
        self.price = self.quantity = self.leaves = 0
        self.executed = self.executed_fen = self.fee_fen = 0
        self.cancel_reason = self.seq = self.at_ns = 0


class OrdersProjection:
    """Tables `orders` and `trades`."""

    def __init__(self) -> None:
        self._accepted: dict[int, tuple[OrderAccepted, int, int]] = {}
        self._changes: dict[int, _Change] = {}
        self._trades: list[Row] = []

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            OrderAccepted: self._on_accepted,
            TradeExecuted: self._on_trade,
            OrderReplaced: self._on_replaced,
            OrderCancelled: self._on_cancelled,
        }

    def drain(self) -> Rows:
        new: list[Row] = []
        for order_id, (event, seq, at_ns) in self._accepted.items():
            change = self._changes.pop(order_id, None)
            new.append(_new_row(event, seq, at_ns, change))
        changed: list[Row] = [_changed_row(key, c) for key, c in self._changes.items()]
        rows: Rows = [
            (write, gathered)
            for write, gathered in (
                (ORDERS_NEW, new),
                (ORDERS_CHANGED, changed),
                (TRADES, self._trades),
            )
            if gathered
        ]
        self._accepted, self._changes, self._trades = {}, {}, []
        return rows

    def _on_accepted(self, event: OrderAccepted, seq: int, at_ns: int) -> None:
        self._accepted[event.order_id] = (event, seq, at_ns)

    def _on_trade(self, event: TradeExecuted, seq: int, at_ns: int) -> None:
        for order_id, leaves, fee_fen in (
            (event.buy_order_id, event.buyer_leaves, event.buyer_fee_fen),
            (event.sell_order_id, event.seller_leaves, event.seller_fee_fen),
        ):
            change = self._change(order_id, seq, at_ns)
            change.leaves = leaves
            change.executed += event.quantity
            change.executed_fen += event.consideration_fen
            change.fee_fen += fee_fen
        self._trades.append(
            (
                event.trade_id,
                seq,
                at_ns,
                event.instrument_id,
                event.price,
                event.quantity,
                event.consideration_fen,
                event.buyer_fee_fen,
                event.seller_fee_fen,
                event.buy_order_id,
                event.sell_order_id,
                event.buyer_id,
                event.seller_id,
                event.taker_side,
                event.first_transfer_id,
                event.rule_set,
            )
        )

    def _on_replaced(self, event: OrderReplaced, seq: int, at_ns: int) -> None:
        change = self._change(event.order_id, seq, at_ns)
        change.price, change.quantity, change.leaves = event.price, event.quantity, event.leaves

    def _on_cancelled(self, event: OrderCancelled, seq: int, at_ns: int) -> None:
        change = self._change(event.order_id, seq, at_ns)
        change.leaves = 0
        change.cancel_reason = event.reason

    def _change(self, order_id: int, seq: int, at_ns: int) -> _Change:
        change = self._changes.get(order_id)
        if change is None:
            change = self._changes[order_id] = _Change()
        change.seq, change.at_ns = seq, at_ns
        return change


def _new_row(event: OrderAccepted, seq: int, at_ns: int, change: _Change | None) -> Row:
    terms = (
        event.order_id,
        event.participant_id,
        event.client_order_id,
        event.instrument_id,
        event.side,
        event.order_type,
        event.time_in_force,
        event.post_only,
        event.self_trade_prevention,
        event.expires_on,
    )
    if change is None:
        return (
            *terms,
            event.price,
            event.quantity,
            event.quantity,
            0,
            0,
            0,
            0,
            event.rule_set,
            seq,
            at_ns,
            seq,
            at_ns,
        )
    return (
        *terms,
        change.price or event.price,
        change.quantity or event.quantity,
        change.leaves,
        change.executed,
        change.executed_fen,
        change.fee_fen,
        change.cancel_reason,
        event.rule_set,
        seq,
        at_ns,
        change.seq,
        change.at_ns,
    )


def _changed_row(order_id: int, change: _Change) -> Row:
    return (
        order_id,
        change.price,
        change.quantity,
        change.leaves,
        change.executed,
        change.executed_fen,
        change.fee_fen,
        change.cancel_reason,
        change.seq,
        change.at_ns,
    )
