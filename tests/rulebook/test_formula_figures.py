"""The formulas that ship: published cases, and that every figure says where it comes from."""

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.core import evaluation
from exchange.core.evaluation import NoResult
from exchange.core.formulas import read
from exchange.core.rules import Rule, RuleKind
from exchange.rulebook.loader import day_of, load_ledgers, load_rules
from exchange.rulebook.regions import load_regions
from tests.rulebook.formulas import book, rule, shipped

LEDGERS = tuple(ledger.code for ledger in load_ledgers())
NOW = date(2026, 3, 2)
CLEANING = date(2023, 6, 1)
"""While the plan for 2021 and 2022 was in force."""

HENAN = {
    "new_energy": "100000",
    "coal": "0",
    "renewable": "0",
    "feedstock": "0",
    "B": "0.3",
    "C": "1.2",
    "average": "0.8",
}
LEAGUES = ("150800", "150600", "150200", "150100", "150300", "152900")


def formulas(ledger: str) -> list[Rule]:
    return [one for one in load_rules(ledger) if one.kind is RuleKind.FORMULA]


CASES = [
    # a gap of 12 per cent: half of it may be borrowed; of 10: just; of 8: nothing
    ("carbon.allocation.formula.borrow", CLEANING, ("1000000", "880000"), "60000"),
    ("carbon.allocation.formula.borrow", CLEANING, ("1000000", "900000"), "50000"),
    ("carbon.allocation.formula.borrow", CLEANING, ("1000000", "900001"), "0"),
    ("carbon.allocation.formula.borrow", CLEANING, ("1000000", "920000"), "0"),
    ("carbon.allocation.formula.borrow", CLEANING, ("1000000", "1000001"), "0"),
    # a gap of 30 per cent is capped at 20
    ("carbon.allocation.formula.gap_cap", CLEANING, ("1000000", "700000"), "200000"),
    ("carbon.allocation.formula.gap_cap", CLEANING, ("1000000", "880000"), "120000"),
    ("carbon.allocation.formula.power_pre", CLEANING, ("1000001",), "700000"),
    ("carbon.allocation.formula.industry_pre", NOW, ("1000001.5",), "700001"),
    ("carbon.allocation.formula.verified", NOW, ("123456.78",), "123456"),
    ("carbon.allocation.formula.previous_share", NOW, ("1000", "0.95"), "950"),
    ("carbon.allocation.formula.historical", NOW, ("3000001", "3", "0.98"), "980000"),
    ("carbon.allocation.formula.closure", NOW, ("1000", "7"), "416"),
    ("emission.allocation.formula.closure", NOW, ("1.5", "7"), "0.625000000"),
    ("energy.allocation.formula.closure", NOW, ("1000", "12"), "0.000000000"),
    ("water.allocation.formula.closure", NOW, ("1000", "7"), "416.666666666"),
    ("carbon.allocation.formula.fixed", NOW, ("300",), "300.0000"),
    ("emission.allocation.formula.fixed", NOW, ("1.4508",), "1.4508"),
    ("emission.allocation.formula.sale", NOW, ("100.5", "1000.01"), "100501.01"),
    ("emission.allocation.formula.permit", NOW, ("120.5", "118.25"), "118.2500"),
    ("emission.allocation.formula.permit", NOW, ("110.5", "118.25"), "110.5000"),
    ("emission.allocation.formula.assessment", NOW, ("12.3456",), "12.3456"),
    # 100 t for five years: 250,000 yuan, 100,000 of them at first; and at the standard before
    ("emission.paid_use.formula.fee", NOW, ("100", "5", "SO2"), "250000.00"),
    ("emission.paid_use.formula.fee", NOW, ("100", "5", "COD"), "500000.00"),
    ("emission.reserves.formula.floor", NOW, ("SO2",), "2500.00"),
    ("emission.reserves.formula.floor", NOW, ("NH3N",), "15000.00"),
    ("emission.paid_use.formula.fee", date(2012, 3, 1), ("100", "5", "COD"), "500000.00"),
    ("emission.paid_use.formula.fee", date(2012, 2, 29), ("100", "5", "COD"), "1000000.00"),
    ("emission.paid_use.formula.fee", date(2012, 2, 29), ("100", "5", "SO2"), "750000.00"),
    ("emission.paid_use.formula.fee", NOW, ("1.4508", "5", "NH3N"), "21762.00"),
    ("emission.paid_use.formula.fee", NOW, ("1", "1", "NOX"), "500.00"),
    ("emission.paid_use.formula.first_instalment", NOW, ("250000.00",), "100000.00"),
    ("emission.paid_use.formula.first_instalment", NOW, ("0.01",), "0.01"),
    # carried over: by the cap, by what is held; what to sell so that the rest may be
    ("carbon.compliance.formula.carry_over", NOW, ("250000", "200000"), "250000"),
    ("carbon.compliance.formula.carry_over", NOW, ("400000", "200000"), "310000"),
    ("carbon.compliance.formula.carry_over", NOW, ("400000", "100000"), "160000"),
    ("carbon.compliance.formula.carry_over", NOW, ("304000", "196000"), "304000"),
    ("carbon.compliance.formula.carry_over_to_sell", NOW, ("400000", "100000"), "96000"),
    ("carbon.compliance.formula.carry_over_to_sell", NOW, ("250000", "200000"), "0"),
    ("carbon.compliance.formula.source", NOW, ("1234.5", "0.000001"), "0.001235"),
    ("energy.obligation.formula.henan", NOW, tuple(HENAN.values()), "45000"),
    ("energy.obligation.formula.shizuishan_price", NOW, ("0.4", "4.48"), "60.00"),
    ("energy.obligation.formula.shizuishan_price", NOW, ("0.2", "1.66"), "11.12"),
    ("energy.obligation.formula.zhejiang", NOW, ("50000", "0.6"), "0"),
    ("energy.obligation.formula.zhejiang", NOW, ("50000", "0.6001"), "50000"),
    ("energy.obligation.formula.zhejiang_government_sale", NOW, ("100001",), "50000"),
    # two thirds of the saving: 738.09 million m3 when rounded, and never a whole m3 more
    ("water.allocation.formula.saved", NOW, ("1107130000",), "738086666"),
    ("water.allocation.formula.saved", NOW, ("1311230000",), "874153333"),
    ("water.allocation.formula.annual", NOW, ("5860000000", "0.68"), "3984800000"),
    ("water.allocation.formula.league", NOW, ("0.7", "150800"), "2800000000"),
]


@pytest.mark.parametrize(("rule_id", "on", "values", "result"), CASES)
def test_a_published_case(rule_id: str, on: date, values: tuple[str, ...], result: str) -> None:
    assert shipped(rule_id, on, inputs_of(rule_id, values)).trace.result == result


def inputs_of(rule_id: str, values: tuple[str, ...]) -> dict[str, str]:
    """Give a formula's inputs, then its words, in their order."""
    lines = next(
        one.value for one in load_rules(rule_id.partition(".")[0]) if one.rule_id == rule_id
    )
    formula = read(lines)
    names = [one.name for one in formula.inputs] + [one.name for one in formula.choices]
    return dict(zip(names, values, strict=True))


def refusal(rule_id: str, on: date, inputs: Mapping[str, str]) -> NoResult:
    with pytest.raises(NoResult) as refused:
        shipped(rule_id, on, inputs)
    return refused.value


def test_every_formula_that_has_its_figures_has_a_case() -> None:
    shown = {rule_id for rule_id, *_ in CASES} | {
        f"carbon.allocation.formula.{name}"
        for name in ("power_supply", "power_generation", "free_share", "paid_share")
    }
    shown |= {f"emission.allocation.formula.{name}" for name in ("free_share", "paid_share")}
    common = {"allocation.formula.fixed", "allocation.formula.sale"}
    common |= {"compliance.formula.source"}
    shipped_ids = {one.rule_id for ledger in LEDGERS for one in formulas(ledger)}
    assert {one for one in shipped_ids if one.partition(".")[2] not in common} <= shown


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_formula_says_its_unit_and_its_rule(ledger: str) -> None:
    for one in formulas(ledger):
        assert one.unit
        assert ".formula." in one.rule_id
        assert one.source


def test_henans_factor_is_refused_by_the_rule_that_bounds_it() -> None:
    for factor, rule_id, word, limit in (
        ("0.2", "energy.obligation.henan.factor_min", "minimum", "0.3"),
        ("1.01", "energy.obligation.henan.factor_max", "maximum", "1"),
    ):
        fault = refusal("energy.obligation.formula.henan", NOW, HENAN | {"B": factor})
        assert fault.code == "parameter_out_of_range"
        assert fault.rule is not None
        assert fault.rule.rule_id == rule_id
        assert dict(fault.figures) == {"input": "B", "value": factor, word: limit}


def test_renewable_energy_and_feedstock_lessen_henans_obligation() -> None:
    less = HENAN | {"renewable": "20000", "feedstock": "10000", "coal": "5000"}
    assert shipped("energy.obligation.formula.henan", NOW, less).value == 29250
    more = HENAN | {"renewable": "100001"}
    assert refusal("energy.obligation.formula.henan", NOW, more).code == "result_negative"
    none = HENAN | {"average": "0"}
    assert refusal("energy.obligation.formula.henan", NOW, none).code == "division_by_zero"


def test_no_borrowing_after_the_plan_of_2021_and_2022() -> None:
    inputs = {"due": "1000000", "allocated": "880000"}
    for on in (date(2023, 3, 14), date(2024, 10, 15)):
        assert refusal("carbon.allocation.formula.borrow", on, inputs).code == "rule_missing"


@pytest.mark.parametrize(
    ("name", "on", "amount"),
    [("power_supply", CLEANING, "supply"), ("power_generation", NOW, "generation")],
)
def test_the_power_plans_need_benchmarks_that_are_not_shipped(
    name: str, on: date, amount: str
) -> None:
    inputs = {"class": "coal_above_300", amount: "1000", "heat": "200", "correction": "0.99"}
    fault = refusal(f"carbon.allocation.formula.{name}", on, inputs)
    missing = f"carbon.allocation.benchmark.{name}.coal_above_300"
    assert (fault.code, dict(fault.figures)) == ("rule_missing", {"rule": missing})
    given = [  # any figures: those of the plan's annex are not known here
        rule(missing, 1, "decimal", ("0.5",), "tCO2e/MWh"),
        rule("carbon.allocation.benchmark.heat.coal_above_300", 1, "decimal", ("0.1",), "tCO2e/GJ"),
    ]
    rules = book([*load_rules("carbon"), *given], on, "carbon")
    found = evaluation.evaluate(
        evaluation.method(rules, f"allocation.formula.{name}"), rules, inputs
    )
    assert (found.trace.steps[0], found.value) == (("power", "495"), 515)


@pytest.mark.parametrize("ledger", ["carbon", "emission"])
@given(units=st.integers(0, 10**12), ppm=st.integers(0, 10**6))
def test_the_free_and_the_paid_part_make_up_the_whole(ledger: str, units: int, ppm: int) -> None:
    scale = {"carbon": 0, "emission": 4}[ledger]
    whole = str(Fraction(units)) if scale == 0 else f"{units // 10**4}.{units % 10**4:04}"
    inputs = {"quantity": whole, "paid_share": f"{ppm // 10**6}.{ppm % 10**6:06}"}
    rules = BOOKS[ledger]
    free, paid = (
        evaluation.evaluate(
            evaluation.method(rules, f"allocation.formula.{part}_share"), rules, inputs
        ).value
        for part in ("free", "paid")
    )
    assert free + paid == units
    assert paid * 10**6 >= units * ppm


BOOKS = {ledger: book(load_rules(ledger), NOW, ledger) for ledger in LEDGERS}


def test_the_leagues_share_the_regions_water_exactly() -> None:
    figures = {one.rule_id: one for one in load_rules("water")}
    whole = int(figures["water.totals.quota"].value[0])
    parts = [int(figures[f"water.totals.quota.{code}"].value[0]) for code in LEAGUES]
    assert whole == sum(parts) == 5_860_000_000
    assert set(LEAGUES) <= {region.code for region in load_regions()}


@given(ppm=st.integers(0, 2 * 10**6))
def test_what_the_leagues_get_in_a_year_is_within_the_regions_share(ppm: int) -> None:
    rules, ratio = BOOKS["water"], f"{ppm // 10**6}.{ppm % 10**6:06}"
    one = evaluation.method(rules, "allocation.formula.league")
    parts = [
        evaluation.evaluate(one, rules, {"league": code, "ratio": ratio}).value for code in LEAGUES
    ]
    rest = Fraction(5_860_000_000 * ppm, 10**6) - sum(parts)
    assert 0 <= rest < len(parts)


@pytest.mark.parametrize(
    ("rule_id", "value", "first", "last", "evidence"),
    [
        ("carbon.allocation.pre_ratio.power", "0.70", "2023-03-15", "2024-10-14", "published"),
        ("carbon.allocation.pre_ratio.industry", "0.70", "2025-11-18", "", "published"),
        ("carbon.allocation.borrow_min_gap", "0.10", "2023-03-15", "2024-10-14", "published"),
        ("carbon.allocation.borrow_max_of_gap", "0.50", "2023-03-15", "2024-10-14", "published"),
        ("carbon.allocation.gap_cap", "0.20", "2023-03-15", "2024-10-14", "published"),
        ("emission.paid_use.years", "5", "2014-08-06", "", "published"),
        ("emission.paid_use.first_instalment", "0.40", "2015-07-23", "", "published"),
        ("energy.obligation.henan.factor_start", "0.3", "2022-07-01", "", "published"),
        ("energy.obligation.shizuishan.price", "150", "2025-01-01", "", "published"),
        ("energy.obligation.shizuishan.reference", "4.48", "2025-01-01", "", "published"),
        ("energy.obligation.zhejiang.threshold", "0.6", "2019-08-01", "", "published"),
        ("energy.obligation.zhejiang.government_share", "0.50", "2019-08-01", "", "published"),
        ("water.saving.coefficient", "2/3", "2021-04-27", "", "published"),
        ("water.totals.quota", "5860000000", "2004-01-01", "", "published"),
        ("water.totals.quota.150800", "4000000000", "2004-01-01", "", "known"),
    ],
)
def test_a_figure_stands_as_published(
    rule_id: str, value: str, first: str, last: str, evidence: str
) -> None:
    (found,) = (one for one in load_rules(rule_id.partition(".")[0]) if one.rule_id == rule_id)
    assert (found.value, found.evidence) == ((value,), evidence)
    assert found.valid_from == day_of(date.fromisoformat(first))
    assert found.valid_to == (day_of(date.fromisoformat(last)) if last else None)


def test_the_page_on_formulas_shows_what_is_answered() -> None:
    page = resources.files("exchange.formulas").joinpath("README.md").read_text(encoding="utf-8")
    exchanged = page.split("```")[1]
    asked, told = (json.loads("{" + part.partition("{")[2]) for part in exchanged.split("200 OK"))
    on = date.fromisoformat(asked["as_of"])
    trace = shipped(asked["formula"], on, asked["inputs"]).trace
    assert json.loads(trace.canonical()) == told["trace"]
    assert (told["result"], told["trace_hash"]) == (trace.result, trace.digest().hex())
