"""The token endpoint: secrets in the sandbox, signed assertions everywhere."""

import asyncio
import base64
import json
import time
import warnings
from collections.abc import AsyncIterator

import pytest
from httpx2 import Response
from joserfc import jwt
from joserfc.jwk import OKPKey

from exchange.api.tokens import Principal
from exchange.core.types import Role, Scope
from exchange.identity import oauth
from tests.support.edge import Venue, open_venue
from tests.support.postgres import database, postgres  # noqa: F401 - fixtures

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def venue(database: str) -> AsyncIterator[Venue]:  # noqa: F811
    async with open_venue(database) as venue:
        yield venue


async def make_key(venue: Venue, owner: Principal, **body: object) -> dict[str, str]:
    admin = await venue.enrol(Role.EXCHANGE_OPERATOR)
    answer = await venue.client.post(
        "/v1/keys",
        json={"operator_id": f"u{owner.operator_id}", **body},
        headers=venue.bearer(admin, "make-key"),
    )
    assert answer.status_code == 201, answer.text
    return answer.json()


async def ask(venue: Venue, headers: dict[str, str] | None = None, **form: str) -> Response:
    form = {"grant_type": "client_credentials", **form}
    return await venue.client.post("/oauth/token", data=form, headers=headers)


def assertion(key: OKPKey, client_id: str, algorithm: str = "Ed25519", **given: object) -> str:
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": "steppe", "jti": "one", "exp": now + 60}
    claims = {name: value for name, value in {**claims, **given}.items() if value is not None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return jwt.encode({"alg": algorithm}, claims, key, algorithms=[algorithm])


def by_assertion(text: str) -> dict[str, str]:
    return {"client_assertion_type": oauth.ASSERTION, "client_assertion": text}


async def test_a_secret_gets_a_token_that_works(venue: Venue) -> None:
    owner = await venue.enrol(scopes=(Scope.VIEW, Scope.TRADE))
    made = await make_key(venue, owner, secret=True)
    given = {"client_id": made["key_id"], "client_secret": made["client_secret"]}
    answer = await ask(venue, **given)
    assert answer.status_code == 200
    token = answer.json()
    assert (token["token_type"], token["scope"]) == ("Bearer", "trade view")
    assert token["expires_in"] == venue.edge.settings.token_lifetime_s
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    assert (await venue.client.get("/v1/participants", headers=headers)).status_code == 200
    basic = base64.b64encode(f"{made['key_id']}:{made['client_secret']}".encode()).decode()
    assert (await ask(venue, {"Authorization": f"Basic {basic}"})).status_code == 200


async def test_a_narrower_scope_may_be_asked_for_and_no_wider_one(venue: Venue) -> None:
    owner = await venue.enrol(scopes=(Scope.VIEW, Scope.TRADE))
    made = await make_key(venue, owner, secret=True)
    given = {"client_id": made["key_id"], "client_secret": made["client_secret"]}
    assert (await ask(venue, **given, scope="view")).json()["scope"] == "view"
    for scope in ("view admin", "root", "\u0000"):
        answer = await ask(venue, **given, scope=scope)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


async def test_unknown_clients_and_wrong_secrets_get_the_same_answer(venue: Venue) -> None:
    made = await make_key(venue, await venue.enrol(), secret=True)
    answers = [
        await ask(venue, client_id=made["key_id"], client_secret="wrong"),
        await ask(venue, client_id="k_unknown", client_secret="wrong"),
        await ask(venue, client_id="k_\u0000", client_secret=made["client_secret"]),
        await ask(venue, client_id="", client_secret=""),
        await ask(venue),
    ]
    texts = {json.dumps({**answer.json(), "request_id": ""}, sort_keys=True) for answer in answers}
    assert {answer.status_code for answer in answers} == {401}
    assert len(texts) == 1
    problem = answers[0].json()
    assert (problem["error"], problem["code"]) == ("invalid_client", "invalid_client")
    assert problem["error_description"]


async def test_an_unknown_client_takes_as_long_as_a_wrong_secret(venue: Venue) -> None:
    made = await make_key(venue, await venue.enrol(), secret=True)

    async def seconds(client_id: str) -> float:
        took = []
        for _ in range(5):
            started = time.perf_counter()
            await ask(venue, client_id=client_id, client_secret="wrong")
            took.append(time.perf_counter() - started)
        return min(took)

    known, unknown = await seconds(made["key_id"]), await seconds("k_unknown")
    assert known / 3 < unknown < known * 3


async def test_secrets_are_the_sandboxs_alone(venue: Venue, database: str) -> None:  # noqa: F811
    made = await make_key(venue, await venue.enrol(), secret=True)
    given = {"client_id": made["key_id"], "client_secret": made["client_secret"]}
    async with open_venue(database, "production") as production:
        assert (await ask(production, **given)).status_code == 401
        admin = await venue.enrol(Role.EXCHANGE_OPERATOR)
        answer = await production.client.post(
            "/v1/keys",
            json={"operator_id": f"u{admin.operator_id}", "secret": True},
            headers=production.bearer(admin, "key"),
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "not_sandbox")


@pytest.mark.parametrize("algorithm", ["Ed25519", "EdDSA"])
async def test_a_signed_assertion_gets_one_token(venue: Venue, algorithm: str) -> None:
    key = OKPKey.generate_key("Ed25519")
    made = await make_key(venue, await venue.enrol(), public_key=key.as_dict(private=False))
    client_id = made["key_id"]
    text = assertion(key, client_id, algorithm)
    assert (await ask(venue, **by_assertion(text), client_id=client_id)).status_code == 200
    again = await ask(venue, **by_assertion(text))
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    other = assertion(key, client_id, jti="two")
    assert (await ask(venue, **by_assertion(other), client_id="k_other")).status_code == 401
    assert (await ask(venue, **by_assertion(other))).status_code == 401


async def test_one_assertion_sent_many_times_at_once_gets_one_token(venue: Venue) -> None:
    key = OKPKey.generate_key("Ed25519")
    made = await make_key(venue, await venue.enrol(), public_key=key.as_dict(private=False))
    form = by_assertion(assertion(key, made["key_id"]))
    answers = await asyncio.gather(*(ask(venue, **form) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7


async def test_an_assertion_that_is_not_sound_is_refused(venue: Venue) -> None:
    key = OKPKey.generate_key("Ed25519")
    made = await make_key(venue, await venue.enrol(), public_key=key.as_dict(private=False))
    client_id, now = made["key_id"], int(time.time())
    faults: list[dict[str, object]] = [
        {"exp": now - 1},
        {"exp": now + 3600},
        {"exp": None},
        {"exp": float("inf")},
        {"exp": "soon"},
        {"aud": "other"},
        {"aud": None},
        {"aud": 7},
        {"sub": "k_other"},
        {"iss": "k_other"},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 129},
        {"jti": "a\u0000b"},
    ]
    for number, fault in enumerate(faults):
        given = {"jti": f"fault-{number}", **fault}
        answer = await ask(venue, **by_assertion(assertion(key, client_id, **given)))
        assert answer.status_code == 401, fault
    stranger = assertion(OKPKey.generate_key("Ed25519"), client_id)
    deep = base64.urlsafe_b64encode(b'{"iss":' * 3000).decode()
    empty = base64.urlsafe_b64encode(b"{}").decode()
    for text in (stranger, "", "a", "a.b.c", f"{empty}.{empty}.", f"{empty}.{deep}.x"):
        assert (await ask(venue, **by_assertion(text))).status_code == 401, text[:40]


async def test_a_form_that_cannot_be_read_is_refused(venue: Venue) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    for content, headers in (
        (b"grant_type=client_credentials&grant_type=x", form),
        (b"grant_type", form),
        (b"grant_type=password", form),
        (b"\xff=1", form),
        (b"&".join(b"a%d=1" % number for number in range(50)), form),
        (b'{"grant_type":"client_credentials"}', {"content-type": "application/json"}),
        (b"grant_type=client_credentials", {**form, "authorization": "Basic é".encode()}),
    ):
        answer = await venue.client.post("/oauth/token", content=content, headers=headers)
        assert answer.status_code == 400, content
        assert answer.json()["error"] in {"invalid_request", "unsupported_grant_type"}
        assert answer.json()["code"]


async def test_a_client_that_asks_too_often_waits(venue: Venue) -> None:
    tries = venue.app.state.tries
    for _ in range(oauth.TRIES_PER_MINUTE):
        tries.count("k_busy")
    answer = await ask(venue, client_id="k_busy", client_secret="x")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert (await ask(venue, client_id="k_other", client_secret="x")).status_code == 401


async def test_a_private_or_foreign_key_is_not_registered(venue: Venue) -> None:
    owner = await venue.enrol(Role.EXCHANGE_OPERATOR)
    private = OKPKey.generate_key("Ed25519").as_dict(private=True)
    other = OKPKey.generate_key("X25519").as_dict(private=False)
    for number, key in enumerate((private, other, {}, {"kty": "RSA"}, {"kty": 7, "crv": []})):
        answer = await venue.client.post(
            "/v1/keys",
            json={"operator_id": f"u{owner.operator_id}", "public_key": key},
            headers=venue.bearer(owner, f"key-{number}"),
        )
        assert answer.status_code == 422, key
        assert answer.json()["errors"][0]["pointer"] == "/public_key"
        assert str(private["d"]) not in answer.text
