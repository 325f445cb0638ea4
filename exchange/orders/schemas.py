"""Wire forms of orders and trades."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from exchange.api.amounts import ClientId, Code, DayText, DecimalText, LedgerCode
from exchange.api.problems import Problem
from exchange.api.schemas import STRICT, ReceiptView

SideWord = Literal["buy", "sell"]
TypeWord = Literal["limit", "market"]
TimeInForceWord = Literal["gtc", "day", "gtd", "ioc", "fok"]
PreventionWord = Literal["cancel_newest", "cancel_oldest", "cancel_both"]
StatusWord = Literal["open", "partially_filled", "filled", "cancelled"]
BATCH_MAX = 1000


class PlaceOrderRequest(BaseModel):
    """An order. `client_order_id` is chosen by the client and is what makes repeats safe."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "client_order_id": "2026-03-02.0001",
                    "instrument": "CEA24",
                    "side": "buy",
                    "quantity": "100",
                    "price": "98.00",
                    "time_in_force": "day",
                }
            ]
        },
    )
    client_order_id: ClientId
    instrument: Code
    side: SideWord
    quantity: DecimalText
    price: DecimalText | None = None
    order_type: TypeWord = "limit"
    time_in_force: TimeInForceWord = "gtc"
    post_only: Annotated[bool, Field(strict=True)] = False
    good_till_date: DayText | None = None
    self_trade_prevention: PreventionWord = "cancel_newest"


class BatchRequest(BaseModel):
    """`independent`: each order on its own. `atomic`: all or none, in one ledger."""

    model_config = STRICT
    mode: Literal["atomic", "independent"]
    orders: Annotated[list[PlaceOrderRequest], Field(min_length=1, max_length=BATCH_MAX)]


class ReplaceOrderRequest(BaseModel):
    """New limit and new total quantity, in which what was executed counts."""

    model_config = STRICT
    price: DecimalText
    quantity: DecimalText


class CancelAllRequest(BaseModel):
    model_config = STRICT
    ledger: LedgerCode
    instrument: Code | None = None
    side: SideWord | None = None


class EmptyRequest(BaseModel):
    model_config = STRICT


class FillView(BaseModel):
    trade_id: str = Field(examples=["carbon.t5"])
    price: str = Field(examples=["98.00"], description="Yuan for one unit")
    quantity: str = Field(examples=["100"])
    value: str = Field(examples=["9800.00"], description="Yuan")
    fee: str = Field(examples=["0.00"], description="Yuan")


class OrderReceipt(BaseModel):
    """What became of the order by the time it was durable."""

    order_id: str = Field(examples=["carbon.o17"])
    client_order_id: str
    instrument: str
    status: StatusWord
    quantity: str
    leaves: str
    executed: str
    executed_value: str = Field(description="Yuan")
    fills: list[FillView] = []
    cancel_reason: str | None = None
    accepted_at: str
    sequence: int
    rule_set: int = Field(description="The rulebook activation in force")


class BatchResult(BaseModel):
    status: Literal["accepted", "refused"]
    order: OrderReceipt | None = None
    problem: Problem | None = None


class BatchReceipt(BaseModel):
    results: list[BatchResult]


class CancelReceipt(ReceiptView):
    cancelled: list[str] = Field(examples=[["carbon.o17"]])


class OrderView(BaseModel):
    order_id: str = Field(examples=["carbon.o17"])
    participant_id: str
    client_order_id: str
    instrument: str
    side: SideWord
    order_type: TypeWord
    time_in_force: TimeInForceWord
    post_only: bool
    self_trade_prevention: PreventionWord
    good_till_date: str | None
    price: str | None
    quantity: str
    leaves: str
    executed: str
    executed_value: str
    average_price: str | None
    fee: str
    status: StatusWord
    cancel_reason: str | None
    accepted_at: str
    updated_at: str
    sequence: int
    rule_set: int


class TradeView(BaseModel):
    """A trade as one side sees it; the other side is not named."""

    trade_id: str
    instrument: str
    side: SideWord
    price: str
    quantity: str
    value: str
    fee: str
    order_id: str
    liquidity: Literal["maker", "taker"]
    executed_at: str
    rule_set: int
