"""Formulas over HTTP: evaluated with trace, computed again by the client, every refusal."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx2
import pytest

import steppe
from steppe.recompute import canonical
from tests.api.test_bad_input import check, sequences
from tests.support.server import Sandbox, running_sandbox

HENAN = "energy.obligation.formula.henan"
PROJECT = {
    "new_energy": "100000",
    "coal": "0",
    "renewable": "0",
    "feedstock": "0",
    "B": "0.30",
    "C": "1.2",
    "average": "0.8",
}
ON = date(2026, 3, 2)
BORROW = "carbon.allocation.formula.borrow"


@pytest.fixture(scope="module")
def client(sandbox: Sandbox) -> Iterator[steppe.Client]:
    with steppe.Client(sandbox.address) as made:
        yield made


def ask(sandbox: Sandbox, body: dict[str, Any]) -> httpx2.Response:
    with sandbox.client() as anonymous:
        return anonymous.post("/v1/formulas:evaluate", json=body)


def test_the_answer_tells_how_it_came_about(sandbox: Sandbox) -> None:
    answer = ask(sandbox, {"formula": HENAN, "inputs": PROJECT, "as_of": "2026-03-02"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["result"], told["unit"]) == ("45000", "tce")
    trace = told["trace"]
    assert trace["formula"] == {"id": HENAN, "version": 1}
    assert ["B", "1", "0.3"] in trace["inputs"]
    assert ["B.minimum", "energy.obligation.henan.factor_min", "1", "0.3"] in trace["parameters"]
    assert trace["steps"] == [["A", "100000"], ["result", "45000"]]
    assert (trace["rounding"], trace["scale"], trace["as_of"]) == ("ceiling", 0, "2026-03-02")


def test_the_client_computes_the_same_hash_from_the_public_rules(client: steppe.Client) -> None:
    for formula, inputs, on in (
        (HENAN, PROJECT, ON),
        (BORROW, {"due": "1000000", "allocated": "880000"}, date(2023, 6, 1)),
        ("water.allocation.formula.saved", {"potential": "1107130000"}, ON),
        ("water.allocation.formula.league", {"league": "150800", "ratio": "0.683"}, ON),
        (
            "emission.paid_use.formula.fee",
            {"pollutant": "COD", "quantity": "12.3456", "years": "5"},
            date(2012, 2, 29),
        ),
    ):
        told = client.evaluate_formula(formula, inputs=inputs, as_of=on)
        rules = client.rules(ledger=formula.partition(".")[0], as_of=on).items
        again = steppe.recompute(formula, inputs, rules, on)
        assert (again.result, again.unit) == (told.result, told.unit)
        assert again.text == canonical(told.trace)
        assert again.trace_hash == told.trace_hash


def test_a_wrong_figure_is_found(client: steppe.Client) -> None:
    told = client.evaluate_formula(HENAN, inputs=PROJECT, as_of=ON)
    rules = client.rules(ledger="energy", as_of=ON).items
    other = steppe.recompute(HENAN, PROJECT | {"C": "1.2001"}, rules, ON)
    assert other.trace_hash != told.trace_hash


def test_without_a_day_it_is_today(client: steppe.Client) -> None:
    told = client.evaluate_formula(HENAN, inputs=PROJECT)
    assert told.trace["as_of"] == client.time().local_date.isoformat()


def test_the_list_tells_what_a_formula_needs(client: steppe.Client) -> None:
    (henan,) = (one for one in client.formulas(ledger="energy").items if one.id == HENAN)
    assert {one.name for one in henan.inputs} == PROJECT.keys()
    (factor,) = (one for one in henan.inputs if one.name == "B")
    assert (factor.scale, factor.minimum) == (2, "energy.obligation.henan.factor_min")
    (fee,) = (one for one in client.formulas().items if one.id == "emission.paid_use.formula.fee")
    assert fee.choices[0].words == ("COD", "NH3N", "SO2", "NOX")
    assert (fee.parameters[0].rule, fee.parameters[0].by) == (
        "emission.paid_use.fee_standard",
        "pollutant",
    )
    assert henan.lines[-1] == "result = ceiling(A * B * C / average, 0)"


def test_the_list_is_of_a_day(client: steppe.Client) -> None:
    def listed(on: date) -> bool:
        return any(one.id == BORROW for one in client.formulas(ledger="carbon", as_of=on).items)

    assert [listed(date(2023, 3, 14)), listed(date(2023, 3, 15))] == [False, True]
    assert [listed(date(2024, 10, 14)), listed(date(2024, 10, 15))] == [True, False]


WITHOUT_C = {name: value for name, value in PROJECT.items() if name != "C"}
POWER = "carbon.allocation.formula.power_generation"
UNIT = {"class": "gas", "generation": "1", "heat": "1", "correction": "1"}
GENERATION = "carbon.allocation.benchmark.power_generation.gas"


@pytest.mark.parametrize(
    ("formula", "inputs", "code", "pointer", "rule", "figures"),
    [
        (HENAN, WITHOUT_C, "input_missing", "/inputs/C", HENAN, {"input": "C"}),
        (HENAN, PROJECT | {"D": "1"}, "input_unknown", "/inputs/D", HENAN, {}),
        (HENAN, PROJECT | {"coal": "-1"}, "input_negative", "/inputs/coal", HENAN, None),
        (HENAN, PROJECT | {"coal": "0.5"}, "input_invalid", "/inputs/coal", HENAN, None),
        (HENAN, PROJECT | {"coal": "Zq"}, "input_invalid", "/inputs/coal", HENAN, None),
        (HENAN, PROJECT | {"coal": ""}, "input_invalid", "/inputs/coal", HENAN, None),
        (
            HENAN,
            PROJECT | {"B": "0.2"},
            "parameter_out_of_range",
            "/inputs/B",
            "energy.obligation.henan.factor_min",
            {"input": "B", "value": "0.2", "minimum": "0.3"},
        ),
        (HENAN, PROJECT | {"average": "0"}, "division_by_zero", None, HENAN, {"step": "result"}),
        (HENAN, PROJECT | {"coal": "100001"}, "result_negative", None, HENAN, None),
        (
            HENAN,
            PROJECT | {"new_energy": "9" * 18, "C": "9" * 18, "average": "0.0001"},
            "number_too_large",
            None,
            HENAN,
            {"step": "result"},
        ),
        (POWER, UNIT, "rule_missing", None, POWER, {"rule": GENERATION}),
        (BORROW, {"due": "1"}, "rule_missing", "/formula", None, {"rule": BORROW}),
        ("energy.trading.band", {}, "rule_invalid", "/formula", "energy.trading.band", {}),
    ],
)
def test_a_refusal_names_the_rule_the_input_and_the_figures(
    sandbox: Sandbox,
    codes: dict[str, int],
    formula: str,
    inputs: dict[str, str],
    code: str,
    pointer: str | None,
    rule: str | None,
    figures: dict[str, str] | None,
) -> None:
    answer = ask(sandbox, {"formula": formula, "inputs": inputs, "as_of": "2026-03-02"})
    check(answer, codes)
    problem = answer.json()
    assert problem["code"] == code
    assert [fault["pointer"] for fault in problem["errors"]] == ([pointer] if pointer else [])
    assert (problem.get("rule") or {}).get("id") == rule
    if figures is not None:
        assert problem["figures"] == figures


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"formula": "gold.obligation.formula.henan"}, "ledger_unknown"),
        ({"formula": "energy"}, "invalid_request"),
        ({"formula": "energy.obligation..henan"}, "invalid_request"),
        ({"as_of": "2026-02-30"}, "invalid_request"),
        ({"inputs": {"B": 0.3}}, "invalid_request"),
        ({"inputs": {"B": None}}, "invalid_request"),
        ({"inputs": {"B": ["0.3"]}}, "invalid_request"),
        ({"inputs": {"B\u0000": "0.3"}}, "invalid_request"),
        ({"inputs": {"B/C": "0.3"}}, "invalid_request"),
        ({"inputs": {"B": "1" * 65}}, "invalid_request"),
        ({"inputs": {"B": "0.3\n"}}, "invalid_request"),
        ({"inputs": {f"a{number}": "1" for number in range(41)}}, "invalid_request"),
    ],
)
def test_a_request_of_another_form(
    sandbox: Sandbox, codes: dict[str, int], changes: dict[str, Any], code: str
) -> None:
    answer = ask(sandbox, {"formula": HENAN, "inputs": PROJECT, **changes})
    check(answer, codes)
    assert answer.json()["code"] == code


def test_evaluating_leaves_no_trace_in_any_journal(sandbox: Sandbox) -> None:
    with sandbox.client() as anonymous:
        before = sequences(anonymous)
        for _ in range(3):
            ask(sandbox, {"formula": HENAN, "inputs": PROJECT})
        assert sequences(anonymous) == before


def activation(rule_id: str, kind: str, value: tuple[str, ...], version: int) -> steppe.Rule:
    return steppe.Rule(
        id=rule_id,
        version=version,
        kind=kind,
        value=value,
        unit="tce",
        valid_from=ON,
        title_zh="试",
        title_en="Test",
        source="试",
        evidence="design",
    )


def test_a_formula_is_checked_when_it_is_activated_and_applies_from_its_day() -> None:
    with running_sandbox() as venue:
        secret = venue.credentials["operator"]
        credentials = steppe.ClientSecret(secret["client_id"], secret["client_secret"])
        with steppe.Client(venue.address, credentials=credentials) as operator:
            lines = ("input a tce 0", "result = floor(a / 2, 0)")
            for wrong in (lines[:1], lines[1:], ("input a tce 0", "result = eval(a, 0)")):
                rule = activation("energy.obligation.formula.test", "formula", wrong, 1)
                with pytest.raises(steppe.RuleInvalid):
                    operator.activate_rules(ledger="energy", rules=[rule], document="试")
            rule = activation("energy.obligation.formula.test", "formula", lines, 1)
            operator.activate_rules(ledger="energy", rules=[rule], document="试")
            told = operator.evaluate_formula(rule.id, inputs={"a": 7}, as_of=ON)
            assert told.result == "3"
            with pytest.raises(steppe.RuleMissing):
                operator.evaluate_formula(rule.id, inputs={"a": 7}, as_of=date(2026, 3, 1))
