"""An optional ledger by data alone: green certificates from issue to expiry, over HTTP.

No code knows this ledger; the test would be the same for any other entry in `ledgers.toml`.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.api.cancellation_things import second_person
from tests.api.things import key, post
from tests.support.server import Sandbox, running_sandbox, start, stop

TOP = Path(__file__).resolve().parents[2]
GENERATOR, USER, FUND = "hohhot-power", "baotou-steel", "green-capital"
DOCUMENT = {"document": "核发〔2026〕1号"}
OLD = {"vintage": "202404", "valid_from": "2024-04-01", "valid_to": "2026-03-31"}
NEW = {"vintage": "202602", "valid_from": "2026-02-01", "valid_to": "2028-01-31"}
"""Valid for 24 months, that of generation the first."""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fifth") / "state"


@pytest.fixture(scope="module")
def venue(state: Path) -> Iterator[Sandbox]:
    """A sandbox with the ledger open, its members admitted and an asset to be traded."""
    with running_sandbox(state, STEPPE_OPTIONAL_LEDGERS="green") as running:
        for name in (GENERATOR, USER, FUND):
            kind = "institution" if name == FUND else "compliance_entity"
            facts = {"ledger": "green", "account_type": kind, "region": "150100"}
            member = running.participant(name)
            done(running, "operator", f"/v1/participants/{member}/admissions", facts | DOCUMENT)
            money = {"participant_id": member, "amount": "1000000.00", "reference": "r"}
            done(running, "clearing", "/v1/cash/deposits", {"ledger": "green"} | money)
        titles = {"title_zh": "绿证", "title_en": "Green certificate"}
        asset = {"ledger": "green", "code": "GEC", "kind": "GEC", "unit": "MWh", "scale": 0}
        done(running, "regulator", "/v1/assets", asset | titles)
        cap = {"quantity": "1000000"} | DOCUMENT
        done(running, "regulator", "/v1/assets/GEC:authorise", cap)
        listing = {"code": "GEC", "asset": "GEC", "reference_price": "5.00"}
        done(running, "operator", "/v1/instruments", listing | titles)
        yield running


def send(venue: Sandbox, name: str, path: str, body: Any) -> httpx2.Response:
    headers = venue.bearer(name, key())
    return httpx2.post(f"{venue.address}{path}", json=body, headers=headers, timeout=120)


def done(venue: Sandbox, name: str, path: str, body: Any) -> dict[str, Any]:
    answer = send(venue, name, path, body)
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


def issue(venue: Sandbox, quantity: str, month: dict[str, str]) -> dict[str, Any]:
    body = {"participant_id": venue.participant(GENERATOR), "quantity": quantity, "source": "s"}
    return done(venue, "regulator", "/v1/assets/GEC/issuances", body | month)


def order(venue: Sandbox, name: str, side: str, quantity: str, price: str) -> httpx2.Response:
    terms = {"side": side, "quantity": quantity, "price": price}
    body = {"client_order_id": key(), "instrument": "GEC"}
    return send(venue, name, "/v1/orders", body | terms)


def lots(venue: Sandbox, name: str) -> list[tuple[str, str]]:
    with venue.client(name) as client:
        found = client.get("/v1/lots", params={"ledger": "green"}).json()["items"]
    return [(one["vintage"], one["quantity"]) for one in found]


def advance(venue: Sandbox, to: str) -> None:
    done(venue, "operator", "/v1/sandbox/clock:advance", {"to": to})


def test_no_code_names_an_optional_ledger() -> None:
    named = re.compile(r"""["']green["'.]""")
    code = [*(TOP / "exchange").rglob("*.py"), *(TOP / "clients/python/src").rglob("*.py")]
    found = {str(file) for file in code if named.search(file.read_text(encoding="utf-8"))}
    lights = {file for file in found if "budgets" in file}
    assert found == lights, "a target's light may be green, and nothing else"


def test_it_is_listed_with_its_notice_and_its_rules(venue: Sandbox) -> None:
    with venue.client() as client:
        ledgers = client.get("/v1/ledgers").json()["items"]
        rules = client.get("/v1/rules", params={"ledger": "green", "limit": 1000}).json()["items"]
    assert [one["ledger"] for one in ledgers] == ["carbon", "emission", "energy", "water", "green"]
    assert "not joined to the national platform" in ledgers[-1]["notice_en"]
    figures = {one["id"]: one["value"] for one in rules}
    assert figures["green.certificate.energy"] == ["1000"]
    assert figures["green.certificate.valid_months"] == ["24"]


def test_certificates_are_traded_whole_without_a_band_and_end_after_two_years(
    venue: Sandbox,
) -> None:
    issue(venue, "300", OLD)
    issue(venue, "200", NEW)
    assert order(venue, GENERATOR, "sell", "400", "80.00").is_success
    halved = order(venue, USER, "buy", "0.5", "80.00").json()
    assert (halved["code"], halved["errors"][0]["pointer"]) == ("invalid_request", "/quantity")
    bought = order(venue, USER, "buy", "400", "80.00").json()
    assert bought["status"] == "filled", bought
    assert lots(venue, USER) == [("202404", "300"), ("202602", "100")]
    advance(venue, "2026-03-31T15:30:00Z")
    assert len(lots(venue, USER)) == 2
    advance(venue, "2026-03-31T16:00:01Z")
    assert lots(venue, USER) == [("202602", "100")]
    assert lots(venue, GENERATOR) == [("202602", "100")]


def test_nothing_is_sold_twice_nor_after_it_ended(venue: Sandbox) -> None:
    advance(venue, "2026-04-01T01:40:00Z")
    assert order(venue, GENERATOR, "sell", "60", "80.00").is_success
    second = order(venue, GENERATOR, "sell", "60", "80.00").json()
    assert (second["code"], second["rule"]["id"]) == (
        "units_insufficient",
        "green.settlement.prefunding",
    )


def test_what_is_claimed_is_cancelled_by_two_and_registered_in_public(venue: Sandbox) -> None:
    approve = second_person(venue, post, USER)
    with venue.client(USER) as client:
        (lot,) = client.get("/v1/lots", params={"ledger": "green"}).json()["items"]
    claim = {"lot_id": lot["lot_id"], "quantity": "60", "beneficiary": "包头钢铁"}
    claim |= {"purpose": "2026年2月用电60兆瓦时"}
    asked = done(venue, USER, "/v1/cancellations", claim)
    assert (asked["subject"], asked["figures"]["quantity"]) == ("GEC", "60")
    path = f"/v1/approvals/{asked['approval_id']}:approve"
    alone = send(venue, USER, path, {"command_hash": asked["command_hash"]}).json()
    assert alone["code"] == "approval_own_request"
    approve(asked)
    with venue.client() as client:
        (entry,) = client.get("/v1/cancellations", params={"asset": "GEC"}).json()["items"]
        assert client.get(f"/v1/cancellations/{entry['cancellation_id']}").json() == entry
        assert client.get("/v1/cancellations/green.w2").status_code == 404
        assert client.get("/v1/cancellations", params={"ledger": "water"}).json()["items"] == []
    assert claim.items() <= entry.items()
    assert (entry["participant_id"], entry["vintage"]) == (venue.participant(USER), "202602")
    assert lots(venue, USER) == [("202602", "40")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"quantity": "41"}, "units_insufficient"),
        ({"quantity": "0"}, "quantity_not_positive"),
        ({"quantity": "0.5"}, "invalid_request"),
        ({"quantity": 1}, "invalid_request"),
        ({"lot_id": "green.l1"}, "lot_not_valid"),
        ({"lot_id": "green.l9"}, "lot_unknown"),
        ({"lot_id": "carbon.l999"}, "lot_unknown"),
        ({"lot_id": "green.a1"}, "not_found"),
        ({"purpose": ""}, "invalid_request"),
    ],
)
def test_what_cannot_be_claimed(venue: Sandbox, changes: dict[str, Any], code: str) -> None:
    claim = {"lot_id": "green.l2", "quantity": "1", "beneficiary": "甲", "purpose": "乙"}
    assert send(venue, USER, "/v1/cancellations", claim | changes).json()["code"] == code
    assert lots(venue, USER) == [("202602", "40")]
    assert send(venue, FUND, "/v1/cancellations", claim).json()["code"] == "lot_unknown"


def test_all_has_ended_after_two_years(venue: Sandbox) -> None:
    advance(venue, "2028-01-31T15:30:00Z")
    assert lots(venue, USER) == [("202602", "40")]
    advance(venue, "2028-01-31T16:00:01Z")
    assert lots(venue, USER) == lots(venue, GENERATOR) == []


def test_once_opened_it_stays_open(venue: Sandbox, state: Path) -> None:
    before = lots(venue, USER)
    stop(venue.process)
    again = start(state)
    try:
        assert lots(again, USER) == before
    finally:
        stop(again.process)
