"""Objections over HTTP: one's own entity, texts by hash, seen by the party and by staff."""

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api.test_bad_input import check
from tests.api.things import OTHER, OWNER, key
from tests.support.server import Sandbox

TEXT = "产量有误"


@pytest.fixture
def regulator(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    with sandbox.client("regulator") as client:
        yield client


def file(sandbox: Sandbox, things: dict[str, str], name: str, entity: str) -> httpx2.Response:
    path = f"/v1/allocation-plans/{things['plan_id']}/objections"
    with sandbox.client(name) as client:
        body = {"entity": entity, "text": "另一异议"}
        return client.post(path, json=body, headers={"Idempotency-Key": key()})


def test_the_party_and_staff_read_the_text_and_its_hash(
    sandbox: Sandbox, things: dict[str, str], regulator: httpx2.Client
) -> None:
    path = f"/v1/objections/{things['objection_id']}"
    with sandbox.client(OWNER) as client:
        own = client.get(path).json()
        (listed,) = client.get("/v1/objections").json()["items"]
    assert own == listed == regulator.get(path).json()
    assert (own["text"], own["status"], own["decision"]) == (TEXT, "filed", None)
    assert own["text_hash"] == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (own["plan_id"], own["entity"], own["version"]) == (things["plan_id"], "unit-1", 2)


def test_nobody_else_learns_of_it(
    sandbox: Sandbox, things: dict[str, str], codes: dict[str, int]
) -> None:
    with sandbox.client(OTHER) as client:
        assert client.get("/v1/objections").json()["items"] == []
        answer = client.get(f"/v1/objections/{things['objection_id']}")
    check(answer, codes)
    assert answer.json()["code"] == "objection_unknown"


@pytest.mark.parametrize(
    ("name", "entity", "code"),
    [
        (OTHER, "unit-1", "entity_unknown"),
        (OWNER, "unit-9", "entity_unknown"),
        (OWNER, "unit-1", "objection_exists"),
        ("regulator", "unit-1", "forbidden"),
    ],
)
def test_only_a_party_objects_and_once_at_a_time(
    sandbox: Sandbox,
    things: dict[str, str],
    codes: dict[str, int],
    name: str,
    entity: str,
    code: str,
) -> None:
    answer = file(sandbox, things, name, entity)
    check(answer, codes)
    assert answer.json()["code"] == code


def test_the_list_is_of_a_plan_and_of_those_that_wait(
    things: dict[str, str], regulator: httpx2.Client
) -> None:
    def found(**query: Any) -> list[str]:
        items = regulator.get("/v1/objections", params=query).json()["items"]
        return [item["objection_id"] for item in items]

    assert found(plan_id=things["plan_id"]) == [things["objection_id"]]
    assert found(undecided="true", plan_id=things["plan_id"]) == [things["objection_id"]]
    assert found(undecided="false", plan_id=things["plan_id"]) == found(plan_id="n999") == []
