"""Access tokens: who signs, how long they live, what ends them."""

import base64
import json
import time
from collections.abc import AsyncIterator

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey
from sqlalchemy import update

from exchange.api import tokens
from exchange.api.tokens import Principal
from exchange.core.types import Role, Scope
from exchange.storage.tables_back_office import keys, operators
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


def claims_of(principal: Principal, **given: object) -> dict[str, object]:
    now = int(time.time())
    claims: dict[str, object] = {
        "iss": "steppe",
        "aud": "steppe",
        "sub": str(principal.operator_id),
        "key": principal.key_id,
        "iat": now,
        "exp": now + 60,
        "scope": "view trade",
    }
    return {name: value for name, value in {**claims, **given}.items() if value is not None}


def signed(key: OKPKey, claims: dict[str, object]) -> str:
    return jwt.encode({"alg": "Ed25519"}, claims, key, algorithms=["Ed25519"])


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def status(venue: Venue, token: str, scheme: str = "Bearer") -> int:
    answer = await venue.client.get(
        "/v1/participants", headers={"Authorization": f"{scheme} {token}"}
    )
    if answer.status_code == 401:
        assert answer.json()["code"] == "unauthenticated"
        assert answer.headers["www-authenticate"].startswith("Bearer")
    return answer.status_code


async def test_a_token_of_ours_is_taken_again_and_again(venue: Venue) -> None:
    token = venue.edge.tokens.issue(await venue.enrol())
    assert [await status(venue, token) for _ in range(3)] == [200, 200, 200]
    assert await status(venue, token, "bearer") == 200


async def test_without_a_token_nobody_is_known(venue: Venue) -> None:
    answer = await venue.client.get("/v1/participants")
    assert answer.status_code == 401
    for scheme, token in (("Basic", "eDp5"), ("Bearer", ""), ("", "x"), ("Bearer", "a.b.c")):
        assert await status(venue, token, scheme) == 401


async def test_a_token_that_is_not_sound_is_refused(venue: Venue) -> None:
    principal = await venue.enrol()
    key, now = venue.signing_key, int(time.time())
    assert await status(venue, signed(key, claims_of(principal))) == 200
    for fault in (
        {"exp": now - 1},
        {"exp": None},
        {"nbf": now + 60},
        {"iss": "other"},
        {"aud": "other"},
        {"aud": None},
        {"sub": "999"},
        {"key": "k_none"},
        {"key": None},
        {"scope": None},
        {"scope": "everything"},
    ):
        assert await status(venue, signed(key, claims_of(principal, **fault))) == 401, fault


async def test_a_token_signed_by_another_key_or_not_at_all_is_refused(venue: Venue) -> None:
    principal = await venue.enrol()
    claims = claims_of(principal)
    assert await status(venue, signed(OKPKey.generate_key("Ed25519"), claims)) == 401
    for algorithm in ("none", "None", ""):
        assert await status(venue, f"{part({'alg': algorithm})}.{part(claims)}.") == 401
    public = json.dumps(venue.signing_key.as_dict(private=False)).encode()
    symmetric = OctKey.import_key(public)
    assert await status(venue, jwt.encode({"alg": "HS256"}, claims, symmetric)) == 401


async def test_a_tampered_token_is_refused(venue: Venue) -> None:
    principal = await venue.enrol(scopes=(Scope.VIEW,))
    head, _, signature = venue.edge.tokens.issue(principal).split(".")
    body = part(claims_of(principal, scope="view trade admin"))
    assert await status(venue, f"{head}.{body}.{signature}") == 401
    assert await status(venue, f"{head}.{body}.{signature[:-4]}AAAA") == 401


async def test_absurd_tokens_are_refused_and_nothing_breaks(venue: Venue) -> None:
    deep = base64.urlsafe_b64encode(b"[" * 3000).decode()
    for token in (f"{deep}.{deep}.x", "x" * 100_000, "é.é.é", "...", f"{part(7)}.{part(7)}.x"):
        answer = await venue.client.get(
            "/v1/participants", headers={"Authorization": f"Bearer {token}".encode()}
        )
        assert answer.status_code == 401


async def test_scopes_never_exceed_the_operators(venue: Venue) -> None:
    principal = await venue.enrol(scopes=(Scope.VIEW,))
    token = signed(venue.signing_key, claims_of(principal, scope="view trade admin"))
    known = await venue.edge.tokens.verify(token.encode())
    assert known.scopes == {Scope.VIEW}


async def test_a_token_ends_with_its_time_though_it_is_known(
    venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = venue.edge.tokens.issue(await venue.enrol())
    assert await status(venue, token) == 200
    later = time.time() + venue.edge.tokens.lifetime_s + 1
    monkeypatch.setattr(tokens.time, "time", lambda: later)
    assert await status(venue, token) == 401


async def test_a_key_revoked_here_ends_its_tokens_at_once(venue: Venue) -> None:
    staff = await venue.enrol(Role.EXCHANGE_OPERATOR)
    principal = await venue.enrol()
    token = venue.edge.tokens.issue(principal)
    assert await status(venue, token) == 200
    path = f"/v1/keys/{principal.key_id}:revoke"
    answer = await venue.client.post(path, headers=venue.bearer(staff, "revoke-1"))
    assert (answer.status_code, answer.json()["status"]) == (200, "revoked")
    assert await status(venue, token) == 401


@pytest.mark.parametrize("table", ["keys", "operators"])
async def test_what_ends_elsewhere_ends_here_within_seconds(
    venue: Venue, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = venue.edge.tokens.issue(await venue.enrol())
    assert await status(venue, token) == 200
    ended = (
        update(keys).values(status="revoked")
        if table == "keys"
        else update(operators).values(status="disabled")
    )
    async with venue.edge.engine.begin() as connection:
        await connection.execute(ended)
    assert await status(venue, token) == 200
    now = time.time()
    monkeypatch.setattr(tokens.time, "time", lambda: now + tokens.RECHECK_S + 1)
    assert await status(venue, token) == 401


async def test_a_database_that_is_away_is_said_so(venue: Venue) -> None:
    token = venue.edge.tokens.issue(await venue.enrol())
    held = [await venue.edge.engine.connect() for _ in range(4 + 10)]
    venue.edge.engine.sync_engine.pool._timeout = 0.05
    answer = await venue.client.get(
        "/v1/participants", headers={"Authorization": f"Bearer {token}"}
    )
    for connection in held:
        await connection.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
    assert answer.headers["retry-after"]
    assert answer.json()["retryable"] is True
