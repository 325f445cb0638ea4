"""What follows an issue over HTTP: deduction, true-up, claim, closure; and what is wrong."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api import acting
from tests.api.things import OTHER, OWNER, key, post
from tests.support.server import Sandbox, running_sandbox

ASSET = "CEA26"
DOCUMENT = {"document": "内环发〔2026〕3号"}
PLANS = "/v1/allocation-plans"


@pytest.fixture(scope="module")
def venue() -> Iterator[Sandbox]:
    """A server of its own, whose days pass."""
    with running_sandbox() as running:
        yield running


def act(venue: Sandbox, name: str, path: str, body: Any = None) -> httpx2.Response:
    headers = venue.bearer(name, key())
    return httpx2.post(f"{venue.address}{path}", json=body, headers=headers, timeout=60)


def agreed(venue: Sandbox, path: str, body: Any) -> dict[str, Any]:
    return acting.agreed(venue, post, path, body | DOCUMENT)


def items(venue: Sandbox, name: str, path: str, **query: Any) -> list[dict[str, Any]]:
    with venue.client(name) as client:
        answer = client.get(path, params=query)
    assert answer.is_success, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def published(venue: Sandbox, quantities: dict[str, str], until: str, **terms: Any) -> str:
    """Draft a plan for the owner's units and publish it; return its id."""
    body = {"asset": ASSET, "method": "fixed", "vintage": "2026", **DOCUMENT, **terms}
    plan_id = str(post(venue, "regulator", PLANS, body)["plan_id"])
    owner = venue.participant(OWNER)
    rows = [
        {"entity": entity, "participant_id": owner, "quantity": quantity}
        for entity, quantity in quantities.items()
    ]
    headers = venue.bearer("regulator") | {"If-Match": '"v1"'}
    url = f"{venue.address}{PLANS}/{plan_id}/rows"
    assert httpx2.put(url, json={"rows": rows}, headers=headers, timeout=60).is_success
    deadline = {"objections_until": until, **DOCUMENT}
    post(venue, "regulator", f"{PLANS}/{plan_id}:publish", deadline)
    return plan_id


def until(venue: Sandbox, local: str) -> None:
    post(venue, "operator", "/v1/sandbox/clock:advance", {"to": local, "seconds": None})


@pytest.fixture(scope="module")
def series(venue: Sandbox) -> str:
    """A plan that gave two entities 100 and 60, of which 30 were deducted, 40 sent away."""
    asset = {"ledger": "carbon", "code": ASSET, "kind": "CEA", "unit": "t", "scale": 0}
    titles = {"title_zh": "试", "title_en": "Test", "vintage": "2026", "region": "", "basin": ""}
    post(venue, "regulator", "/v1/assets", asset | titles)
    agreed(venue, "/v1/control-totals", {"asset": ASSET, "place": "", "quantity": "500"})
    cut = {"participant_id": venue.participant(OWNER), "asset": ASSET, "ground": "shortfall"}
    agreed(venue, "/v1/deductions", cut | {"quantity": "30"})
    plan_id = published(venue, {"unit-1": "100", "unit-2": "60"}, "2026-03-09")
    until(venue, "2026-03-10T09:35:00+08:00")
    agreed(venue, f"{PLANS}/{plan_id}:issue", {})
    return plan_id


def test_entries_say_what_the_plan_gave_and_what_was_deducted(venue: Sandbox, series: str) -> None:
    found = {one["entity"]: one for one in items(venue, OWNER, f"{PLANS}/{series}/entries")}
    first = found["unit-1"]
    assert (first["gross"], first["deducted"], first["quantity"]) == ("100", "30", "70")
    assert found["unit-2"]["quantity"] == "60"
    (deduction,) = items(venue, OWNER, "/v1/deductions")
    assert (deduction["quantity"], deduction["remaining"]) == ("30", "0")
    assert (deduction["status"], deduction["ground"]) == ("used", "shortfall")


def test_what_is_beyond_reach_is_claimed_and_settled(venue: Sandbox, series: str) -> None:
    (account,) = items(venue, OWNER, "/v1/accounts", ledger="carbon", asset=ASSET)
    path = f"/v1/accounts/{account['account_id']}"
    frozen = post(venue, "regulator", f"{path}:freeze", {"quantity": "50", **DOCUMENT})
    plan_id = published(
        venue, {"unit-1": "40", "unit-2": "10"}, "2026-03-17", series=series, phase=2
    )
    refused = act(venue, "regulator", f"{PLANS}/{plan_id}:issue", DOCUMENT).json()
    assert (refused["code"], refused["figures"]) == ("plan_is_true_up", {"series": series})
    early = act(venue, "regulator", f"{PLANS}/{plan_id}:true-up", DOCUMENT).json()
    assert early["code"] == "objection_deadline_open"
    until(venue, "2026-03-18T09:35:00+08:00")
    asked = agreed(venue, f"{PLANS}/{plan_id}:true-up", {})
    assert asked["figures"]["series"] == series
    entries = items(venue, OWNER, f"{PLANS}/{plan_id}/true-up-entries")
    figures = ("entity", "before", "final", "issued", "taken", "claimed", "deducted")
    assert [tuple(one[name] for name in figures) for one in entries] == [
        ("unit-1", "100", "40", "0", "60", "0", "0"),
        ("unit-2", "60", "10", "0", "20", "30", "0"),
    ]
    (claim,) = items(venue, OWNER, "/v1/claims", is_open="true")
    assert (claim["remaining"], claim["due_on"], claim["status"]) == ("30", "2026-04-17", "open")
    assert items(venue, OTHER, "/v1/claims") == []
    kept = {one["purpose"]: one for one in items(venue, OWNER, "/v1/accounts", asset=ASSET)}
    assert kept["owed"]["total"] == "-30"
    settle = f"/v1/claims/{claim['claim_id']}:settle"
    assert act(venue, OTHER, settle).json()["code"] == "claim_unknown"
    assert act(venue, OWNER, settle).json()["code"] == "units_insufficient"
    post(venue, "regulator", f"/v1/freezes/{frozen['freeze_id']}:release", DOCUMENT)
    settled = post(venue, OWNER, settle)
    assert (settled["collected"], settled["remaining"]) == ("30", "0")
    (claim,) = items(venue, "regulator", "/v1/claims")
    assert claim["status"] == "settled"
    assert act(venue, OWNER, settle).json()["code"] == "claim_unknown"
    twice = act(venue, "regulator", f"{PLANS}/{plan_id}:true-up", DOCUMENT).json()
    assert twice["code"] == "plan_already_issued"


def test_a_closed_entity_gives_back_by_its_months(venue: Sandbox, series: str) -> None:
    body = {"plan_id": series, "entity": "unit-2", "closed_on": "2026-03-02", "months_run": 6}
    asked = agreed(venue, "/v1/closures", body)
    assert (asked["figures"]["issued"], asked["figures"]["returned"]) == ("10", "5")
    (closure,) = items(venue, OWNER, "/v1/closures")
    figures = ("before", "kept", "taken", "claimed", "pot")
    assert tuple(closure[name] for name in figures) == ("10", "5", "5", "0", "adjustment")
    assert closure["rule"] == {"id": "carbon.allocation.formula.closure", "version": 1}
    again = act(venue, "regulator", "/v1/closures", body | DOCUMENT).json()
    assert again["code"] == "entity_closed"
    assert items(venue, OTHER, "/v1/closures") == []


@pytest.mark.parametrize(
    ("path", "changes", "code"),
    [
        ("/v1/deductions", {"quantity": None}, "quantity_or_ratio"),
        ("/v1/deductions", {"ratio": "0.5"}, "quantity_or_ratio"),
        ("/v1/deductions", {"quantity": None, "ratio": "1.000001"}, "deduction_invalid"),
        (
            "/v1/deductions",
            {"quantity": None, "ratio": "0.49", "ground": "false_data"},
            "deduction_below_minimum",
        ),
        ("/v1/deductions", {"participant_id": "p999"}, "participant_not_admitted"),
        ("/v1/borrowings", {}, "rule_missing"),
        ("/v1/closures", {"entity": "unit-9"}, "entity_not_in_series"),
        ("/v1/closures", {"closed_on": "2027-01-01"}, "closure_not_yet"),
        ("/v1/closures", {"plan_id": "n999"}, "plan_unknown"),
        ("/v1/closures", {"pot": "savings"}, "pot_unknown"),
    ],
)
def test_what_is_wrong_is_told_by_its_code(
    venue: Sandbox, series: str, path: str, changes: dict[str, Any], code: str
) -> None:
    whose = {"participant_id": venue.participant(OWNER), "entity": "unit-1", "asset": ASSET}
    sound = {
        "/v1/deductions": whose | {"quantity": "1", "ground": "correction"},
        "/v1/borrowings": whose
        | {"due": "100", "allocated": "80", "quantity": "1", "vintage": "2026"},
        "/v1/closures": {
            "plan_id": series,
            "entity": "unit-1",
            "closed_on": "2026-03-02",
            "months_run": 6,
        },
    }
    answer = act(venue, "regulator", path, sound[path] | DOCUMENT | changes).json()
    assert code in (answer["code"], *(fault["code"] for fault in answer["errors"]))


def test_a_true_up_has_a_series_and_a_phase(venue: Sandbox, series: str) -> None:
    body = {"asset": ASSET, "method": "fixed", "vintage": "2026", **DOCUMENT}
    assert act(venue, "regulator", PLANS, body | {"series": series}).status_code == 422
    assert act(venue, "regulator", PLANS, body | {"phase": 2}).status_code == 422
    unknown = act(venue, "regulator", PLANS, body | {"series": "n999", "phase": 2})
    assert unknown.json()["code"] == "plan_unknown"
