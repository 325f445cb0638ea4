"""Idle water for 28 firms (Inner Mongolia 2017), from a file to certificates; ten thousand rows."""

import time
from datetime import date, datetime

import msgspec
import pytest

import steppe
from steppe.allocation_check import recompute_allocation
from steppe.models import PlanFile
from steppe.models.desk import MEDIA_TYPES
from tests.acceptance.test_allocation import approve, code_of
from tests.api.test_desk_files import book

FIRMS = ("baotou-steel", "ordos-methanol", "wuhai-chemicals", "bayannur-ammonia")
IDLE = 41_500_000
QUANTITIES = [1_482_142 + (number < 24) for number in range(28)]
DOCUMENT = "内水资〔2017〕82号"
HEADING = "单位编号,参与方,地区,分配量"
REGIONS = {"baotou": "150200", "ordos": "150600", "wuhai": "150300", "bayannur": "150800"}
ROWS = 10_000
IMPORT_S = 10.0


def file(sandbox, quantities):
    lines = [HEADING]
    for number, quantity in enumerate(quantities, 1):
        firm = FIRMS[number % len(FIRMS)]
        region = REGIONS[firm.partition("-")[0]]
        lines.append(f"W-{number:02},{sandbox.participant(firm)},{region},{quantity}")
    return PlanFile("\r\n".join(lines).encode("gb18030"), "text/csv; charset=gb18030")


def ended(client, begun):
    until = time.monotonic() + 60
    while begun.status == "running":
        assert time.monotonic() < until
        time.sleep(0.05)
        begun = client.plan_import(begun.plan_id, begun.import_id)
    return begun


def tracked(first, second, ledger, code, kind, unit, *totals):
    first.define_asset(
        ledger=ledger,
        code=code,
        kind=kind,
        unit=unit,
        scale=0,
        title_zh="试",
        title_en="Test",
        vintage="2017",
        region="",
        basin="",
    )
    for place, quantity in totals:
        asked = first.set_control_total(
            asset=code, place=place, quantity=quantity, document=DOCUMENT
        )
        approve(second, asked)


@pytest.fixture(scope="module")
def regulators(clients):
    return clients("regulator"), clients("regulator-2")


def test_idle_water_goes_to_twenty_eight_firms(sandbox, clients, regulators):
    assert (len(QUANTITIES), sum(QUANTITIES)) == (28, IDLE)
    first, second = regulators
    tracked(first, second, "water", "IDLE17", "WR", "m3", ("", IDLE), ("150000", IDLE))
    tracked_place(first, second)
    plan = first.create_plan(
        asset="IDLE17", method="fixed", vintage="2017", pot="150800:idle", document=DOCUMENT
    )
    over = file(sandbox, [QUANTITIES[0] + 1, *QUANTITIES[1:]])
    tried = ended(first, first.import_plan_rows(plan.plan_id, over, version=1, dry_run_only=True))
    assert (tried.status, tried.rows_total, first.plan(plan.plan_id).version) == (
        "dry_run_done",
        28,
        1,
    )
    ended(first, first.import_plan_rows(plan.plan_id, over, version=1))
    first.publish_plan(plan.plan_id, objections_until=date(2026, 3, 9), document=DOCUMENT)
    first.advance_clock(to=datetime.fromisoformat("2026-03-10T09:35+08:00"))
    refused = code_of(lambda: first.issue_plan(plan.plan_id, document=DOCUMENT))
    assert (refused.code, refused.figures["row"]) == ("pot_insufficient", "28")
    done = ended(first, first.import_plan_rows(plan.plan_id, file(sandbox, QUANTITIES), version=2))
    assert (done.status, done.result_version, done.rows_read) == ("imported", 3, 28)
    made = first.calculate_plan(plan.plan_id, version=3)
    assert (made.quantity, made.faulty) == (IDLE, 0)
    first.publish_plan(plan.plan_id, objections_until=date(2026, 3, 17), document=DOCUMENT)
    sees_its_calculation(clients, plan.plan_id)
    first.advance_clock(to=datetime.fromisoformat("2026-03-18T09:35+08:00"))
    approve(second, first.issue_plan(plan.plan_id, document=DOCUMENT))
    with sandbox.client("regulator") as plain:
        path = f"/v1/allocation-plans/{plan.plan_id}/entries"
        sheet = plain.get(path, params={"format": "csv"})
    assert len(sheet.content.decode("utf-8-sig").splitlines()) == 29
    entries = first.plan_entries(plan.plan_id).items
    assert sum(entry.quantity for entry in entries) == IDLE
    assert len({entry.lot_id for entry in entries}) == 28
    with pytest.raises(steppe.PlanAlreadyIssued):
        first.import_plan_rows(plan.plan_id, over, version=4)
    has_a_certificate(clients, plan.plan_id, entries)


def tracked_place(first, second):
    asked = first.set_control_total(
        asset="IDLE17", place="150800", quantity=IDLE, document=DOCUMENT
    )
    approve(second, asked)
    aside = first.set_aside(
        asset="IDLE17", place="150800", pot="idle", quantity=IDLE, document=DOCUMENT
    )
    approve(second, aside)


def sees_its_calculation(clients, plan_id):
    """Before the issue, its own alone, computed again from the rulebook."""
    firm, other = clients(FIRMS[1]), clients(FIRMS[2])
    own = firm.plan_calculation(plan_id, "W-01")
    assert (own.quantity, own.formula.lines[0]) == (1_482_143, "input quantity unit 4")
    rules = firm.rules(ledger="water", as_of=date.fromisoformat(own.trace["as_of"])).items
    assert recompute_allocation(own).agrees
    assert recompute_allocation(own, rules).agrees
    forged = msgspec.structs.replace(own, quantity=own.quantity + 1)
    assert recompute_allocation(forged).differences == ("quantity",)
    with pytest.raises(steppe.NotFound, match="entity_unknown"):
        other.plan_calculation(plan_id, "W-01")
    with pytest.raises(steppe.NotFound, match="entity_unknown"):
        firm.plan_certificate(plan_id, "W-01")


def has_a_certificate(clients, plan_id, entries):
    firm, other = clients(FIRMS[1]), clients(FIRMS[2])
    made = firm.plan_certificate(plan_id, "W-01")
    assert firm.plan_certificate(plan_id, "W-01") == made
    told = made.certificate
    assert made.own_hash() == made.certificate_hash
    assert (told["quantity"], told["lot"]["lot_id"]) == ("1482143", entries[0].lot_id)
    assert told["use"] == ""
    assert (told["entity"], told["sequence"], told["lot"]["vintage"]) == (
        "W-01",
        entries[0].sequence,
        "2017",
    )
    own = firm.plan_calculation(plan_id, "W-01")
    assert (told["trace_hash"], told["content_hash"]) == (own.trace_hash, own.content_hash)
    standing = other.certificate_standing(made.certificate_hash)
    assert (standing.genuine, standing.plan_id) == (True, plan_id)
    with pytest.raises(steppe.NotFound, match="certificate_unknown"):
        other.certificate_standing(made.certificate_hash[:-1] + "x")
    with pytest.raises(steppe.NotFound, match="certificate_unknown"):
        other.certificate_standing("0" * 64)
    with pytest.raises(steppe.NotFound, match="entity_unknown"):
        other.plan_certificate(plan_id, "W-01")


def benchmark(name, unit, value):
    texts = dict.fromkeys(("title_zh", "title_en", "source"), "试")
    return steppe.Rule(
        id=f"carbon.allocation.benchmark.{name}",
        version=1,
        kind="decimal",
        value=(value,),
        unit=unit,
        valid_from=date(2026, 3, 1),
        evidence="design",
        **texts,
    )


def workbook(*rows):
    cells = "".join(
        "<row>" + "".join(f'<c t="str"><v>{cell}</v></c>' for cell in row) + "</row>"
        for row in rows
    )
    return PlanFile(book(cells), MEDIA_TYPES[".xlsx"])


def test_power_units_are_calculated_by_class_from_a_workbook(sandbox, clients, regulators):
    """The published plan's benchmarks are not shipped; these are made up."""
    first, second = regulators
    tracked(first, second, "carbon", "POWER", "CEA", "tCO2e", ("", 10**9))
    benchmarks = (
        benchmark("power_generation.gas", "tCO2e/MWh", "0.3305"),
        benchmark("power_generation.coal_above_300", "tCO2e/MWh", "0.7950"),
        benchmark("heat.gas", "tCO2e/GJ", "0.0536"),
    )
    clients("operator").activate_rules(ledger="carbon", rules=benchmarks, document=DOCUMENT)
    plan = first.create_plan(
        asset="POWER",
        method="power_generation",
        vintage="2024",
        activity_year=2024,
        document=DOCUMENT,
    )
    firm = sandbox.participant(FIRMS[0])
    heading = ("机组编号", "参与方", "年度", "类别", "发电量", "供热量", "修正系数")
    gas = ("G1", firm, 2024, "gas", "1000000.5", 2000, 1)
    wrong = (("C1", firm, 2024, "coal_above_300", 5, 0, 1), ("X1", firm, 2024, "wood", 5, 0, 1))
    failed = ended(
        first,
        first.import_plan_rows(plan.plan_id, workbook(heading, gas, *wrong), version=1),
    )
    told = [(fault.row, fault.column, fault.code) for fault in failed.errors]
    assert told == [(3, None, "rule_missing"), (4, "class", "input_invalid")]
    assert failed.errors[0].figures == {"rule": "carbon.allocation.benchmark.heat.coal_above_300"}
    ended(first, first.import_plan_rows(plan.plan_id, workbook(heading, gas), version=1))
    assert first.calculate_plan(plan.plan_id, version=2).quantity == 330_607
    first.publish_plan(plan.plan_id, objections_until=date(2026, 4, 20), document=DOCUMENT)
    own = clients(FIRMS[0]).plan_calculation(plan.plan_id, "G1")
    assert [one[1:] for one in own.trace["parameters"]] == [
        ["carbon.allocation.benchmark.power_generation.gas", "1", "0.3305"],
        ["carbon.allocation.benchmark.heat.gas", "1", "0.0536"],
    ]
    rules = first.rules(ledger="carbon", as_of=date.fromisoformat(own.trace["as_of"])).items
    assert recompute_allocation(own, rules).agrees


def test_ten_thousand_rows_are_imported_in_time(sandbox, regulators, capsys):
    first, second = regulators
    tracked(first, second, "carbon", "MANY", "CEA", "tCO2e", ("", 10**9))
    plan = first.create_plan(
        asset="MANY",
        method="previous_share",
        vintage="2026",
        activity_year=2025,
        document=DOCUMENT,
    )
    firms = [sandbox.participant(name) for name in FIRMS]
    lines = ["entity,participant,year,previous_year,share"]
    lines += [f"B-{number},{firms[number % 4]},2025,{number}.25,0.7" for number in range(ROWS)]
    data = "\n".join(lines).encode()
    start = time.monotonic()
    done = ended(first, first.import_plan_rows(plan.plan_id, PlanFile(data), version=1))
    imported = time.monotonic()
    made = first.calculate_plan(plan.plan_id, version=2)
    calculated = time.monotonic()
    first.publish_plan(plan.plan_id, objections_until=date(2026, 4, 20), document=DOCUMENT)
    with capsys.disabled():
        print(
            f" {ROWS} rows: imported in {imported - start:.1f} s, calculated in"
            f" {calculated - imported:.1f} s, published in {time.monotonic() - calculated:.1f} s"
        )
    assert (done.status, done.rows_read) == ("imported", ROWS)
    assert (made.rows, made.faulty) == (ROWS, 0)
    assert imported - start < IMPORT_S
