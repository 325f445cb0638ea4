"""Paid use over HTTP: priced, offered, accepted, paid, overdue, suspended, paid, returned."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api.acting import agreed
from tests.api.paid_things import CONTRACTS, DOCUMENT, FEES, OWNER
from tests.api.things import OTHER, key, post
from tests.support.server import Sandbox, running_sandbox

RIGHT = "SO2-PAID"
TITLES = {"title_zh": "试", "title_en": "Test", "vintage": "2026", "region": "", "basin": ""}
NEAR = {"first_instalment": "99999.99", "parts": 4}
TERMS = {"first_instalment": "100000.00", "parts": 4}


@pytest.fixture(scope="module")
def venue() -> Iterator[Sandbox]:
    """A server of its own, whose clock goes on by years; 500 t may be given out."""
    with running_sandbox() as running:
        right = {"ledger": "emission", "code": RIGHT, "kind": "SO2", "unit": "t", "scale": 3}
        post(running, "regulator", "/v1/assets", right | TITLES)
        total = {"asset": RIGHT, "place": "", "quantity": "500", **DOCUMENT}
        agreed(running, post, "/v1/control-totals", total)
        for name in (OWNER, OTHER):
            deposit = {
                "ledger": "emission",
                "participant_id": running.participant(name),
                "amount": "600000.00",
                "reference": "试",
            }
            post(running, "clearing", "/v1/cash/deposits", deposit)
        yield running


def offer(venue: Sandbox, name: str, quantity: str = "100", **changes: Any) -> dict[str, Any]:
    terms = {"participant_id": venue.participant(name), "asset": RIGHT, "quantity": quantity}
    more = {"years": 5, "accept_until": "2035-12-31", **DOCUMENT}
    return agreed(venue, post, CONTRACTS, terms | more | changes)


def refused(venue: Sandbox, name: str, path: str, body: Any = None) -> tuple[int, str, Any]:
    headers = venue.bearer(name, key())
    answer = httpx2.post(f"{venue.address}{path}", json=body, headers=headers, timeout=60)
    told = answer.json()
    return answer.status_code, told["code"], told.get("figures", {})


def get(venue: Sandbox, name: str, path: str, **query: Any) -> Any:
    with venue.client(name) as client:
        return client.get(path, params=query).json()


def treasury(venue: Sandbox, name: str = "auditor") -> str:
    items = get(venue, name, "/v1/balances", ledger="emission", asset="CNY", limit=1000)["items"]
    (total,) = (one["total"] for one in items if one["purpose"] == "treasury")
    return str(total)


def advance(venue: Sandbox, to: str) -> None:
    post(venue, "operator", "/v1/sandbox/clock:advance", {"to": f"{to}T10:00:00+08:00"})


def test_an_offer_is_accepted_and_its_first_instalment_brings_the_units(venue: Sandbox) -> None:
    asked = offer(venue, OWNER)
    assert (asked["figures"]["price"], asked["figures"]["fee"]) == ("500.0000", "250000.00")
    contract = f"{CONTRACTS}/emission.k1"
    status, code, figures = refused(venue, OWNER, f"{contract}:accept", NEAR)
    assert (status, code) == (422, "first_instalment_too_small")
    assert figures == {"first": "99999.99", "minimum": "100000.00"}
    assert refused(venue, OTHER, f"{contract}:accept", TERMS)[:2] == (404, "contract_unknown")

    accepted = post(venue, OWNER, f"{contract}:accept", TERMS)
    assert (accepted["status"], accepted["fee"], accepted["lot_id"]) == (
        "accepted",
        "250000.00",
        None,
    )
    amounts = [one["amount"] for one in accepted["invoices"]]
    assert amounts == ["100000.00", *["37500.00"] * 4]
    first, second = (f"/v1/invoices/{one['invoice_id']}" for one in accepted["invoices"][:2])
    assert refused(venue, OWNER, f"{second}:pay")[1] == "invoice_not_next"
    assert refused(venue, OTHER, f"{first}:pay")[1] == "invoice_unknown"

    headers = venue.bearer(OWNER, key())
    answers = [
        httpx2.post(f"{venue.address}{first}:pay", headers=headers, timeout=60) for _ in range(2)
    ]
    paid, again = (answer.json() for answer in answers)
    assert paid == again
    assert (paid["amount"], paid["interest"]) == ("100000.00", "0.00")
    assert treasury(venue) == "100000.00"
    assert refused(venue, OWNER, f"{first}:pay")[1] == "invoice_settled"
    shown = get(venue, OWNER, contract)
    assert (shown["status"], shown["lot_id"]) == ("active", paid["lot_id"])
    assert shown["standard"] == {"id": "emission.paid_use.fee_standard.SO2", "version": 2}
    assert shown["duties"]["id"] == "emission.paid_use.other_duties"


def test_an_unpaid_instalment_suspends_the_contract_until_it_is_paid(venue: Sandbox) -> None:
    contract, second = f"{CONTRACTS}/emission.k1", "/v1/invoices/emission.v2"
    due = get(venue, OWNER, second)["due"]
    advance(venue, due)
    assert get(venue, OWNER, second)["status"] == "open"
    advance(venue, f"{due[:4]}-12-01")
    late = get(venue, OWNER, second)
    assert (late["status"], late["amount"]) == ("overdue", "37500.00")
    assert float(late["interest"]) > 0
    suspended = get(venue, "regulator", contract)
    assert (suspended["status"], suspended["suspended"]) == ("suspended", "100.000")
    (frozen,) = (
        one
        for one in get(venue, OWNER, "/v1/freezes", ledger="emission")["items"]
        if one["document"] == "contract k1 suspended"
    )
    release = f"/v1/freezes/{frozen['freeze_id']}:release"
    assert refused(venue, "regulator", release, DOCUMENT)[1] == "freeze_of_contract"

    receipt = post(venue, OWNER, f"{second}:pay")
    assert receipt["interest"] == late["interest"]
    assert get(venue, OWNER, contract)["status"] == "active"
    assert get(venue, OWNER, second)["payable"] == "0.00"
    assert refused(venue, "regulator", f"{contract}:recall", DOCUMENT)[1] == (
        "contract_status_refused"
    )
    refund = {"quantity": "1", **DOCUMENT}
    assert refused(venue, "regulator", f"{contract}:refund", refund)[1:] == (
        "contract_unpaid",
        {"unpaid": "112500.00"},
    )


def test_units_are_returned_and_refunded(venue: Sandbox) -> None:
    offer(venue, OTHER)
    (mine,) = get(venue, OTHER, CONTRACTS)["items"]
    contract = f"{CONTRACTS}/{mine['contract_id']}"
    post(venue, OTHER, f"{contract}:accept", {})
    (invoice,) = get(venue, OTHER, "/v1/invoices", status="open")["items"]
    before = float(treasury(venue))
    post(venue, OTHER, f"/v1/invoices/{invoice['invoice_id']}:pay")
    over = {"quantity": "100.001", **DOCUMENT}
    status, code, figures = refused(venue, "regulator", f"{contract}:refund", over)
    assert (status, code, figures["available"]) == (422, "units_insufficient", "100.000")
    asked = agreed(venue, post, f"{contract}:refund", {"quantity": "50", **DOCUMENT})
    assert asked["figures"]["refund"] == "100000.00"
    shown = get(venue, OTHER, contract)
    assert (shown["returned"], shown["refunded"], shown["status"]) == (
        "50.000",
        "100000.00",
        "active",
    )
    assert float(treasury(venue, "regulator")) - before == 150_000
    (total,) = get(venue, OTHER, "/v1/control-totals", asset=RIGHT)["items"]
    assert total["pots"] == [{"pot": "paid", "quantity": "50.000"}]
    ours = get(venue, OTHER, "/v1/invoices")["items"]
    assert {one["participant_id"] for one in ours} == {venue.participant(OTHER)}


def test_prices_by_place_and_day(venue: Sandbox) -> None:
    price = {"ledger": "emission", "kind": "SO2", "price": "600.5", **DOCUMENT}
    span = {"valid_from": "2040-01-01", "valid_to": "2040-12-31"}
    agreed(venue, post, FEES, {**price, **span, "place": "150200"})
    status, code, figures = refused(
        venue, "regulator", FEES, {**price, "place": "150200", "valid_from": "2040-12-31"}
    )
    assert (status, code) == (409, "fee_schedule_overlaps")
    assert figures == {"schedule": "j1", **span}
    agreed(venue, post, f"{FEES}/emission.c1:end", {"last_day": "2040-06-30", **DOCUMENT})
    with venue.client() as client:

        def found(**query: Any) -> list[Any]:
            items = client.get(FEES, params=query).json()["items"]
            return [(one["schedule_id"], one["price"], one["valid_to"]) for one in items]

        told = [("emission.c1", "600.5000", "2040-06-30")]
        assert found(ledger="emission", kind="SO2", place="150200", as_of="2040-06-30") == told
        assert found(as_of="2040-07-01") == found(as_of="2039-12-31") == found(kind="COD") == []
        assert client.get(FEES, params={"as_of": "soon"}).status_code == 422
    assert refused(venue, OWNER, FEES, {**price, **span, "place": ""})[0] == 403
    assert refused(venue, "regulator", FEES, {**price, "place": "", "valid_from": "x"})[0] == 422
