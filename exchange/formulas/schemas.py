"""Wire forms of formulas."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from exchange.api.amounts import DayText, InputName, InputText
from exchange.api.schemas import STRICT

FormulaId = Annotated[
    str,
    StringConstraints(
        strict=True, pattern=r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+){1,6}$", max_length=100
    ),
    Field(examples=["energy.obligation.formula.henan"]),
]
Rounding = Literal["floor", "half_up", "ceiling"]


class EvaluateRequest(BaseModel):
    """A formula and all its inputs; `as_of` is the day whose rules apply, today when left out."""

    model_config = STRICT
    formula: FormulaId
    inputs: Annotated[dict[InputName, InputText], Field(max_length=40)]
    as_of: DayText | None = None


class VersionView(BaseModel):
    id: str = Field(examples=["energy.obligation.formula.henan"])
    version: int


class TraceView(BaseModel):
    """How a result came about.

    Its hash is that of this object as JSON: keys in this order, without spaces, in UTF-8. Values
    are plain decimals where nine decimals hold them, else `n/d`.
    """

    formula: VersionView
    as_of: str = Field(examples=["2026-03-02"])
    inputs: list[tuple[str, str, str]] = Field(
        description="Name, unit, value", examples=[[["B", "1", "0.3"]]]
    )
    parameters: list[tuple[str, str, str, str]] = Field(
        description="Name, rule, its version, its value",
        examples=[[["B.minimum", "energy.obligation.henan.factor_min", "1", "0.3"]]],
    )
    steps: list[tuple[str, str]] = Field(
        description="Name and exact value; the last is the result before rounding",
        examples=[[["A", "100000"], ["result", "45000"]]],
    )
    rounding: Rounding
    scale: int = Field(description="Decimals of the result", examples=[0])
    result: str = Field(examples=["45000"])
    unit: str = Field(examples=["tce"])


class EvaluationView(BaseModel):
    result: str = Field(description="Decimal text in `unit`", examples=["45000"])
    unit: str = Field(examples=["tce"])
    trace: TraceView
    trace_hash: str = Field(description="SHA-256 of the trace, in hexadecimal")


class InputView(BaseModel):
    """A number that the caller gives. A limit is a decimal or the id of the rule that has it."""

    name: str = Field(examples=["B"])
    unit: str = Field(examples=["tce/10k_yuan"])
    scale: int = Field(description="How many decimals at most", examples=[2])
    minimum: str | None = Field(examples=["energy.obligation.henan.factor_min"])
    maximum: str | None = Field(examples=["energy.obligation.henan.factor_max"])


class ChoiceView(BaseModel):
    """A word that the caller chooses."""

    name: str = Field(examples=["pollutant"])
    words: list[str] = Field(examples=[["COD", "NH3N", "SO2", "NOX"]])


class ParameterView(BaseModel):
    """A figure that the rulebook gives; with `by`, the rule whose last word is the one chosen."""

    name: str = Field(examples=["price"])
    rule: str = Field(examples=["emission.paid_use.fee_standard"])
    by: str | None = Field(examples=["pollutant"])


class FormulaView(BaseModel):
    """A method of calculation in force, with what it needs."""

    id: str = Field(examples=["energy.obligation.formula.henan"])
    ledger: str
    version: int
    title_zh: str
    title_en: str
    inputs: list[InputView]
    choices: list[ChoiceView]
    parameters: list[ParameterView]
    rounding: Rounding
    scale: int
    unit: str
    lines: list[str] = Field(description="The formula as it stands in the rulebook")
    valid_from: str
    valid_to: str | None
    source: str
    evidence: str
