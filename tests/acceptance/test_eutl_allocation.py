"""Eighteen published years of free allocation, each issued through a plan under its cap."""

from collections import Counter
from datetime import timedelta

import pytest

import steppe
from tests.acceptance import eutl

PUBLISHED = {
    2005: 32_412_654,
    2006: 32_649_366,
    2007: 32_729_289,
    2008: 30_141_387,
    2009: 31_875_986,
    2010: 32_126_685,
    2011: 32_628_596,
    2012: 35_378_326,
    2013: 22_879_647,
    2014: 22_294_615,
    2015: 21_462_429,
    2016: 20_861_603,
    2017: 20_263_533,
    2018: 19_616_014,
    2019: 20_825_651,
    2020: 20_231_705,
    2021: 20_646_207,
    2022: 20_960_606,
}
"""Sums of the file by year, in t; counted once, apart from this test."""

SHORT = 2012
"""The year whose cap is first set one tonne too low."""


@pytest.mark.skipif(not eutl.FILE.exists(), reason="the registry's years are not beside the tree")
def test_each_year_is_issued_through_a_plan_under_its_cap(clients):
    years = eutl.read_years()
    admitted = eutl.admit(clients, years)
    assert (len(years), len(admitted)) == (4029, 298)
    plans = {year: _published(clients, years, admitted, year) for year in PUBLISHED}
    _pass_the_deadline(clients)
    issued = Counter()
    for year, plan_id in plans.items():
        if year == SHORT:
            _refused_by_one_tonne(clients, plan_id, year)
        _issue(clients, plan_id)
        issued[year] = _checked(clients, years, admitted, (year, plan_id))
    assert issued == PUBLISHED
    assert sum(issued.values()) == 469_984_299


def _asset(year):
    return f"EUA{year % 100:02}"


def _agreed(clients, asked):
    second = clients("regulator-2")
    content = second.approval_content(asked.approval_id)
    second.approve_request(asked.approval_id, command_hash=content.own_hash())


def _published(clients, years, admitted, year):
    """Define the year's asset, cap it and publish its plan."""
    regulator = clients("regulator")
    regulator.define_asset(
        ledger="carbon",
        code=_asset(year),
        kind="EUA",
        unit="tCO2e",
        scale=0,
        title_zh=f"{year}年度配额",
        title_en=f"Allowances {year}",
        vintage=str(year),
        region="",
        basin="",
    )
    cap = PUBLISHED[year] - (year == SHORT)
    asked = regulator.set_control_total(
        asset=_asset(year), place="", quantity=cap, document="published cap"
    )
    _agreed(clients, asked)
    plan = regulator.create_plan(
        asset=_asset(year), method="fixed", vintage=str(year), document="free allocation"
    )
    rows = [
        steppe.PlanRow(
            entity=one.installation,
            participant_id=admitted[one.installation],
            quantity=one.free_allocation,
        )
        for one in years
        if one.year == year
    ]
    regulator.replace_plan_rows(plan.plan_id, rows=rows, version=plan.version)
    until = regulator.time().local_date + timedelta(days=7)
    regulator.publish_plan(plan.plan_id, objections_until=until, document="public notice")
    return plan.plan_id


def _pass_the_deadline(clients):
    regulator = clients("regulator")
    regulator.advance_clock(to=regulator.time().venue_time + timedelta(days=9))


def _issue(clients, plan_id):
    _agreed(clients, clients("regulator").issue_plan(plan_id, document="issue"))


def _refused_by_one_tonne(clients, plan_id, year):
    """The plan asks for one tonne more than its cap: nothing of it is issued."""
    regulator = clients("regulator")
    with pytest.raises(steppe.HeadroomInsufficient) as refused:
        regulator.issue_plan(plan_id, document="issue")
    figures = refused.value.problem.figures
    assert int(figures["requested"]) - int(figures["headroom"]) == 1
    (total,) = regulator.control_totals(asset=_asset(year)).items
    assert (total.allocated, total.headroom) == (0, PUBLISHED[year] - 1)
    asked = regulator.adjust_control_total(
        asset=_asset(year), place="", change=1, document="correction"
    )
    _agreed(clients, asked)


def _checked(clients, years, admitted, plan):
    """Compare each entity's lot with the file, and the control total with their sum."""
    year, plan_id = plan
    regulator = clients("regulator")
    entries = _all(lambda cursor: regulator.plan_entries(plan_id, limit=200, cursor=cursor))
    given = {one.installation: one.free_allocation for one in years if one.year == year}
    assert {entry.entity: entry.quantity for entry in entries} == given
    for entry in entries:
        assert entry.participant_id == admitted[entry.entity]
        assert (entry.lot_id is None) == (entry.quantity == 0)
    (total,) = regulator.control_totals(asset=_asset(year)).items
    quantity = sum(given.values())
    assert (total.quantity, total.allocated, total.headroom) == (quantity, quantity, 0)
    return quantity


def _all(page_after):
    found, cursor = [], None
    while True:
        page = page_after(cursor)
        found.extend(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return found
