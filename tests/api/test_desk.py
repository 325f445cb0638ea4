"""The desk of plans over HTTP: files in, calculations out, each fault with its row and reason."""

import hashlib
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api.test_bad_input import check
from tests.api.things import DOCUMENT, OTHER, OWNER, key, post
from tests.support.server import Sandbox

PLANS = "/v1/allocation-plans"
ASSET = "DESK"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module")
def regulator(sandbox: Sandbox, things: dict[str, str]) -> Iterator[httpx2.Client]:
    titles = {"title_zh": "试", "title_en": "Test", "vintage": "2025", "region": "", "basin": ""}
    asset = {"ledger": "carbon", "code": ASSET, "kind": "CEA", "unit": "tCO2e", "scale": 0}
    post(sandbox, "regulator", "/v1/assets", asset | titles)
    total = {"asset": ASSET, "place": "", "quantity": "1000000", **DOCUMENT}
    asked = post(sandbox, "regulator", "/v1/control-totals", total)
    told = {"command_hash": asked["command_hash"]}
    post(sandbox, "regulator-2", f"/v1/approvals/{asked['approval_id']}:approve", told)
    with sandbox.client("regulator") as client:
        yield client


def plan(client: httpx2.Client, method: str = "previous_share", **more: Any) -> str:
    body = {"asset": ASSET, "method": method, "vintage": "2025", **DOCUMENT, **more}
    if method != "fixed":
        body.setdefault("activity_year", 2025)
    answer = client.post(PLANS, json=body, headers={"Idempotency-Key": key()})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["plan_id"])


def send(
    client: httpx2.Client,
    plan_id: str,
    data: bytes,
    *,
    version: int = 1,
    kind: str = "text/csv",
    name: str = "",
    dry_run: bool = False,
) -> httpx2.Response:
    headers = {
        "Content-Type": kind,
        "If-Match": f'"v{version}"',
        "Idempotency-Key": name or key(),
    }
    params = {"dry_run": str(dry_run).lower()}
    url = f"{PLANS}/{plan_id}/imports"
    return client.post(url, content=data, headers=headers, params=params)


def ended(client: httpx2.Client, answer: httpx2.Response) -> dict[str, Any]:
    """Wait for the end of an import."""
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    until = time.monotonic() + 20
    while found["status"] == "running":
        assert time.monotonic() < until
        time.sleep(0.05)
        found = client.get(answer.headers["Location"]).json()
    return found


def table(*rows: str, heading: str = "entity,participant,year,previous_year,share") -> bytes:
    return "\n".join([heading, *rows, ""]).encode()


def calculate(client: httpx2.Client, plan_id: str, version: int, name: str = "") -> Any:
    headers = {"If-Match": f'"v{version}"', "Idempotency-Key": name or key()}
    return client.post(f"{PLANS}/{plan_id}:calculate", headers=headers)


def publish(client: httpx2.Client, plan_id: str) -> httpx2.Response:
    body = {"objections_until": "2026-04-01", **DOCUMENT}
    headers = {"Idempotency-Key": key()}
    return client.post(f"{PLANS}/{plan_id}:publish", json=body, headers=headers)


def rows_of(client: httpx2.Client, plan_id: str, **query: str) -> list[dict[str, Any]]:
    answer = client.get(f"{PLANS}/{plan_id}/rows", params=query)
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


@pytest.fixture
def who(sandbox: Sandbox) -> str:
    return sandbox.participant(OWNER)


def test_a_file_is_tried_imported_calculated_and_published(
    sandbox: Sandbox, regulator: httpx2.Client, who: str, codes: dict[str, int]
) -> None:
    plan_id = plan(regulator)
    data = table(f"BT-2,{who},2025,1000.5,0.7", "", f"BT-1,{who},2025,10,1")
    tried = ended(regulator, send(regulator, plan_id, data, dry_run=True))
    assert (tried["status"], tried["rows_total"], tried["result_version"]) == (
        "dry_run_done",
        2,
        None,
    )
    assert rows_of(regulator, plan_id) == []
    name = key()
    answer = send(regulator, plan_id, data, name=name)
    done = ended(regulator, answer)
    assert (done["status"], done["rows_read"], done["result_version"]) == ("imported", 2, 2)
    again = send(regulator, plan_id, data, name=name)
    assert again.json() == answer.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert send(regulator, plan_id, data + b"x", name=name).json()["code"] == (
        "idempotency_key_reused"
    )
    early = publish(regulator, plan_id)
    check(early, codes)
    assert (early.json()["code"], early.json()["figures"]) == (
        "plan_not_calculated",
        {"rows": "2", "entity": "BT-1"},
    )
    name = key()
    receipt = calculate(regulator, plan_id, 2, name).json()
    assert (receipt["version"], receipt["faulty"], receipt["quantity"]) == (3, 0, "710")
    assert calculate(regulator, plan_id, 2, name).json() == receipt
    (_, row) = rows_of(regulator, plan_id)
    assert (row["entity"], row["quantity"]) == ("BT-2", "700")
    published = publish(regulator, plan_id).json()
    assert (published["quantity"], published["entities"]) == ("710", 2)
    seen_by_its_party(sandbox, regulator, plan_id, row, published)


def seen_by_its_party(
    sandbox: Sandbox,
    regulator: httpx2.Client,
    plan_id: str,
    row: dict[str, Any],
    published: dict[str, Any],
) -> None:
    sheet = regulator.get(f"{PLANS}/{plan_id}/rows", params={"format": "csv"})
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    heading, *lines = sheet.content.decode("utf-8-sig").splitlines()
    assert heading == "entity,participant,year,previous_year,share,quantity,trace_hash,fault"
    assert lines[1].startswith(f"BT-2,{row['participant_id']},2025,1000.5,0.7,700,")
    path = f"{PLANS}/{plan_id}/calculations/BT-2"
    with sandbox.client(OWNER) as client:
        own = client.get(path).json()
    assert own == regulator.get(path).json()
    assert own["content_hash"] == published["content_hash"]
    assert own["trace_hash"] == row["trace_hash"]
    assert own["trace"]["steps"] == [["result", "700.35"]]
    text = json.dumps(own["trace"], ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == own["trace_hash"]
    with sandbox.client(OTHER) as client:
        assert client.get(path).json()["code"] == "entity_unknown"
    asked = {"formula": own["formula"]["id"], "as_of": own["trace"]["as_of"]}
    inputs = {"previous_year": "1000.5", "share": "0.7"}
    made = regulator.post("/v1/formulas:evaluate", json=asked | {"inputs": inputs}).json()
    assert made["trace_hash"] == own["trace_hash"]


FAULTS = {
    "twice": ("{0},2025,1,1\nX,{0},2025,1,1", "entity", "entity_duplicated"),
    "missing": ("{0},2025,,1", "previous_year", "input_missing"),
    "another year": ("{0},2024,1,1", "year", "year_mismatch"),
    "nobody": ("p999999,2025,1,1", "participant", "participant_not_admitted"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_at_fault_is_told_and_nothing_changes(
    regulator: httpx2.Client, who: str, name: str
) -> None:
    text, column, code = FAULTS[name]
    plan_id = plan(regulator)
    data = table(f"OK,{who},2025,1,1", f"X,{text.format(who)}")
    found = ended(regulator, send(regulator, plan_id, data))
    (fault,) = found["errors"]
    assert (found["status"], found["error_count"]) == ("failed", 1)
    assert (fault["column"], fault["code"]) == (column, code)
    assert fault["row"] == (4 if name == "twice" else 3)
    assert rows_of(regulator, plan_id) == []
    if code in {"year_mismatch", "input_missing"}:
        assert fault["rule"] == {"id": "carbon.allocation.formula.previous_share", "version": 1}
        assert fault["figures"]


def test_of_two_files_for_one_version_one_is_taken(regulator: httpx2.Client, who: str) -> None:
    plan_id = plan(regulator)
    first, second = [
        send(regulator, plan_id, table(f"{name},{who},2025,1,1")) for name in ("A", "B")
    ]
    assert ended(regulator, first)["status"] == "imported"
    if second.status_code == 202:  # it came while the first one ran
        (fault,) = ended(regulator, second)["errors"]
        assert fault["code"] == "stale"
    else:
        assert second.json()["code"] == "stale"
    assert [row["entity"] for row in rows_of(regulator, plan_id)] == ["A"]
    listed = regulator.get(f"{PLANS}/{plan_id}/imports").json()["items"]
    assert [each["status"] for each in listed[:1]] == ["imported"]


FILES: dict[str, tuple[bytes, str, str]] = {
    "wrong heading": (table(heading="entity,participant,year,share"), "text/csv", "column_missing"),
    "a broken archive": (b"PK\x03\x04 broken", XLSX, "file_malformed"),
    "another encoding": ("实体".encode("utf-16"), "text/csv", "encoding_invalid"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_none_fails(regulator: httpx2.Client, name: str) -> None:
    data, kind, code = FILES[name]
    plan_id = plan(regulator)
    found = ended(regulator, send(regulator, plan_id, data, kind=kind))
    (fault,) = found["errors"]
    assert (found["status"], fault["code"], found["rows_read"]) == ("failed", code, 0)


def test_what_cannot_be_a_file_is_refused_at_once(
    regulator: httpx2.Client, codes: dict[str, int], things: dict[str, str]
) -> None:
    plan_id = plan(regulator)
    answers = {
        "stale": send(regulator, plan_id, b"x", version=7),
        "unsupported_media_type": send(regulator, plan_id, b"x", kind="text/plain"),
        "body_too_large": send(regulator, plan_id, b"x" * (16 * 1024 * 1024 + 1)),
        "malformed_request": send(regulator, plan_id, b""),
        "plan_unknown": send(regulator, "n999999", b"x"),
        "if_match_missing": regulator.post(
            f"{PLANS}/{plan_id}/imports",
            content=b"x",
            headers={"Content-Type": "text/csv", "Idempotency-Key": key()},
        ),
        "import_unknown": regulator.get(f"{PLANS}/{plan_id}/imports/i999999"),
    }
    for code, answer in answers.items():
        check(answer, codes)
        assert answer.json()["code"] == code
    latin = send(regulator, plan_id, b"x", kind="text/csv; charset=latin-1")
    assert latin.json()["code"] == "unsupported_media_type"
    assert regulator.get(f"{PLANS}/{plan_id}/imports").json()["items"] == []


def test_fixed_quantities_come_from_a_chinese_file_and_can_be_calculated(
    regulator: httpx2.Client, who: str
) -> None:
    plan_id = plan(regulator, "fixed")
    text = f"单位编号,参与方,行政区划代码,数量\r\nBT-1,{who},150200,12\r\n"
    data = text.encode("gb18030")
    found = ended(regulator, send(regulator, plan_id, data, kind="text/csv; charset=GBK"))
    assert found["status"] == "imported", found
    (row,) = rows_of(regulator, plan_id)
    assert (row["quantity"], row["trace_hash"]) == ("12", None)
    assert calculate(regulator, plan_id, 2).json()["quantity"] == "12"
    (row,) = rows_of(regulator, plan_id)
    assert row["trace_hash"]
    wrong = text.replace("150200", "150100").replace(",12", ",1.5").encode()
    found = ended(regulator, send(regulator, plan_id, wrong, version=3))
    assert [fault["code"] for fault in found["errors"]] == ["region_mismatch"]
    fine = text.replace(",12", ",1.5").encode()
    found = ended(regulator, send(regulator, plan_id, fine, version=3))
    assert [fault["code"] for fault in found["errors"]] == ["result_too_fine"]


def test_rows_with_inputs_by_json_and_their_faults(
    regulator: httpx2.Client, who: str, codes: dict[str, int]
) -> None:
    plan_id = plan(regulator)
    common = {"participant_id": who, "year": 2025}
    rows = [
        {"entity": "A", **common, "inputs": {"previous_year": "100", "share": "0.5"}},
        {"entity": "B", **common, "inputs": {"previous_year": "-1", "share": "0.5"}},
        {"entity": "C", **common, "inputs": {"share": "0.5"}},
        {"entity": "D", "participant_id": who, "inputs": {"previous_year": "1", "share": "0"}},
    ]
    path = f"{PLANS}/{plan_id}/rows"
    answer = regulator.put(path, json={"rows": rows}, headers={"If-Match": '"v1"'})
    assert answer.status_code == 200, answer.text
    receipt = calculate(regulator, plan_id, 2).json()
    assert (receipt["rows"], receipt["faulty"], receipt["quantity"]) == (4, 3, "50")
    told = [(fault["entity"], fault["code"]) for fault in receipt["faults"]]
    assert told == [("B", "input_negative"), ("C", "input_missing"), ("D", "year_mismatch")]
    faulty = rows_of(regulator, plan_id, faulty="true")
    assert [row["fault"] for row in faulty] == receipt["faults"]
    refused = publish(regulator, plan_id)
    check(refused, codes)
    assert (refused.json()["code"], refused.json()["figures"]) == (
        "plan_has_row_errors",
        {"rows": "3", "entity": "B", "code": "input_negative"},
    )
    for row in (
        {"entity": "A", **common, "quantity": "1"},
        {"entity": "A", **common},
        {"entity": "A", **common, "quantity": "1", "inputs": {}},
    ):
        answer = regulator.put(path, json={"rows": [row]}, headers={"If-Match": '"v3"'})
        check(answer, codes)
        assert answer.json()["code"] == "invalid_request"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"method": "nothing"}, "rule_missing"),
        ({"method": "sale"}, "plan_method_unfit"),
        ({"method": "power_supply"}, "rule_missing"),
        ({"activity_year": None}, "invalid_request"),
        ({"rules_on": "2030-01-01"}, "invalid_request"),
    ],
)
def test_a_plan_needs_a_method_of_its_day(
    regulator: httpx2.Client, codes: dict[str, int], changes: dict[str, Any], code: str
) -> None:
    body = {"asset": ASSET, "method": "verified", "vintage": "2025", "activity_year": 2025}
    answer = regulator.post(
        PLANS, json=body | DOCUMENT | changes, headers={"Idempotency-Key": key()}
    )
    check(answer, codes)
    assert answer.json()["code"] == code


def test_a_plan_of_an_earlier_day_has_the_method_of_that_day(
    regulator: httpx2.Client, who: str
) -> None:
    """Its class has no benchmark in the rulebook, and that is what the row says."""
    plan_id = plan(regulator, "power_supply", rules_on="2024-01-01", activity_year=2022)
    heading = "机组编号,统一社会信用代码,年度,类别,供电量,供热量,修正系数"
    rows = (f"U1,{who},2022,coal,1,1,1", f"U2,{who},2022,gas,1,1,1")
    found = ended(regulator, send(regulator, plan_id, table(*rows, heading=heading)))
    told = [(fault["entity"], fault["column"], fault["code"]) for fault in found["errors"]]
    assert told == [("U1", "class", "input_invalid"), ("U2", None, "rule_missing")]
