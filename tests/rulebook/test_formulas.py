"""The two evaluators: shared vectors, a naive third opinion, and the bounds of both."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core import expressions, formulas
from exchange.core.evaluation import NoResult, evaluate, method
from exchange.core.rules import RuleBook
from exchange.core.units import NUMBER_MAX
from steppe.recompute import NotComputable, canonical
from tests.rulebook.formulas import book, evaluated, recomputed, rule, rules_of

VECTORS = json.loads(Path(__file__).with_name("formula_vectors.json").read_text(encoding="utf-8"))


def vectors(kind: str) -> Any:
    return pytest.mark.parametrize("vector", VECTORS[kind], ids=lambda one: one["name"])


@vectors("computed")
def test_both_come_to_the_result_and_the_hash(vector: dict[str, Any]) -> None:
    found, again = evaluated(vector), recomputed(vector)
    assert found.trace.result == again.result == vector["result"]
    assert found.trace.canonical() == again.text.encode()
    assert found.trace.digest().hex() == again.trace_hash == vector["trace_hash"]


@vectors("refused")
def test_both_refuse_with_the_same_code(vector: dict[str, Any]) -> None:
    with pytest.raises(NoResult) as refused:
        evaluated(vector)
    with pytest.raises(NotComputable) as not_computable:
        recomputed(vector)
    assert refused.value.code == not_computable.value.code == vector["code"]


@vectors("no_formula")
def test_neither_takes_lines_that_are_no_formula(vector: dict[str, Any]) -> None:
    wrong = rule("noise.f", 1, "formula", vector["lines"], "t")
    assert RuleBook("noise").fault(wrong)
    with pytest.raises(NotComputable) as not_computable:
        recomputed({**vector, "rules": [], "unit": "t", "inputs": {"a": "1"}})
    assert not_computable.value.code == "rule_invalid"


def test_every_code_of_a_refusal_has_a_vector() -> None:
    told = (NoResult.__doc__ or "").split("`")[1::2]
    assert {vector["code"] for vector in VECTORS["refused"]} == set(told)


def test_a_changed_digit_changes_the_hash() -> None:
    (vector,) = (one for one in VECTORS["computed"] if one["name"] == "a figure of each kind")
    changed = {**vector, "inputs": {"a": "10"}}
    assert recomputed(changed).trace_hash != vector["trace_hash"]
    newer = [(name, version + 1, kind, value) for name, version, kind, value in vector["rules"]]
    assert recomputed({**vector, "rules": newer}).trace_hash != vector["trace_hash"]


def test_inputs_written_otherwise_leave_the_hash() -> None:
    vector = {"lines": ["input a t 3", "result = floor(a, 0)"], "rules": [], "unit": "t"}
    hashes = {recomputed({**vector, "inputs": {"a": text}}).trace_hash for text in ("7", "7.0")}
    assert len(hashes) == 1


def test_a_refusal_names_the_rule_the_input_and_the_figures() -> None:
    lines = ["input a 1 2", "range a x.least 1", "result = floor(a, 2)"]
    least = ["noise.x.least", 4, "decimal", "0.30"]
    with pytest.raises(NoResult) as refused:
        evaluated({"lines": lines, "rules": [least], "unit": "t", "inputs": {"a": "0.2"}})
    fault = refused.value
    assert fault.rule is not None
    assert (fault.rule.rule_id, fault.rule.version, fault.given) == ("noise.x.least", 4, "a")
    assert dict(fault.figures) == {"input": "a", "value": "0.2", "minimum": "0.3"}


def test_a_limit_that_is_a_number_is_the_formulas_own() -> None:
    lines = ["input a 1 2", "range a 0 1", "result = floor(a, 2)"]
    with pytest.raises(NoResult) as refused:
        evaluated({"lines": lines, "rules": [], "unit": "t", "inputs": {"a": "1.01"}})
    assert refused.value.rule is not None
    assert refused.value.rule.rule_id == "noise.f"


def test_what_is_no_formula_is_not_evaluated() -> None:
    rules = book([rule("noise.x.k", 1, "integer", ("5",))])
    for name, code in (("f", "rule_missing"), ("x.k", "rule_invalid")):
        with pytest.raises(NoResult) as refused:
            method(rules, name)
        assert refused.value.code == code


def test_the_result_fits_an_account() -> None:
    vector = {"lines": ["input a t 0", "result = floor(a * 5, 0)"], "rules": [], "unit": "t"}
    largest = NUMBER_MAX // 5
    assert evaluated({**vector, "inputs": {"a": str(largest)}}).value == largest * 5
    with pytest.raises(NoResult, match="number_too_large"):
        evaluated({**vector, "inputs": {"a": str(largest + 1)}})


@dataclass(frozen=True)
class Grown:
    """An expression as text, with the value that the naive evaluation gave it."""

    text: str
    value: Fraction


INPUTS = {"a": "3", "b": "0.25", "c": "999999999.999999999", "d": "0"}
LEAVES = st.one_of(
    st.sampled_from([Grown(name, Fraction(text)) for name, text in INPUTS.items()]),
    st.decimals(0, 10**12, places=3, allow_nan=False).map(
        lambda value: Grown(f"{value:f}", Fraction(value))
    ),
)


def _grow(inner: st.SearchStrategy[Grown]) -> st.SearchStrategy[Grown]:
    return st.one_of(
        st.builds(_joined, inner, st.sampled_from("+-*/"), inner),
        st.builds(_extreme, st.sampled_from(("min", "max")), inner, inner),
        st.builds(_choice, inner, st.sampled_from((">=", ">", "<=", "<")), inner, inner),
    )


def _joined(left: Grown, sign: str, right: Grown) -> Grown:
    if sign == "/" and not right.value:
        sign = "+"
    value = {
        "+": lambda: left.value + right.value,
        "-": lambda: left.value - right.value,
        "*": lambda: left.value * right.value,
        "/": lambda: left.value / right.value,
    }[sign]()
    return Grown(f"({left.text} {sign} {right.text})", value)


def _extreme(word: str, left: Grown, right: Grown) -> Grown:
    value = {"min": min, "max": max}[word](left.value, right.value)
    return Grown(f"{word}({left.text}, {right.text})", value)


def _choice(left: Grown, sign: str, right: Grown, then: Grown) -> Grown:
    holds = {
        ">=": left.value >= right.value,
        ">": left.value > right.value,
        "<=": left.value <= right.value,
        "<": left.value < right.value,
    }[sign]
    text = f"if({left.text} {sign} {right.text}, {then.text}, {left.text})"
    return Grown(text, then.value if holds else left.value)


EXACT = Context(prec=200)
MODES = {"floor": ROUND_FLOOR, "half_up": ROUND_HALF_UP, "ceiling": ROUND_CEILING}


@given(
    grown=st.recursive(LEAVES, _grow, max_leaves=8),
    rounding=st.sampled_from(tuple(MODES)),
    scale=st.integers(0, 9),
)
def test_both_agree_with_naive_fractions_rounded_as_decimals(
    grown: Grown, rounding: str, scale: int
) -> None:
    keep = "min(a, b, c, d)"  # uses every input, and is zero
    lines = [*(f"input {name} t 9" for name in INPUTS)]
    lines += [f"result = {rounding}({grown.text} + {keep}, {scale})"]
    vector = {"lines": lines, "rules": [], "unit": "t", "inputs": INPUTS}
    if len(lines[-1]) > formulas.TEXT_MAX:
        return
    refused = code_of(evaluated, vector)
    assert code_of(recomputed, vector) == refused
    if refused:
        assert _out_of_bounds(grown.value, scale) or refused == "number_too_large"
        return
    found = evaluated(vector)
    naive = EXACT.divide(Decimal(grown.value.numerator), Decimal(grown.value.denominator))
    expected = naive.quantize(Decimal(1).scaleb(-scale), MODES[rounding], EXACT)
    assert Decimal(found.trace.result) == expected
    assert recomputed(vector).text == canonical(json.loads(found.trace.canonical()))


def code_of(compute: Callable[[Any], object], vector: Any) -> str:
    """The code of a refusal; empty when there is a result."""
    try:
        compute(vector)
    except formulas.BadFormula:
        return "rule_invalid"
    except (NoResult, NotComputable) as refused:
        return refused.code
    return ""


def _out_of_bounds(value: Fraction, scale: int) -> bool:
    return value < 0 or value * 10**scale > NUMBER_MAX


@given(text=st.text("ab01.+-*/(),<>=if minmax\n量", max_size=60))
def test_any_text_is_read_by_both_or_by_neither(text: str) -> None:
    lines = ["input a t 0", f"x = min(a, {text})", "result = floor(max(x, 0), 0)"]
    vector = {"lines": lines, "rules": [], "unit": "t", "inputs": {"a": "1"}}
    refused = code_of(evaluated, vector)
    assert code_of(recomputed, vector) == refused
    if not refused:
        assert recomputed(vector).result == evaluated(vector).trace.result


def test_a_tree_of_the_longest_line_is_evaluated_without_deep_recursion() -> None:
    text = "+".join("a" * (expressions.TEXT_MAX // 2))
    value = expressions.evaluate(expressions.parse(text), {"a": Fraction(1)})
    assert value == expressions.TEXT_MAX // 2


def test_a_method_is_read_once_for_many_rows() -> None:
    vector = next(one for one in VECTORS["computed"] if one["name"] == "a figure by word")
    rules = book(rules_of(vector))
    made = method(rules, "f")
    results = [evaluate(made, rules, {"class": "big", "a": str(row)}).value for row in range(100)]
    assert results == [3 * row for row in range(100)]
