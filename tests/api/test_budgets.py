"""Projects and targets over HTTP: the published example, and a league whose target is in red."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api.acting import agreed
from tests.api.test_bad_input import check
from tests.api.things import key, post
from tests.support.server import Sandbox

DOCUMENT = {"document": "内环发〔2026〕2号"}
ASSET, BAOTOU, ORDOS = "TCE-PROJECTS", "150200", "150600"
FIRM, ORDOS_FIRM = "baotou-aluminium", "ordos-methanol"
INPUTS = {"coal": "0", "B": "0.3", "C": "1.2", "average": "0.8"}


@pytest.fixture(scope="module")
def league(sandbox: Sandbox) -> str:
    """Energy use of two leagues under control totals, of which two firms hold some; its asset."""
    titles = {"title_zh": "用能权", "title_en": "Energy use", "vintage": "2026", "basin": ""}
    asset = {"ledger": "energy", "code": ASSET, "kind": "TCE", "unit": "tce", "scale": 0}
    post(sandbox, "regulator", "/v1/assets", asset | titles | {"region": ""})
    post(sandbox, "regulator", f"/v1/assets/{ASSET}:authorise", {"quantity": "60000", **DOCUMENT})
    for name, quantity in ((FIRM, "50000"), (ORDOS_FIRM, "10000")):
        issuance = {
            "participant_id": sandbox.participant(name),
            "quantity": quantity,
            "vintage": "2026",
            "region": "",
            "basin": "",
            "source": "before there was a total",
        }
        post(sandbox, "regulator", f"/v1/assets/{ASSET}/issuances", issuance)
    for place, total in (("150000", "1000000"), (BAOTOU, "400000"), (ORDOS, "300000")):
        body = {"asset": ASSET, "place": place, "quantity": total, **DOCUMENT}
        agreed(sandbox, post, "/v1/control-totals", body)
    instrument = {
        "code": "TCEP",
        "asset": ASSET,
        "title_zh": "用能权",
        "title_en": "Energy use",
        "reference_price": "100.00",
    }
    post(sandbox, "operator", "/v1/instruments", instrument)
    return ASSET


@pytest.fixture
def firm(sandbox: Sandbox, league: str) -> Iterator[httpx2.Client]:
    with sandbox.client(FIRM) as client:
        yield client


def ask(sandbox: Sandbox, name: str, path: str, body: Any = None) -> httpx2.Response:
    with sandbox.client(name) as client:
        return client.post(path, json=body, headers={"Idempotency-Key": key()})


def project(sandbox: Sandbox, code: str, **changes: Any) -> dict[str, Any]:
    return {
        "participant_id": sandbox.participant(FIRM),
        "asset": ASSET,
        "place": BAOTOU,
        "code": code,
        "energy": "100000",
        "intensity": "1.2",
        "new": True,
        "inputs": INPUTS,
        **DOCUMENT,
        **changes,
    }


def indicator(value: str, **changes: Any) -> dict[str, Any]:
    return {
        "ledger": "energy",
        "kind": "TCE",
        "place": ORDOS,
        "name": "total",
        "period": "2026",
        "binding": True,
        "target": "300000",
        "value": value,
        "unit": "tce",
        "data_source": "统计局",
        **DOCUMENT,
        **changes,
    }


def total(client: httpx2.Client, place: str) -> dict[str, Any]:
    (found,) = client.get("/v1/control-totals", params={"asset": ASSET, "place": place}).json()[
        "items"
    ]
    figures: dict[str, Any] = found
    given = int(found["quantity"]) + int(found["moved_in"]) - int(found["moved_out"])
    parts = ("headroom", "set_aside", "budgets", "allocated", "used", "distributed")
    assert given == sum(int(found[name]) for name in parts)
    return figures


def test_a_new_project_covers_45000_tce_and_starts(
    sandbox: Sandbox, firm: httpx2.Client, codes: dict[str, int]
) -> None:
    low = project(sandbox, "ALU-1", inputs=INPUTS | {"B": "0.2"})
    answer = ask(sandbox, "regulator", "/v1/projects", low)
    check(answer, codes)
    assert answer.json()["code"] == "obligation_invalid"
    assert answer.json()["figures"]["minimum"] == "0.3"
    agreed(sandbox, post, "/v1/projects", project(sandbox, "ALU-1"))
    (found,) = firm.get("/v1/projects", params={"asset": ASSET}).json()["items"]
    path = f"/v1/projects/{found['project_id']}"
    due = found["obligation"]
    assert (due["quantity"], due["outstanding"], due["unit"]) == ("45000", "45000", "tce")
    again = {"formula": due["method"], "inputs": due["inputs"], "as_of": due["as_of"]}
    assert firm.post("/v1/formulas:evaluate", json=again).json()["trace_hash"] == due["trace_hash"]
    ask(sandbox, FIRM, f"{path}:cover", {"quantity": "44999"}).raise_for_status()
    early = ask(sandbox, FIRM, f"{path}:start")
    check(early, codes)
    assert early.json()["code"] == "obligation_uncovered"
    assert early.json()["figures"]["outstanding"] == "1"
    assert early.json()["rule"]["id"] == "energy.budgets.obligation_method"
    covered = post(sandbox, FIRM, f"{path}:cover", {"quantity": "1"})
    assert (covered["covered"], covered["outstanding"]) == ("45000", "0")
    assert post(sandbox, FIRM, f"{path}:start")["stage"] == "started"
    use = {"energy": "70000", "renewable": "10000", **DOCUMENT}
    agreed(sandbox, post, f"{path}:use", use)
    shown = firm.get(path).json()
    assert (shown["used"], shown["left"], shown["stage"]) == ("60000", "40000", "started")
    here = total(firm, BAOTOU)
    assert (here["budgets"], here["used"], here["allocated"]) == ("40000", "105000", "5000")
    kinds = [each["kind"] for each in firm.get(f"{path}/entries").json()["items"]]
    assert kinds == ["registered", "covered", "covered", "started", "used"]


def test_a_pot_serves_what_is_on_the_list(
    sandbox: Sandbox, firm: httpx2.Client, codes: dict[str, int]
) -> None:
    old = project(sandbox, "ALU-2", energy="500", new=False, inputs={})
    agreed(sandbox, post, "/v1/projects", old)
    (found,) = [
        each
        for each in firm.get("/v1/projects", params={"stage": "registered"}).json()["items"]
        if each["code"] == "ALU-2"
    ]
    path = f"/v1/projects/{found['project_id']}"
    aside = {"asset": ASSET, "place": BAOTOU, "pot": "saved", "quantity": "300", **DOCUMENT}
    agreed(sandbox, post, "/v1/control-totals:set-aside", aside)
    more = {"change": "200", "pot": "saved", **DOCUMENT}
    answer = ask(sandbox, "regulator", f"{path}:adjust", more)
    check(answer, codes)
    assert answer.json()["code"] == "project_not_priority"
    agreed(sandbox, post, f"{path}:prioritise", {"listed": True, **DOCUMENT})
    agreed(sandbox, post, f"{path}:adjust", more)
    listed = firm.get("/v1/priority-projects", params={"place": BAOTOU}).json()["items"]
    assert [each["code"] for each in listed] == ["ALU-2"]
    here = total(firm, BAOTOU)
    assert here["pots"] == [{"pot": "saved", "quantity": "100"}]
    agreed(sandbox, post, f"{path}:close", DOCUMENT)
    assert firm.get(path).json()["left"] == "0"
    assert int(total(firm, BAOTOU)["headroom"]) == int(here["headroom"]) + 700


def test_a_league_in_red_takes_no_more(
    sandbox: Sandbox, firm: httpx2.Client, codes: dict[str, int]
) -> None:
    bid = {"instrument": "TCEP", "side": "buy", "quantity": "5", "price": "100.00"}
    resting = post(sandbox, ORDOS_FIRM, "/v1/orders", bid | {"client_order_id": "red.1"})
    agreed(sandbox, post, "/v1/indicators", indicator("300001"))
    with sandbox.client(ORDOS_FIRM) as client:
        assert client.get(f"/v1/orders/{resting['order_id']}").json()["status"] == "cancelled"
        found = {"ledger": "energy", "asset": ASSET}
        theirs = client.get("/v1/accounts", params=found).json()["items"][0]["account_id"]
    refused = ask(sandbox, ORDOS_FIRM, "/v1/orders", bid | {"client_order_id": "red.2"})
    check(refused, codes)
    assert refused.json()["code"] == "target_in_red"
    assert refused.json()["figures"] == {"place": ORDOS, "indicator": "total", "period": "2026"}
    mine = firm.get("/v1/accounts", params=found).json()["items"][0]["account_id"]
    leg = {"debit_account_id": mine, "credit_account_id": theirs, "quantity": "1"}
    transfer = {"ledger": "energy", "legs": [leg], "mode": "posted", "reference": "试"}
    refused = ask(sandbox, FIRM, "/v1/transfers", transfer)
    check(refused, codes)
    assert refused.json()["code"] == "target_in_red"
    place = project(sandbox, "MTO-1", place=ORDOS)
    refused = ask(sandbox, "regulator", "/v1/projects", place)
    assert refused.json()["code"] == "target_in_red"
    (target,) = total(firm, ORDOS)["targets"]
    assert (target["light"], target["binding"]) == ("red", True)
    ask_bid = bid | {"side": "sell", "client_order_id": "red.3"}
    assert ask(sandbox, ORDOS_FIRM, "/v1/orders", ask_bid).status_code == 201
    agreed(sandbox, post, "/v1/indicators", indicator("290000"))
    shown = firm.get("/v1/indicators", params={"place": ORDOS, "kind": "TCE"}).json()["items"]
    assert [each["light"] for each in shown] == ["yellow"]
    assert ask(sandbox, FIRM, "/v1/transfers", transfer).status_code == 201


@pytest.mark.parametrize(
    ("name", "path", "body", "code"),
    [
        (ORDOS_FIRM, "/v1/projects/energy.j1:start", None, "project_unknown"),
        (FIRM, "/v1/projects/energy.j999:start", None, "project_unknown"),
        ("regulator", "/v1/indicators", indicator("1", name="noise"), "invalid_request"),
        ("regulator", "/v1/indicators", indicator("1", kind="NONE"), "asset_unknown"),
        ("regulator", "/v1/indicators", indicator("1", period="2025"), "indicator_period_past"),
    ],
)
def test_what_is_not_there_or_not_so_is_refused(
    sandbox: Sandbox,
    league: str,
    codes: dict[str, int],
    name: str,
    path: str,
    body: Any,
    code: str,
) -> None:
    answer = ask(sandbox, name, path, body)
    check(answer, codes)
    assert answer.json()["code"] == code
