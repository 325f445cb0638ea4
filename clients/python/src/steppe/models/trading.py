"""Orders and trades: what is asked for and what came of it."""

from datetime import date
from decimal import Decimal

import msgspec

from steppe.amounts import Amount, day_text, decimal_text
from steppe.command_ids import command_id_of, new_command_id
from steppe.models.answer import Instant, Model, Receipt
from steppe.models.reference import Problem
from steppe.words import OrderType, SelfTradePrevention, Side, TimeInForce


class NewOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order to place. Its `client_order_id` is chosen here and stays over repeats.

    `price` is None for market orders; `good_till_date` is given for `gtd` only.
    """

    instrument: str
    side: Side
    quantity: Amount
    price: Amount | None = None
    order_type: OrderType = "limit"
    time_in_force: TimeInForce = "gtc"
    post_only: bool = False
    good_till_date: date | None = None
    self_trade_prevention: SelfTradePrevention = "cancel_newest"
    client_order_id: str = msgspec.field(default_factory=new_command_id)

    def body(self) -> dict[str, object]:
        """Return the order as the venue reads it.

        Raises: TypeError for a float; ValueError for what is no decimal or no id.
        """
        order: dict[str, object] = {
            "client_order_id": command_id_of(self.client_order_id),
            "instrument": self.instrument,
            "side": self.side,
            "quantity": decimal_text(self.quantity),
            "order_type": self.order_type,
            "time_in_force": self.time_in_force,
            "post_only": self.post_only,
            "self_trade_prevention": self.self_trade_prevention,
        }
        if self.price is not None:
            order["price"] = decimal_text(self.price)
        if self.good_till_date is not None:
            order["good_till_date"] = day_text(self.good_till_date)
        return order


class Fill(Model, frozen=True, kw_only=True):
    """One trade of an order; `value` and `fee` are yuan."""

    trade_id: str
    price: Decimal
    quantity: Decimal
    value: Decimal
    fee: Decimal


class OrderReceipt(Model, frozen=True, kw_only=True):
    """What became of an order at once. `status` is open, partially_filled, filled or cancelled."""

    order_id: str
    client_order_id: str
    instrument: str
    status: str
    quantity: Decimal
    leaves: Decimal
    executed: Decimal
    executed_value: Decimal
    fills: tuple[Fill, ...] = ()
    cancel_reason: str | None = None
    accepted_at: Instant | None = None
    sequence: int | None = None
    rule_set: int | None = None


class Order(OrderReceipt, frozen=True, kw_only=True):
    """An order as it stands."""

    participant_id: str | None = None
    side: str
    order_type: str
    time_in_force: str
    price: Decimal | None = None
    average_price: Decimal | None = None
    fee: Decimal | None = None
    post_only: bool = False
    good_till_date: date | None = None
    self_trade_prevention: str | None = None
    updated_at: Instant | None = None


class BatchResult(Model, frozen=True, kw_only=True):
    """One order's outcome within a batch: the order when accepted, the problem when refused."""

    status: str
    order: OrderReceipt | None = None
    problem: Problem | None = None


class BatchReceipt(Model, frozen=True, kw_only=True):
    """A batch's outcomes in the order of the request."""

    results: tuple[BatchResult, ...]


class CancelReceipt(Receipt, frozen=True, kw_only=True):
    """The orders that were open and no longer are."""

    cancelled: tuple[str, ...]


class Trade(Model, frozen=True, kw_only=True):
    """The caller's side of a trade; `value` and `fee` are yuan, `liquidity` maker or taker."""

    trade_id: str
    instrument: str
    side: str
    price: Decimal
    quantity: Decimal
    value: Decimal
    fee: Decimal
    order_id: str
    liquidity: str
    executed_at: Instant
    rule_set: int | None = None
