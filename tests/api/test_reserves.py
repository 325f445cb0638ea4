"""A reserve of the government over HTTP: in by ground, out by offer, money to the treasury."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api import acting
from tests.api.things import key, post
from tests.support.server import Sandbox, running_sandbox

DOCUMENT = {"document": "内环发〔2026〕1号"}
ASSET, LAST = "SO2-150200", "2026-03-31"
STEEL, ALUMINIUM = "baotou-steel", "baotou-aluminium"


@pytest.fixture(scope="module")
def venue() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def reserve(venue: Sandbox) -> str:
    """Baotou's reserve, with the 2 t that it set aside for the government and some money."""
    member = {"name_zh": "包头市排污权储备", "role": "enterprise", "region": "150200"}
    number = str(post(venue, "operator", "/v1/participants", member)["participant_id"])
    facts = {"account_type": "gov_reserve", "region": "150200", "basin": "", "sector": ""}
    admission = {"ledger": "emission", "group": None, **facts, **DOCUMENT}
    post(venue, "operator", f"/v1/participants/{number}/admissions", admission)
    money = {"ledger": "emission", "participant_id": number, "amount": "100000.00"}
    post(venue, "clearing", "/v1/cash/deposits", money | {"reference": "预算"})
    total = {"asset": ASSET, "place": "150200"}
    agreed(venue, "/v1/control-totals", total | {"quantity": "5000"})
    agreed(venue, "/v1/control-totals:set-aside", total | {"pot": "government", "quantity": "2"})
    units = {"asset": ASSET, "reserve_id": number, "place": "150200"}
    agreed(venue, "/v1/reserves:retain", units | {"quantity": "2"})
    return number


def send(venue: Sandbox, name: str, path: str, body: Any, k: str | None = None) -> httpx2.Response:
    headers = venue.bearer(name, k or key())
    return httpx2.post(f"{venue.address}{path}", json=body, headers=headers, timeout=60)


def agreed(venue: Sandbox, path: str, body: Any) -> dict[str, Any]:
    return acting.agreed(venue, post, path, body | DOCUMENT)


def listed(venue: Sandbox, path: str, name: str, **query: str) -> list[Any]:
    with venue.client(name) as client:
        found: list[Any] = client.get(path, params=query).json()["items"]
    return found


def refused(answer: httpx2.Response) -> tuple[str, dict[str, str], str]:
    problem = answer.json()
    rule = problem["rule"]["id"] if problem.get("rule") else ""
    return problem["code"], problem.get("figures") or {}, rule


def cash(venue: Sandbox, name: str) -> str:
    (account,) = listed(venue, "/v1/balances", name, ledger="emission", asset="CNY")
    return str(account["total"])


def offered(venue: Sandbox, reserve: str, **terms: str) -> str:
    """Have units offered by two regulators; return the offer."""
    body = {"asset": ASSET, "reserve_id": reserve, "closes_on": LAST, "price": "2500"}
    agreed(venue, "/v1/reserve-offers", body | terms)
    return str(listed(venue, "/v1/reserve-offers", "regulator")[-1]["offer_id"])


def test_what_is_retained_is_the_reserves(venue: Sandbox, reserve: str) -> None:
    (held,) = listed(venue, "/v1/reserves", "regulator")
    assert (held["reserve_id"], held["asset"], held["quantity"]) == (reserve, ASSET, "2.0000")
    assert listed(venue, "/v1/reserves", STEEL) == []
    (moved,) = listed(venue, "/v1/reserve-movements", "auditor")
    assert (moved["ground"], moved["quantity"], moved["party_id"]) == ("retained", "2.0000", None)


def test_a_closed_plant_gives_its_units_back_for_nothing(venue: Sandbox, reserve: str) -> None:
    holder = venue.participant("baotou-power-2")
    body = {"asset": ASSET, "reserve_id": reserve, "holder_id": holder, "ground": "closed"}
    before = cash(venue, "baotou-power-2")
    agreed(venue, "/v1/reserves:take-in", body | {"quantity": "40"})
    assert cash(venue, "baotou-power-2") == before
    (own,) = listed(venue, "/v1/reserve-movements", "baotou-power-2")
    assert (own["ground"], own["quantity"], own["value"]) == ("closed", "40.0000", "0.00")
    too_much = body | {"quantity": "60.0001", **DOCUMENT}
    code, figures, _ = refused(send(venue, "regulator", "/v1/reserves:take-in", too_much))
    assert (code, figures["available"]) == ("units_insufficient", "60.0000")
    gift = body | {"quantity": "1", "ground": "gift", **DOCUMENT}
    assert refused(send(venue, "regulator", "/v1/reserves:take-in", gift))[0] == "invalid_request"


def test_a_public_sale_has_a_floor_and_serves_who_comes_first(venue: Sandbox, reserve: str) -> None:
    body = {"asset": ASSET, "reserve_id": reserve, "closes_on": LAST, "quantity": "10", **DOCUMENT}
    answer = send(venue, "regulator", "/v1/reserve-offers", body | {"price": "2499.9999"})
    assert refused(answer) == (
        "price_below_floor",
        {"price": "2499.9999", "floor": "2500.0000"},
        "emission.reserves.formula.floor",
    )
    offer = offered(venue, reserve, quantity="10")
    before = cash(venue, STEEL)
    mine = key()
    path = f"/v1/reserve-offers/{offer}:accept"
    first = send(venue, STEEL, path, {"quantity": "7.5"}, mine)
    taken = first.json()
    assert (taken["value"], taken["remaining"]) == ("18750.00", "2.5000")
    again = send(venue, STEEL, path, {"quantity": "7.5"}, mine)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == taken
    assert float(before) - float(cash(venue, STEEL)) == 18750
    code, figures, _ = refused(send(venue, ALUMINIUM, path, {"quantity": "2.5001"}))
    assert (code, figures) == ("offer_insufficient", {"left": "2.5000", "requested": "2.5001"})
    post(venue, ALUMINIUM, path, {"quantity": "2.5"})
    code, figures, _ = refused(send(venue, ALUMINIUM, path, {"quantity": "1"}))
    assert (code, figures["left"]) == ("offer_not_open", "0.0000")
    with venue.client(ALUMINIUM) as client:
        assert client.get(f"/v1/reserve-offers/{offer}").json()["status"] == "taken"
    with venue.client("auditor") as client:
        query = {"ledger": "emission", "asset": "CNY", "limit": 1000}
        found = client.get("/v1/balances", params=query).json()["items"]
    (treasury,) = [one for one in found if one["purpose"] == "treasury"]
    assert treasury["total"] == "25000.00"


def test_an_agreement_is_seen_and_taken_by_its_party_alone(venue: Sandbox, reserve: str) -> None:
    offer = offered(venue, reserve, quantity="1", party_id=venue.participant(STEEL))
    path = f"/v1/reserve-offers/{offer}"
    other = send(venue, ALUMINIUM, f"{path}:accept", {"quantity": "1"})
    assert (other.status_code, refused(other)[0]) == (404, "offer_unknown")
    assert offer not in [one["offer_id"] for one in listed(venue, "/v1/reserve-offers", ALUMINIUM)]
    assert post(venue, STEEL, f"{path}:accept", {"quantity": "1"})["remaining"] == "0.0000"


def test_a_small_sale_takes_one_regulator_and_stays_small(venue: Sandbox, reserve: str) -> None:
    body = {"asset": ASSET, "reserve_id": reserve, "closes_on": LAST, "price": "2500", **DOCUMENT}
    answer = send(venue, "regulator", "/v1/reserve-offers:small", body | {"quantity": "1.0001"})
    assert refused(answer)[::2] == (
        "simplified_above_maximum",
        "emission.reserves.simplified_max",
    )
    small = post(venue, "regulator", "/v1/reserve-offers:small", body | {"quantity": "1"})
    path = f"/v1/reserve-offers/{small['offer_id']}"
    post(venue, "regulator", f"{path}:withdraw", DOCUMENT)
    assert refused(send(venue, STEEL, f"{path}:accept", {"quantity": "1"}))[0] == "offer_not_open"
    assert refused(send(venue, "regulator", f"{path}:withdraw", DOCUMENT))[0] == "offer_not_open"


def test_a_plant_sells_back_at_the_price_it_agreed_to(venue: Sandbox, reserve: str) -> None:
    terms = {"asset": ASSET, "reserve_id": reserve, "quantity": "5", "price": "1999.5"}
    party = {"party_id": venue.participant(STEEL), "closes_on": LAST}
    agreed(venue, "/v1/reserves:buy-back", terms | party)
    offer = listed(venue, "/v1/reserve-offers", STEEL)[-1]
    assert (offer["ground"], offer["floor"], offer["status"]) == ("repurchased", None, "open")
    before = float(cash(venue, STEEL))
    path = f"/v1/reserve-offers/{offer['offer_id']}:accept"
    assert post(venue, STEEL, path, {"quantity": "5"})["value"] == "9997.50"
    assert float(cash(venue, STEEL)) - before == 9997.5
    moved = listed(venue, "/v1/reserve-movements", STEEL)[-1]
    assert (moved["ground"], moved["quantity"]) == ("repurchased", "5.0000")


def test_a_member_that_is_no_reserve_is_told_so(venue: Sandbox, reserve: str) -> None:
    body = {"asset": ASSET, "reserve_id": venue.participant(STEEL), "quantity": "1"}
    body |= {"place": "150200", **DOCUMENT}
    answer = send(venue, "regulator", "/v1/reserves:retain", body)
    assert (answer.status_code, refused(answer)[0]) == (404, "reserve_unknown")
