"""Wire forms of instruments."""

from typing import Literal

from pydantic import BaseModel, Field

from exchange.api.amounts import Code, DecimalText, LedgerCode, Prose, Word
from exchange.api.schemas import STRICT


class ListInstrumentRequest(BaseModel):
    """Tick, step, limits, band and fees come from the rulebook."""

    model_config = STRICT
    code: Code
    asset: Code
    ledger: LedgerCode | None = None
    title_zh: Prose
    title_en: Prose
    reference_price: DecimalText
    region: Word = ""
    basin: Word = ""
    sector: Word = ""


class BandView(BaseModel):
    trading_day: str = Field(examples=["2026-03-02"])
    reference: str = Field(examples=["99.48"])
    low: str = Field(examples=["89.53"])
    high: str = Field(examples=["109.43"])


class InstrumentView(BaseModel):
    """Prices in yuan for one `unit`.

    Every price is a multiple of the tick, every quantity of the step.
    """

    code: str
    ledger: str
    asset: str
    unit: str
    title_zh: str
    title_en: str
    price_tick: str
    price_min: str
    quantity_step: str
    quantity_min: str
    quantity_max: str
    band: BandView | None
    state: Literal["trading", "halted"]
    session: Literal["open", "closed"]
    region: str
    basin: str
    sector: str
    rule_set: int
