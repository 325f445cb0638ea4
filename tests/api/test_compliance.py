"""A period over HTTP: listed, reported, verified, surrendered by two people, determined, fined."""

import csv
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api.acting import agreed
from tests.api.compliance_things import DOCUMENT, entities, entry, opening, report, source
from tests.api.test_bad_input import check
from tests.api.things import OTHER, OWNER, key, post
from tests.support.server import Sandbox, running_sandbox

PERIOD = "carbon.2024"


@pytest.fixture(scope="module")
def venue() -> Iterator[Sandbox]:
    """A server of its own: its clock goes on by a year."""
    with running_sandbox() as running:
        yield running


def refused(sandbox: Sandbox, name: str, path: str, body: Any) -> dict[str, Any]:
    headers = sandbox.bearer(name, key())
    answer = httpx2.post(f"{sandbox.address}{path}", json=body, headers=headers, timeout=60)
    assert not answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


def read(sandbox: Sandbox, name: str | None, path: str, **query: str) -> Any:
    with sandbox.client(name) as client:
        return client.get(path, params=query).raise_for_status().json()


def second(sandbox: Sandbox) -> dict[str, str]:
    """Give the owner another operator that may approve, and its token."""
    path = f"/v1/participants/{sandbox.participant(OWNER)}/operators"
    body = {"name": "复核", "scopes": ["view", "surrender", "approve"], "ledgers": ["carbon"]}
    operator = post(sandbox, OWNER, path, body)["operator_id"]
    made = post(sandbox, OWNER, "/v1/keys", {"operator_id": operator, "secret": True})
    form = {
        "grant_type": "client_credentials",
        "client_id": made["key_id"],
        "client_secret": made["client_secret"],
    }
    token = httpx2.post(f"{sandbox.address}/oauth/token", data=form, timeout=60).json()
    return {"Authorization": f"Bearer {token['access_token']}"}


def approve(sandbox: Sandbox, headers: dict[str, str], asked: dict[str, Any]) -> httpx2.Response:
    url = f"{sandbox.address}/v1/approvals/{asked['approval_id']}:approve"
    told = {"command_hash": asked["command_hash"]}
    return httpx2.post(url, json=told, headers=headers | {"Idempotency-Key": key()}, timeout=60)


def advance(sandbox: Sandbox, local: str) -> None:
    post(sandbox, "operator", "/v1/sandbox/clock:advance", {"to": f"{local}+08:00"})


def test_the_whole_cycle(venue: Sandbox) -> None:
    agreed(venue, post, "/v1/compliance-periods", opening("2024"))
    obligation_id, other_id = listed(venue)
    report_id = reported(venue, obligation_id)
    verified(venue, obligation_id, report_id)
    surrendered(venue, obligation_id)
    determined(venue, obligation_id, other_id)
    disclosed(venue)


def listed(venue: Sandbox) -> list[str]:
    mine, theirs = venue.participant(OWNER), venue.participant(OTHER)
    path = f"/v1/compliance-periods/{PERIOD}/entities"
    sent = entities(entry("BT-001", mine), entry("BT-002", theirs))
    told = post(venue, "regulator", path, sent)
    (own,) = read(venue, OWNER, "/v1/obligations", period_id=PERIOD)["items"]
    assert (own["entity"], own["status"], own["due"]) == ("BT-001", "listed", "0")
    found: list[str] = told["obligation_ids"]
    assert own["obligation_id"] == found[0]
    return found


def reported(venue: Sandbox, obligation_id: str) -> str:
    path = "/v1/emission-reports"
    text = "month,t\n1,400\n"
    file = {"name": "煤量", "sha256": hashlib.sha256(text.encode()).hexdigest(), "content": text}
    days = {"first_day": "2025-01-01", "last_day": "2025-12-31"}
    for wrong, pointer, code in (
        ({"sources": [source(factor_unit="kg/t")]}, "/sources/0/factor_unit", "unit_mismatch"),
        ({"first_day": "2024-01-01"}, "/first_day", "outside_period"),
        ({"sources": [source("0.0000001")]}, "/sources/0/activity", "input_invalid"),
        ({"attachments": [file | {"content": "?"}]}, "/attachments/0/sha256", "hash_mismatch"),
    ):
        told = refused(venue, OWNER, path, report(obligation_id) | days | wrong)
        assert [(one["pointer"], one["code"]) for one in told["errors"]] == [(pointer, code)]
    negative = refused(venue, OWNER, path, report(obligation_id, source("-1")))
    assert negative["code"] == "invalid_request"
    assert refused(venue, OTHER, path, report(obligation_id))["code"] == "obligation_unknown"
    whole = report(obligation_id, source(), source("3", factor="0.5"), attachments=[file])
    made = post(venue, OWNER, path, whole)
    assert (made["quantity"], made["version"]) == ("1002", 1)
    shown = read(venue, "verifier", f"{path}/{made['report_id']}")
    assert hashlib.sha256(shown["content"].encode()).hexdigest() == made["report_hash"]
    content = json.loads(shown["content"])
    assert (content["sum"], content["quantity"]) == ("1001.500000000", "1002")
    traces = "\n".join(content["traces"])
    assert hashlib.sha256(traces.encode()).hexdigest() == made["trace_hash"]
    assert refused(venue, OWNER, path, whole)["code"] == "report_pending"
    found: str = made["report_id"]
    return found


def verified(venue: Sandbox, obligation_id: str, report_id: str) -> None:
    path = f"/v1/emission-reports/{report_id}"
    found = {"text": "煤量计量有误", **DOCUMENT}
    post(venue, "verifier", f"{path}:return", found)
    again = post(venue, OWNER, "/v1/emission-reports", report(obligation_id))
    assert again["version"] == 2
    late = refused(venue, "verifier", f"{path}:verify", found | {"quantity": "1000"})
    assert late["code"] == "report_superseded"
    path = f"/v1/emission-reports/{again['report_id']}"
    told = post(venue, "verifier", f"{path}:verify", found | {"quantity": "1000"})
    assert (told["quantity"], told["objections_until"]) == ("1000", "2026-03-11")
    post(venue, OWNER, f"{path}:object", {"text": "因子有误"})
    own = refused(venue, "verifier", f"{path}:verify", found | {"quantity": "1000"})
    assert (own["code"], own["rule"]["id"]) == (
        "verifier_conflict",
        "carbon.compliance.verifier_independence",
    )
    post(venue, "regulator", f"{path}:verify", found | {"quantity": "1000"})
    kinds = [one["kind"] for one in read(venue, OWNER, path)["findings"]]
    assert kinds == ["verified", "objected", "verified"]
    owed = read(venue, OWNER, f"/v1/obligations/{obligation_id}")
    assert (owed["status"], owed["due"], owed["missing"]) == ("verified", "1000", "1000")


def surrendered(venue: Sandbox, obligation_id: str) -> None:
    one = {"obligation_id": obligation_id}
    proposed = post(venue, OWNER, "/v1/surrenders:simulate", one)
    (item,) = proposed["items"]
    assert (item["asset"], item["price"], item["quantity"]) == ("CEA23", "97.00", "1000")
    assert (proposed["value"], proposed["missing"]) == ("97000.00", "0")
    sent = one | {"items": [{"lot_id": item["lot_id"], "quantity": "1001"}]}
    over = refused(venue, OWNER, "/v1/surrenders", sent)
    assert (over["code"], over["figures"]) == (
        "surrender_above_due",
        {"owed": "1000", "requested": "1001"},
    )
    sent["items"][0]["quantity"] = "600"
    first, twin = (post(venue, OWNER, "/v1/surrenders", sent) for _ in range(2))
    headers = second(venue)
    mine = approve(venue, venue.bearer(OWNER), first)
    assert mine.json()["code"] == "approval_own_request"
    assert approve(venue, headers, first).is_success
    assert approve(venue, headers, twin).json()["code"] == "surrender_above_due"
    (done,) = read(venue, OWNER, "/v1/surrenders")["items"]
    assert (done["quantity"], done["late"]) == ("600", False)
    assert read(venue, OTHER, "/v1/surrenders")["items"] == []
    assert post(venue, OWNER, "/v1/surrenders:simulate", one)["quantity"] == "400"


def determined(venue: Sandbox, obligation_id: str, other_id: str) -> None:
    path = f"/v1/obligations/{other_id}:estimate"
    ground = {"quantity": "50", "text": "未报告", **DOCUMENT}
    assert refused(venue, "regulator", path, ground)["code"] == "report_deadline_open"
    advance(venue, "2027-01-04T09:35:00")
    path_of = f"/v1/compliance-periods/{PERIOD}:determine"
    day = {"correct_by": "2027-03-31", **DOCUMENT}
    assert refused(venue, "regulator", path_of, day)["code"] == "report_unverified"
    agreed(venue, post, path, ground)
    agreed(venue, post, path_of, day)
    short = read(venue, "regulator", f"/v1/obligations/{obligation_id}")
    assert (short["shortfall"], short["missing"]) == ("400", "400")
    fine = {"obligation_id": obligation_id, "average_price": "98.00", **DOCUMENT}
    for multiple in (4, 11):
        told = refused(venue, "regulator", "/v1/penalties", fine | {"multiple": multiple})
        assert (told["code"], told["rule"]["id"]) == (
            "fine_out_of_range",
            "carbon.compliance.fine_multiple_max",
        )
    agreed(venue, post, "/v1/penalties", fine | {"multiple": 5})
    (imposed,) = read(venue, OWNER, "/v1/penalties")["items"]
    assert (imposed["amount"], imposed["shortfall"]) == ("196000.00", "400")
    assert read(venue, OTHER, "/v1/penalties")["items"] == []


def disclosed(venue: Sandbox) -> None:
    path = f"/v1/disclosures/{PERIOD}"
    items = read(venue, None, path)["items"]
    assert [(one["entity"], one["due"], one["status"], one["fine"]) for one in items] == [
        ("BT-001", "1000", "short", "196000.00"),
        ("BT-002", "50", "short", None),
    ]
    with venue.client() as client:
        sheet = client.get(path, params={"format": "csv"})
    assert sheet.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(sheet.content.decode("utf-8-sig").splitlines()))
    assert [(row["entity"], row["listed"], row["fine"]) for row in rows] == [
        ("BT-001", "True", "196000.00"),
        ("BT-002", "True", ""),
    ]


def test_what_is_not_there_is_told_so(sandbox: Sandbox, codes: dict[str, int]) -> None:
    with sandbox.client("regulator") as client:
        for path, code in (
            ("/v1/compliance-periods/carbon.1999", "period_unknown"),
            ("/v1/compliance-periods/nonsense", "period_unknown"),
            ("/v1/disclosures/carbon.1999", "period_unknown"),
            ("/v1/obligations/carbon.g999", "obligation_unknown"),
            ("/v1/emission-reports/carbon.y999", "report_unknown"),
        ):
            answer = client.get(path)
            check(answer, codes)
            assert answer.json()["code"] == code
