"""Formulas of the rulebook that the core itself evaluates, in units of an asset."""

from collections.abc import Mapping

from exchange.core.evaluation import NoResult, evaluate, method
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleRef
from exchange.core.state import Asset, State


def result(
    state: State, name: str, asset: Asset, inputs: Mapping[str, str]
) -> tuple[int, RuleRef] | Refusal:
    """Return a formula's result in smallest units, rounded down, and the formula; or refuse.

    Refuses `rule_missing` without such a formula, `formula_refuses` with what it says.
    """
    try:
        formula = method(state.rules, name)
        value = evaluate(formula, state.rules, inputs).value
    except NoResult as fault:
        if fault.code == "rule_missing":
            return state.refuse(RejectReason.RULE_MISSING, asset.kind, **dict(fault.figures))
        figures = {"code": fault.code, **dict(fault.figures)}
        return state.refuse(RejectReason.FORMULA_REFUSES, asset.kind, **figures)
    decimals: int = formula.formula.scale
    return value * 10**asset.scale // 10**decimals, formula.reference
