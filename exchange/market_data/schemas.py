"""Wire forms of market data."""

from typing import Literal

from pydantic import BaseModel, Field


class LevelView(BaseModel):
    price: str = Field(examples=["98.00"])
    quantity: str = Field(examples=["1200"])
    orders: int = Field(examples=[3])


class BookView(BaseModel):
    """The book as of a journal sequence number of its ledger, best prices first."""

    instrument: str
    sequence: int
    time: str
    bids: list[LevelView]
    asks: list[LevelView]


class PublicTradeView(BaseModel):
    trade_id: str
    price: str
    quantity: str
    value: str
    executed_at: str
    taker_side: Literal["buy", "sell"]


class BandView(BaseModel):
    reference: str
    low: str
    high: str


class TickerView(BaseModel):
    """The trading day so far; `close` is the last settled closing price. Null: nothing yet."""

    instrument: str
    trading_day: str
    last: str | None
    open: str | None
    high: str | None
    low: str | None
    close: str | None
    volume: str
    turnover: str
    trades: int
    best_bid: str | None
    best_ask: str | None
    band: BandView | None
