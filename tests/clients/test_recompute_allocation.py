"""A calculation checked by the client's own reader: it agrees, or it says where it does not."""

import json
from decimal import Decimal

import httpx2
import msgspec
import pytest
from typer.testing import CliRunner

from exchange.allocation.calculation import Calculator, Terms
from exchange.core.rules import RuleRef
from exchange.core.types import Day
from exchange.rulebook.loader import load_rules
from steppe import Client, NotComputable, RetryPolicy, Rule
from steppe.allocation_check import recompute_allocation
from steppe.cli import make_app
from steppe.models import EntityCalculation, PlanFile
from tests.clients.support import Script, ok

METHOD = "carbon.allocation.formula.industry_pre"
RULES = load_rules("carbon")
DAY = Day(20_514)  # 2026-03-02


def told(**changes):
    """What the venue tells of an entity that is given 70 % of its emissions of the year before."""
    terms = Terms("carbon", RuleRef(METHOD, 1), RULES, DAY, 2025, 0)
    quantity, found = Calculator(terms).calculate(2025, {"verified_previous_year": "1000.5"})
    rule = next(rule for rule in RULES if rule.rule_id == METHOD)
    return {
        "plan_id": "n1",
        "version": 3,
        "content_hash": "00",
        "entity": "BT-1",
        "participant_id": "p1",
        "asset": "CEA25",
        "unit": "tCO2e",
        "quantity": str(quantity),
        "activity_year": 2025,
        "formula": {
            "id": METHOD,
            "version": 1,
            "title_zh": rule.title_zh,
            "title_en": rule.title_en,
            "unit": rule.unit,
            "lines": rule.value,
            "source": rule.source,
        },
        "trace": json.loads(found.trace.canonical()),
        "trace_hash": found.trace.digest().hex(),
    } | changes


def calculation(**changes):
    return msgspec.json.decode(msgspec.json.encode(told(**changes)), type=EntityCalculation)


def rule(name, value):
    texts = dict.fromkeys(("unit", "title_zh", "title_en", "source", "evidence"), "")
    return {
        "id": name,
        "version": 1,
        "kind": "ratio",
        "value": [value],
        "valid_from": "2025-11-18",
        **texts,
    }


def rules(value):
    return [msgspec.convert(rule("carbon.allocation.pre_ratio.industry", value), Rule)]


def test_it_agrees_by_its_own_word_and_by_the_rulebook():
    found = recompute_allocation(calculation())
    assert (found.agrees, found.recomputed.result) == (True, "700")
    assert recompute_allocation(calculation(), rules("0.70")).agrees


@pytest.mark.parametrize(
    ("changes", "differences"),
    [
        ({"quantity": "701"}, ("quantity",)),
        ({"trace_hash": "00"}, ("trace_hash",)),
        ({"trace_hash": None}, ("trace_hash",)),
    ],
)
def test_it_says_what_differs(changes, differences):
    assert recompute_allocation(calculation(**changes)).differences == differences


def test_a_figure_that_is_not_the_rulebooks_is_found():
    found = recompute_allocation(calculation(), rules("0.60"))
    assert found.differences == ("quantity", "trace", "trace_hash")
    assert Decimal(found.recomputed.result) == 600


def test_what_was_not_calculated_cannot_be_checked():
    with pytest.raises(NotComputable, match="trace_missing"):
        recompute_allocation(calculation(trace=None))


@pytest.mark.parametrize(("value", "exit_code"), [("0.70", 0), ("0.60", 6)])
def test_the_command_line_asks_for_both_and_tells(monkeypatch, tmp_path, value, exit_code):
    monkeypatch.setenv("STEPPE_CONFIG", str(tmp_path / "config.toml"))
    rulebook = {"items": [rule("carbon.allocation.pre_ratio.industry", value)]}
    script = Script([ok(told()), ok(rulebook)])

    def connect(profile):
        transport = httpx2.MockTransport(script)
        return Client(profile.url, transport=transport, retry=RetryPolicy(attempts_max=1))

    words = ["plans", "recompute", "n1", "BT-1", "-o", "json"]
    result = CliRunner().invoke(make_app(connect), words)
    assert result.exit_code == exit_code, result.output
    assert json.loads(result.stdout)["agrees"] is not bool(exit_code)
    assert [request.url.path for request in script.requests] == [
        "/v1/allocation-plans/n1/calculations/BT-1",
        "/v1/rules",
    ]


def test_a_file_is_sent_as_it_is(tmp_path):
    path = tmp_path / "rows.CSV"
    path.write_bytes(b"entity\n")
    file = PlanFile.load(path)
    assert file == PlanFile(b"entity\n", "text/csv")
    with pytest.raises(ValueError, match="csv"):
        PlanFile.load(tmp_path / "rows.pdf")
