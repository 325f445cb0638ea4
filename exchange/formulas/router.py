"""Routes of formulas. Public: what a method comes to is no secret, and nothing is kept."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from exchange.api.amounts import format_day, parse_day
from exchange.api.body import StrictRoute
from exchange.api.edge import Edge, EdgeDep
from exchange.api.pagination import Page
from exchange.api.problems import RESPONSES
from exchange.api.rulebooks import rulebook_on
from exchange.api.schemas import LedgerFilter
from exchange.core.evaluation import Method, NoResult, evaluate, method
from exchange.core.formulas import is_number
from exchange.core.rules import RuleBook, RuleKind
from exchange.core.types import Day
from exchange.errors import FieldError, Unprocessable
from exchange.formulas.schemas import EvaluateRequest, EvaluationView, FormulaView

router = APIRouter(tags=["formulas"], route_class=StrictRoute, responses=RESPONSES)


@router.get("/v1/formulas", response_model=Page[FormulaView])
async def list_formulas(
    edge: EdgeDep,
    ledger: LedgerFilter = None,
    as_of: Annotated[str | None, Query(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] = None,
) -> dict[str, Any]:
    """List the formulas in force on a day (today when none is given), with their typed inputs."""
    day = _day(edge, as_of, "#query/as_of")
    items: list[dict[str, Any]] = []
    for code in edge.ledgers if ledger is None else (ledger,):
        book = await rulebook_on(edge, code, day)
        for rule in book.in_force():
            if rule.kind is RuleKind.FORMULA:
                made = method(book, rule.rule_id.removeprefix(f"{code}."))
                items.append(_formula_view(code, book, made))
    return {"items": items}


@router.post("/v1/formulas:evaluate", response_model=EvaluationView)
async def evaluate_formula(body: EvaluateRequest, edge: EdgeDep) -> dict[str, Any]:
    """Evaluate a formula with the rules of a day and tell how; the same answer every time."""
    ledger, _, name = body.formula.partition(".")
    book = await rulebook_on(edge, ledger, _day(edge, body.as_of, "/as_of"))
    try:
        made = method(book, name)
    except NoResult as fault:
        raise _problem(fault, "/formula") from fault
    try:
        found = evaluate(made, book, body.inputs)
    except NoResult as fault:
        raise _problem(fault, f"/inputs/{fault.given}" if fault.given else "") from fault
    trace = found.trace
    return {
        "result": trace.result,
        "unit": trace.unit,
        "trace": {
            "formula": {"id": trace.formula.id, "version": trace.formula.version},
            "as_of": trace.as_of,
            "inputs": trace.inputs,
            "parameters": trace.parameters,
            "steps": trace.steps,
            "rounding": trace.rounding,
            "scale": trace.scale,
            "result": trace.result,
            "unit": trace.unit,
        },
        "trace_hash": trace.digest().hex(),
    }


def _day(edge: Edge, as_of: str | None, pointer: str) -> Day:
    return edge.today() if as_of is None else parse_day(as_of, pointer)


def _problem(fault: NoResult, pointer: str) -> Unprocessable:
    errors = [FieldError(pointer, fault.code, "")] if pointer else []
    problem = Unprocessable(fault.code, errors=errors)
    problem.rule = fault.rule
    problem.figures = dict(fault.figures)
    return problem


def _formula_view(ledger: str, book: RuleBook, made: Method) -> dict[str, Any]:
    rule, formula = made.rule, made.formula
    limits = {one.name: one for one in formula.limits}

    def bound(text: str) -> str:
        return text if is_number(text) else book.rule_id(text)

    return {
        "id": rule.rule_id,
        "ledger": ledger,
        "version": rule.version,
        "title_zh": rule.title_zh,
        "title_en": rule.title_en,
        "inputs": [
            {
                "name": one.name,
                "unit": one.unit,
                "scale": one.scale,
                "minimum": bound(limits[one.name].minimum) if one.name in limits else None,
                "maximum": bound(limits[one.name].maximum) if one.name in limits else None,
            }
            for one in formula.inputs
        ],
        "choices": [{"name": one.name, "words": list(one.words)} for one in formula.choices],
        "parameters": [
            {"name": one.name, "rule": book.rule_id(one.rule), "by": one.by or None}
            for one in formula.parameters
        ],
        "rounding": formula.rounding,
        "scale": formula.scale,
        "unit": rule.unit,
        "lines": list(rule.value),
        "valid_from": format_day(rule.valid_from),
        "valid_to": None if rule.valid_to is None else format_day(rule.valid_to),
        "source": rule.source,
        "evidence": rule.evidence,
    }
