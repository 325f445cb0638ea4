"""Access to the running server: keys, tokens, scopes, operators, versions, languages."""

import json
import re
import time
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from tests.api.test_bad_input import check
from tests.api.things import key, order, post
from tests.support.server import Sandbox

MEMBER = "wuhai-chemicals"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SIGNED = ["Ed25519", "EdDSA", "HS256"]


@dataclass(frozen=True)
class Robot:
    """An operator with a key pair of its own."""

    sandbox: Sandbox
    operator_id: str
    key_id: str
    private: OKPKey

    def assertion(self, by: Any = None, alg: str = "Ed25519", **changes: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self.key_id,
            "sub": self.key_id,
            "aud": f"{self.sandbox.address}/oauth/token",
            "jti": key(),
            "iat": now,
            "exp": now + 60,
        }
        claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode({"alg": alg}, claims, by or self.private, algorithms=SIGNED)

    def ask(self, assertion: str, **fields: str) -> httpx2.Response:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": assertion,
        }
        with self.sandbox.client() as client:
            return client.post("/oauth/token", data=form | fields)

    def bearer(self, **fields: str) -> dict[str, str]:
        answer = self.ask(self.assertion(), **fields)
        return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


def enrol(sandbox: Sandbox, scopes: list[str], ledgers: list[str] | None = None) -> Robot:
    path = f"/v1/participants/{sandbox.participant(MEMBER)}/operators"
    body = {"name": "机器人", "scopes": scopes, "ledgers": ledgers or []}
    operator_id = post(sandbox, MEMBER, path, body)["operator_id"]
    private = OKPKey.generate_key("Ed25519")
    body = {"operator_id": operator_id, "public_key": private.as_dict(private=False)}
    made = post(sandbox, MEMBER, "/v1/keys", body)
    assert made["client_secret"] is None
    return Robot(sandbox, operator_id, made["key_id"], private)


@pytest.fixture(scope="module")
def robot(sandbox: Sandbox) -> Robot:
    return enrol(sandbox, ["view", "trade"])


def show(sandbox: Sandbox, headers: dict[str, str], path: str = "/v1/orders") -> int:
    with sandbox.client() as client:
        return client.get(path, headers=headers).status_code


def test_a_key_pair_gets_a_token(sandbox: Sandbox, robot: Robot) -> None:
    answer = robot.ask(robot.assertion())
    told = answer.json()
    assert (told["token_type"], told["scope"]) == ("Bearer", "trade view")
    assert 0 < told["expires_in"] <= 3600
    assert answer.headers["cache-control"] == "no-store"
    assert show(sandbox, robot.bearer()) == 200


def test_assertions_that_are_refused(robot: Robot, codes: dict[str, int]) -> None:
    now = int(time.time())
    stranger = OKPKey.generate_key("Ed25519")
    public = OctKey.import_key(robot.private.as_dict(private=False)["x"])
    used = robot.assertion()
    assert robot.ask(used).status_code == 200
    head, claims, signature = robot.assertion().split(".")
    refused = {
        "replayed": used,
        "expired": robot.assertion(exp=now - 1),
        "too long a life": robot.assertion(exp=now + 86_400),
        "without an end": robot.assertion(exp=None),
        "an endless end": robot.assertion(exp=1e300),
        "without an id": robot.assertion(jti=None),
        "an empty id": robot.assertion(jti=""),
        "an id with a null": robot.assertion(jti="a\x00"),
        "for another audience": robot.assertion(aud="https://elsewhere.example"),
        "for nobody": robot.assertion(aud=None),
        "of another subject": robot.assertion(sub="k_0"),
        "of an unknown issuer": robot.assertion(iss="k_" + "0" * 24),
        "of an odd issuer": robot.assertion(iss="k\x00"),
        "signed by a stranger": robot.assertion(by=stranger),
        "signed with the public key": robot.assertion(by=public, alg="HS256"),
        "unsigned": f"eyJhbGciOiJub25lIn0.{claims}.",
        "unsigned but signed": f"eyJhbGciOiJub25lIn0.{claims}.{signature}",
        "cut": f"{head}.{claims}",
        "empty": "",
        "nonsense": "a.b.c",
        "long": "a" * 50_000,
    }
    for why, assertion in refused.items():
        answer = robot.ask(assertion)
        check(answer, codes, why)
        told = answer.json()
        assert (answer.status_code, told["code"]) == (401, "invalid_client"), why
        assert told["error"] == "invalid_client", why


def test_forms_that_are_refused(sandbox: Sandbox, robot: Robot, codes: dict[str, int]) -> None:
    url = f"{sandbox.address}/oauth/token"
    known = sandbox.credentials[MEMBER]["client_id"]
    form = {"grant_type": "client_credentials", "client_id": known}
    for fields, code in (
        ({}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": "\x00"}, "invalid_client"),
        ({"client_id": "k_\x00", "client_secret": "x"}, "invalid_client"),
        ({"client_id": "' or 1=1 --", "client_secret": "x"}, "invalid_client"),
        ({"client_id": robot.key_id, "client_secret": ""}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
    ):
        answer = httpx2.post(url, data=form | fields, timeout=60)
        check(answer, codes, str(fields))
        assert answer.json()["code"] == code, fields
    answer = robot.ask(robot.assertion(), client_id="k_" + "0" * 24)
    assert answer.json()["code"] == "invalid_client"
    answer = robot.ask(robot.assertion(), scope="view admin")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    twice = "grant_type=client_credentials&grant_type=client_credentials"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    for content in (twice, "", "%FF", "a=b;c", "grant_type"):
        check(httpx2.post(url, content=content, headers=headers), codes, content)
    check(httpx2.post(url, json=form), codes)


def test_scopes_narrow(sandbox: Sandbox, robot: Robot) -> None:
    url = f"{sandbox.address}/v1/orders"
    body = order(key(), quantity="1")
    narrow, wide = robot.bearer(scope="view"), robot.bearer()
    assert httpx2.post(url, json=body, headers=narrow, timeout=60).status_code == 403
    assert httpx2.post(url, json=body, headers=wide, timeout=60).status_code == 201
    own = f"/v1/participants/{sandbox.participant(MEMBER)}/operators"
    assert show(sandbox, wide, own) == 403


def test_an_operator_is_held_to_its_ledgers(sandbox: Sandbox) -> None:
    bound = enrol(sandbox, ["view", "trade", "admin"], ["water"])
    headers = bound.bearer()
    for path in ("orders", "trades", "balances", "lots", "transfers", "freezes"):
        assert show(sandbox, headers, f"/v1/{path}?ledger=carbon") == 403, path
        assert show(sandbox, headers, f"/v1/{path}?ledger=water") == 200, path
    with sandbox.client(MEMBER) as client:
        found = client.get("/v1/accounts", params={"ledger": "carbon"}).json()["items"]
    assert show(sandbox, headers, f"/v1/accounts/{found[0]['account_id']}") == 403
    assert show(sandbox, headers, "/v1/orders/carbon.o1") == 403
    url = f"{sandbox.address}/v1/orders"
    assert httpx2.post(url, json=order(key()), headers=headers, timeout=60).status_code == 403
    unbound = enrol(sandbox, ["view"])
    body = {"operator_id": unbound.operator_id, "secret": True}
    answer = httpx2.post(
        f"{sandbox.address}/v1/keys", json=body, headers=headers | {"Idempotency-Key": key()}
    )
    assert answer.status_code == 403


def test_a_revoked_key_ends_its_tokens(sandbox: Sandbox) -> None:
    robot = enrol(sandbox, ["view"])
    headers = robot.bearer()
    assert show(sandbox, headers) == 200
    view = post(sandbox, MEMBER, f"/v1/keys/{robot.key_id}:revoke")
    assert view["status"] == "revoked"
    assert show(sandbox, headers) == 401
    assert robot.ask(robot.assertion()).status_code == 401


def test_a_disabled_operator_is_out_at_once(sandbox: Sandbox, codes: dict[str, int]) -> None:
    robot = enrol(sandbox, ["view"])
    headers = robot.bearer()
    path = f"/v1/participants/{sandbox.participant(MEMBER)}/operators/{robot.operator_id}"
    with sandbox.client(MEMBER) as client:
        tag = client.get(path).headers["etag"]
        missing = client.patch(path, json={"status": "disabled"})
        stale = client.patch(path, json={"status": "disabled"}, headers={"If-Match": '"v99"'})
        assert show(sandbox, headers) == 200
        done = client.patch(path, json={"status": "disabled"}, headers={"If-Match": tag})
        again = client.patch(path, json={"status": "active"}, headers={"If-Match": tag})
    for answer, status in ((missing, 428), (stale, 412), (again, 412)):
        check(answer, codes)
        assert answer.status_code == status
    assert done.headers["etag"] != tag
    assert show(sandbox, headers) == 401
    assert robot.ask(robot.assertion()).status_code == 401


def test_a_participant_changes_by_its_version(sandbox: Sandbox, codes: dict[str, int]) -> None:
    path = f"/v1/participants/{sandbox.participant(MEMBER)}"
    with sandbox.client("operator") as client:
        tag = client.get(path).headers["etag"]
        missing = client.patch(path, json={"name_en": "Wuhai"})
        done = client.patch(path, json={"name_en": "Wuhai"}, headers={"If-Match": tag})
        stale = client.patch(path, json={"name_en": "Wuda"}, headers={"If-Match": tag})
        odd = client.patch(path, json={"name_en": "Wuda"}, headers={"If-Match": "*"})
        assert client.get(path).json()["name_en"] == "Wuhai"
        for body in ({"role": "regulator"}, {"participant_id": "p1"}, {"version": 1}):
            headers = {"If-Match": done.headers["etag"]}
            check(client.patch(path, json=body, headers=headers), codes)
    assert done.status_code == 200
    assert [missing.status_code, stale.status_code, odd.status_code] == [428, 412, 412]


def test_staff_with_a_narrowed_token_register_nobody(sandbox: Sandbox) -> None:
    headers = sandbox.bearer("operator", key(), scope="view")
    body = {"name_zh": "丁", "role": "enterprise", "region": "150200"}
    url = f"{sandbox.address}/v1/participants"
    assert httpx2.post(url, json=body, headers=headers, timeout=60).status_code == 403
    path = f"{url}/{sandbox.participant(MEMBER)}/operators"
    body = {"name": "丁", "scopes": ["trade"]}
    assert httpx2.post(path, json=body, headers=headers, timeout=60).status_code == 403


@pytest.mark.parametrize("bad", [{"kty": "OKP"}, {"d": "x"}, {"x": "\ud800"}, {"kty": "RSA"}, {}])
def test_a_public_key_that_is_none(
    sandbox: Sandbox, robot: Robot, codes: dict[str, int], bad: dict[str, str]
) -> None:
    whole = robot.private.as_dict(private=False)
    jwk = whole | bad if {"d", "x"} & bad.keys() else bad
    body = {"operator_id": robot.operator_id, "public_key": jwk}
    with sandbox.client(MEMBER) as client:
        headers = {"Idempotency-Key": key(), "Content-Type": "application/json"}
        check(client.post("/v1/keys", content=json.dumps(body), headers=headers), codes)


def test_problems_come_in_the_language_asked_for(
    anonymous: httpx2.Client, codes: dict[str, int]
) -> None:
    for code, status in codes.items():
        entry = anonymous.get(f"/v1/problems/{code}").json()
        assert entry["status"] == status
        assert re.search("[一-龥]", entry["title_zh"])
        assert entry["title_en"].isascii()
    for language, chinese in (("zh-CN,zh;q=0.9,en;q=0.8", True), ("en", False), ("", False)):
        answer = anonymous.get("/v1/nothing", headers={"Accept-Language": language})
        check(answer, codes)
        assert bool(re.search("[一-龥]", answer.json()["title"])) is chinese


def test_the_document_is_openapi_with_examples(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        if name.endswith("Request") and schema.get("properties"):
            told = [schema, *schema["properties"].values()]
            assert "example" in str(told) or "enum" in str(told), name
    for path, methods in document["paths"].items():
        for operation in methods.values():
            problems = operation["responses"]["422"]["content"]
            assert list(problems) == ["application/problem+json"], path
