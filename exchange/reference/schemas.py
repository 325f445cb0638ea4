"""Wire forms of reference data."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from exchange.api.amounts import DayText, LedgerCode, Prose
from exchange.api.schemas import STRICT, ReceiptView
from exchange.core.rules import RuleKind


class LedgerTimeView(BaseModel):
    ledger: str
    session: Literal["open", "closed"]
    next_change: str | None


class TimeView(BaseModel):
    """`time` is the machine's clock; the venue goes by `venue_time`, virtual in the sandbox."""

    time: str
    venue_time: str
    local_date: str = Field(description="Asia/Shanghai", examples=["2026-03-02"])
    ledgers: list[LedgerTimeView]


class ProblemTypeView(BaseModel):
    code: str
    status: int
    title_zh: str
    title_en: str
    retryable: bool
    rule: str | None = Field(description="The rule that decides it, without its ledger")


class RuleView(BaseModel):
    """One version of one figure of law, with its source and how sure it is."""

    id: str = Field(examples=["carbon.trading.band"])
    ledger: str
    version: int
    kind: RuleKind
    value: list[str]
    unit: str
    valid_from: str
    valid_to: str | None
    title_zh: str
    title_en: str
    source: str
    evidence: str
    rule_set: int


class RuleRequest(BaseModel):
    model_config = STRICT
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+){1,6}$", max_length=100)]
    version: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    kind: RuleKind
    value: Annotated[list[Prose], Field(min_length=1, max_length=400)]
    unit: Annotated[str, Field(max_length=32, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")] = ""
    valid_from: DayText
    valid_to: DayText | None = None
    title_zh: Prose
    title_en: Prose
    source: Prose
    evidence: Literal["law", "published", "computed", "known", "uncertain", "design"]


class ActivateRulesRequest(BaseModel):
    model_config = STRICT
    ledger: LedgerCode
    rules: Annotated[list[RuleRequest], Field(min_length=1, max_length=500)]
    document: Prose


class RulesReceipt(ReceiptView):
    rule_set: int


class CalendarDayView(BaseModel):
    date: str
    ledger: str
    trading: bool


class RegionView(BaseModel):
    code: str = Field(examples=["150200"])
    name_zh: str
    name_en: str
    kind: str
    parent: str | None
    basins: list[str]


class HealthView(BaseModel):
    status: Literal["ok", "unavailable"]
    checks: dict[str, bool] = {}
