"""Every route by every role. A route that is missing from the table fails the first test."""

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from tests.api import (
    budgets_things,
    cancellation_things,
    compliance_things,
    desk_things,
    paid_things,
    permit_things,
    planned,
    reserve_things,
    water_things,
)
from tests.api.test_bad_input import sequences
from tests.api.things import OTHER, OWNER, bodies, key, make
from tests.support.server import Sandbox, running_sandbox

FUND = "green-capital"
STAFF = {"operator", "regulator", "clearing", "auditor", "water-desk", "verifier", "arbiter"}
TRADERS = {OWNER, OTHER, FUND}
EVERYBODY = STAFF | TRADERS
READERS = {"operator", "regulator", "clearing", "auditor"}
PUBLIC = frozenset({"nobody"})
"""Whom a route serves: none of these names means a token is not needed."""
MARKS = {"operator"}
FREEZERS = {"operator", "regulator"}
ADMIN = {"operator", OWNER}

TABLE: dict[str, set[str] | frozenset[str]] = {
    "GET /livez": PUBLIC,
    "GET /readyz": PUBLIC,
    "GET /metrics": PUBLIC,
    "POST /oauth/token": PUBLIC,
    "GET /v1/time": PUBLIC,
    "GET /v1/problems": PUBLIC,
    "GET /v1/problems/{code}": PUBLIC,
    "GET /v1/rules": PUBLIC,
    "GET /v1/calendars": PUBLIC,
    "GET /v1/regions": PUBLIC,
    "GET /v1/formulas": PUBLIC,
    "POST /v1/formulas:evaluate": PUBLIC,
    "GET /v1/ledgers": PUBLIC,
    "GET /v1/ledgers/{ledger}": PUBLIC,
    "GET /v1/assets": PUBLIC,
    "GET /v1/assets/{code}": PUBLIC,
    "GET /v1/instruments": PUBLIC,
    "GET /v1/instruments/{code}": PUBLIC,
    "GET /v1/instruments/{code}/book": PUBLIC,
    "GET /v1/instruments/{code}/trades": PUBLIC,
    "GET /v1/instruments/{code}/ticker": PUBLIC,
    "GET /v1/orders": EVERYBODY,
    "GET /v1/trades": EVERYBODY,
    "GET /v1/keys": EVERYBODY,
    "GET /v1/participants": EVERYBODY,
    "GET /v1/balances": EVERYBODY,
    "GET /v1/accounts": EVERYBODY,
    "GET /v1/lots": EVERYBODY,
    "GET /v1/freezes": EVERYBODY,
    "GET /v1/transfers": EVERYBODY,
    "GET /v1/sandbox/clock": EVERYBODY,
    "GET /v1/orders/{order_id}": READERS | {OWNER},
    "GET /v1/orders/by-client-id/{ledger}/{client_order_id}": {OWNER},
    "GET /v1/accounts/{account_id}": READERS | {OWNER},
    "GET /v1/transfers/{transfer_id}": READERS | {OWNER, OTHER},
    "GET /v1/participants/{participant_id}": READERS | {OWNER},
    "GET /v1/participants/{participant_id}/admissions": READERS | {OWNER},
    "GET /v1/participants/{participant_id}/operators": ADMIN,
    "GET /v1/participants/{participant_id}/operators/{operator_id}": ADMIN,
    "GET /v1/keys/{key_id}": ADMIN,
    "POST /v1/orders": TRADERS,
    "POST /v1/orders:batch": TRADERS,
    "POST /v1/orders:cancel-all": TRADERS | MARKS,
    "POST /v1/orders/{order_id}:replace": {OWNER},
    "POST /v1/orders/{order_id}:cancel": {OWNER} | MARKS,
    "POST /v1/transfers": {OWNER},
    **paid_things.table(EVERYBODY, READERS, PUBLIC),
    "POST /v1/allocation-plans/{plan_id}/objections": {OWNER},
    "POST /v1/permits/{permit_id}:request-renewal": {OWNER},
    **budgets_things.table(EVERYBODY, READERS, PUBLIC),
    **compliance_things.table(EVERYBODY, READERS, PUBLIC),
    **cancellation_things.table(PUBLIC),
    "POST /v1/transfers/{chain_id}:post": {OWNER},
    "POST /v1/transfers/{chain_id}:void": {OWNER},
    "POST /v1/rules:activate": MARKS,
    "POST /v1/participants": MARKS,
    "PATCH /v1/participants/{participant_id}": MARKS,
    "POST /v1/participants/{participant_id}/admissions": MARKS,
    "POST /v1/participants/{participant_id}:unfreeze": FREEZERS,
    "POST /v1/participants/{participant_id}:freeze": FREEZERS,
    "POST /v1/assets": FREEZERS,
    "POST /v1/assets/{code}:authorise": {"regulator"},
    "POST /v1/assets/{code}/issuances": {"regulator"},
    "POST /v1/cash/deposits": {"clearing"},
    "POST /v1/accounts/{account_id}:freeze": FREEZERS,
    "POST /v1/freezes/{freeze_id}:release": FREEZERS,
    "POST /v1/instruments": MARKS,
    "POST /v1/instruments/{code}:halt": MARKS,
    "POST /v1/instruments/{code}:resume": MARKS,
    "POST /v1/sandbox/clock:advance": EVERYBODY,
    **reserve_things.table(EVERYBODY, TRADERS),  # before its operator is given carbon alone
    "POST /v1/participants/{participant_id}/operators": ADMIN,
    "POST /v1/keys": ADMIN,
    "POST /v1/keys/{key_id}:revoke": ADMIN,
    "PATCH /v1/participants/{participant_id}/operators/{operator_id}": ADMIN,
    **planned.table(EVERYBODY, READERS, PUBLIC),
    **permit_things.table(EVERYBODY, READERS),
    **water_things.table(EVERYBODY, PUBLIC),
}
READING = {"POST /v1/surrenders:simulate"}
"""What changes nothing although it is asked for with a body."""
GUARDED = [route for route, served in TABLE.items() if served is not PUBLIC]
QUERIES = {"GET /v1/calendars": {"ledger": "carbon", "year": "2026"}}
PUBLIC_KEY = OKPKey.generate_key("Ed25519").as_dict(private=False)


@pytest.fixture(scope="module")
def venue() -> Iterator[Sandbox]:
    """A server of its own, since those who may act do act here."""
    with running_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def owned(venue: Sandbox) -> dict[str, str]:
    found = make(venue)
    return found | {"transfer_id": found["chain_id"]}


def ask(venue: Sandbox, owned: dict[str, str], route: str, headers: Any) -> httpx2.Response:
    method, _, template = route.partition(" ")
    body = bodies(owned).get(route)
    if template == "/v1/keys" and body:
        body["public_key"] = PUBLIC_KEY
    content: Any = None if body is None else json.dumps(body)
    sent = {"Content-Type": "application/json", "Idempotency-Key": key(), **headers}
    if method in ("PATCH", "PUT") or template.endswith(("/imports", ":calculate")):
        sent["If-Match"] = '"v1"'
    if template.endswith("/imports"):
        content, sent["Content-Type"] = desk_things.CSV, "text/csv"
    path, query = template.format(**owned), QUERIES.get(route)
    with venue.client() as client:
        return client.request(method, path, content=content, headers=sent, params=query)


def state(venue: Sandbox) -> list[Any]:
    """All that is seen by the exchange and by the owner."""
    seen: list[Any] = []
    with venue.client("operator") as client:
        paths = (
            "orders",
            "balances",
            "transfers",
            "freezes",
            "participants",
            "instruments",
            "lots",
            "approvals",
            "control-totals",
            "allocation-plans",
            "locks",
            "permits",
            "permit-tasks",
            "water/shares",
            "reserves",
            "reserve-offers",
            "reserve-movements",
            "water/overuse",
            "water/savings",
            "cross-region-approvals",
            "projects",
            "indicators",
            "compliance-periods",
            "obligations",
            "emission-reports",
            "cancellations",
        )
        seen += [client.get(f"/v1/{path}", params={"limit": 1000}).json() for path in paths]
        mine = f"/v1/participants/{venue.participant(OWNER)}/operators"
        seen.append(client.get(mine).json())
    with venue.client(OWNER) as client:
        seen.append(client.get("/v1/keys").json())
    return seen


def test_every_route_is_in_the_table(document: dict[str, Any]) -> None:
    routes = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert routes == TABLE.keys()


def test_those_without_a_right_change_nothing(venue: Sandbox, owned: dict[str, str]) -> None:
    before = state(venue)
    wrong = []
    for route in GUARDED:
        for name in EVERYBODY - TABLE[route]:
            answer = ask(venue, owned, route, venue.bearer(name))
            code = answer.json().get("code")
            if answer.status_code not in (403, 404) and code != "transfer_not_pending":
                wrong.append((route, name, answer.status_code, code))
    assert not wrong
    assert state(venue) == before


def forged(venue: Sandbox) -> dict[str, str]:
    """Tokens that are no longer, or never were, valid."""
    token = venue.token(OWNER)
    head, claims, signature = token.split(".")
    signing = OKPKey.import_key((venue.state_folder / "token-key.pem").read_bytes())
    told = jwt.decode(token, signing, algorithms=["Ed25519"]).claims
    header = {"alg": "Ed25519"}
    strange = OKPKey.generate_key("Ed25519")
    others = jwt.decode(venue.token("operator"), signing, algorithms=["Ed25519"]).claims
    none = "eyJhbGciOiJub25lIn0"

    def signed(by: OKPKey, **changes: Any) -> str:
        return jwt.encode(header, {**told, **changes}, by, algorithms=["Ed25519"])

    return {
        "no token": "",
        "nonsense": "Bearer x",
        "another scheme": f"Basic {token}",
        "expired": f"Bearer {signed(signing, iat=1, exp=told['iat'] - 1)}",
        "for another audience": f"Bearer {signed(signing, aud='elsewhere')}",
        "of another issuer": f"Bearer {signed(signing, iss='elsewhere')}",
        "signed by another": f"Bearer {signed(strange)}",
        "unsigned": f"Bearer {none}.{claims}.",
        "half": f"Bearer {head}.{claims}",
        "the signature of another": f"Bearer {head}.{claims}.{signature[::-1]}",
        "another's key": f"Bearer {signed(signing, key=others['key'])}",
        "of an unknown key": f"Bearer {signed(signing, key='k_' + '0' * 24)}",
        "very long": "Bearer " + "a" * 8000,
    }


def test_without_a_valid_token_nothing_is_told(venue: Sandbox, owned: dict[str, str]) -> None:
    before = state(venue)
    with venue.client() as client:
        stood = sequences(client)
    wrong = []
    for why, header in forged(venue).items():
        for route in GUARDED if why in ("no token", "expired", "unsigned") else GUARDED[::7]:
            answer = ask(venue, owned, route, {"Authorization": header} if header else {})
            challenge = answer.headers.get("www-authenticate", "")
            if answer.status_code != 401 or not challenge.startswith("Bearer"):
                wrong.append((route, why, answer.status_code))
    assert not wrong
    assert state(venue) == before
    with venue.client() as client:
        assert sequences(client) == stood


def test_a_narrowed_token_does_no_more_than_its_scopes(
    venue: Sandbox, owned: dict[str, str]
) -> None:
    before = state(venue)
    wrong = []
    for route in GUARDED:
        reads = route.startswith("GET") or route in READING
        if reads or OWNER not in TABLE[route] or "sandbox" in route:
            continue
        answer = ask(venue, owned, route, venue.bearer(OWNER, scope="view"))
        if answer.status_code != 403:
            wrong.append((route, answer.status_code, answer.json().get("code")))
    assert not wrong
    assert state(venue) == before


LISTS = ("orders", "trades", "balances", "accounts", "lots")


@pytest.mark.parametrize("path", LISTS)
def test_lists_show_ones_own(venue: Sandbox, owned: dict[str, str], path: str) -> None:
    mine = venue.participant(OTHER)
    with venue.client(OTHER) as client:
        own = client.get(f"/v1/{path}").json()["items"]
        assert all(item.get("participant_id", mine) == mine for item in own)
        for asked in (venue.participant(OWNER), "p1", "p999"):
            answer = client.get(f"/v1/{path}", params={"participant_id": asked})
            assert answer.status_code == 404, asked
    with venue.client("auditor") as client:
        query = {"participant_id": venue.participant(OWNER)}
        assert client.get(f"/v1/{path}", params=query).json()["items"]


def test_filters_do_not_widen_what_is_seen(venue: Sandbox, owned: dict[str, str]) -> None:
    with venue.client(FUND) as client:
        for query in (
            f"trades?order_id={owned['order_id']}",
            f"transfers?account_id={owned['account_id']}",
            f"transfers?chain_id={owned['chain_id']}",
            "freezes?ledger=carbon",
        ):
            assert client.get(f"/v1/{query}").json()["items"] == [], query
        (seen,) = client.get("/v1/participants").json()["items"]
        assert seen["participant_id"] == venue.participant(FUND)


def test_the_host_header_opens_nothing(venue: Sandbox, owned: dict[str, str]) -> None:
    headers = venue.bearer(OTHER) | {"Host": "127.0.0.1/v1/time?", "X-Forwarded-Host": "x"}
    answer = ask(venue, owned, "GET /v1/orders/{order_id}", headers)
    assert answer.status_code in (400, 404)
    answer = httpx2.get(f"{venue.address}/v1/time/", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.headers.get("location")) == (404, None)


@pytest.mark.parametrize("route", TABLE)
def test_those_with_a_right_are_served(venue: Sandbox, owned: dict[str, str], route: str) -> None:
    if TABLE[route] is PUBLIC:
        answer = ask(venue, owned, route, {})
        assert answer.status_code == (
            400 if "oauth" in route else 404 if "/problems/" in route else 200
        )
        return
    for name in sorted(TABLE[route]):
        answer = ask(venue, owned, route, venue.bearer(name))
        served = answer.is_success or answer.status_code in (409, 412, 422)
        # the one before released or decided it; no plan is issued here
        missing = ("freeze_unknown", "approval_unknown", "series_unknown")
        served |= answer.json().get("code") in missing
        assert served, (name, answer.text)
