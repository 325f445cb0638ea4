"""Permits and locks over HTTP: seen by their holder and by staff; lots show their locks."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.api.test_bad_input import check
from tests.api.things import OTHER, OWNER, key
from tests.support.server import Sandbox


@pytest.fixture
def owner(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    with sandbox.client(OWNER) as client:
        yield client


@pytest.fixture
def regulator(sandbox: Sandbox) -> Iterator[httpx2.Client]:
    with sandbox.client("regulator") as client:
        yield client


def items(client: httpx2.Client, path: str, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(path, params=query).raise_for_status().json()["items"]
    return found


def test_the_holder_and_staff_read_the_permit(
    things: dict[str, str], owner: httpx2.Client, regulator: httpx2.Client
) -> None:
    path = f"/v1/permits/{things['permit_id']}"
    own = owner.get(path).json()
    assert [own] == items(owner, "/v1/permits") == [regulator.get(path).json()]
    assert (own["number"], own["version"], own["status"]) == ("91150200-1", 1, "valid")
    assert (own["valid_from"], own["valid_to"]) == ("2026-01-01", "2030-12-31")
    assert own["quantities"] == [{"kind": "CEA", "quantity": "100.5000"}]
    assert own["substitution"] == [{"kind": "CEA", "quantity": "100.5000", "source": "关停"}]


def test_nobody_else_learns_of_permits_and_locks(
    sandbox: Sandbox, things: dict[str, str], codes: dict[str, int]
) -> None:
    with sandbox.client(OTHER) as client:
        for path in ("/v1/permits", "/v1/locks", "/v1/permit-tasks"):
            assert items(client, path, ledger="carbon") == []
        answer = client.get(f"/v1/permits/{things['permit_id']}")
        check(answer, codes)
        assert answer.json()["code"] == "permit_unknown"
        body = {"quantities": [{"kind": "CEA", "quantity": "1"}]}
        path = f"/v1/permits/{things['permit_id']}:request-renewal"
        answer = client.post(path, json=body, headers={"Idempotency-Key": key()})
        check(answer, codes)
        assert answer.json()["code"] == "permit_unknown"
        answer = client.get(
            "/v1/usable-rights", params={"participant_id": things["participant_id"]}
        )
        check(answer, codes)


def test_a_lot_shows_what_is_locked_of_it(
    things: dict[str, str], owner: httpx2.Client, regulator: httpx2.Client
) -> None:
    (lock,) = items(owner, "/v1/locks")
    assert (lock["lock_id"], lock["lot_id"]) == (things["lock_id"], things["lot_id"])
    assert (lock["kind"], lock["quantity"], lock["remaining"]) == ("own_use", "1", "1")
    assert (lock["status"], lock["lifted_document"]) == ("locked", None)
    (lot,) = [one for one in items(owner, "/v1/lots") if one["lot_id"] == things["lot_id"]]
    assert lot["locks"] == [{"kind": "own_use", "quantity": "1"}]
    assert (lot["valid_to"], lot["days_left"]) == (None, None)
    assert items(regulator, "/v1/lots", expiring_before="2100-01-01", ledger="carbon") == []


def test_where_no_permit_is_needed_all_but_the_withheld_is_usable(
    things: dict[str, str], owner: httpx2.Client
) -> None:
    (right,) = items(owner, "/v1/usable-rights", asset="CEA24")
    assert right["account_id"] == things["account_id"]
    assert (right["withheld"], right["permitted"]) == ("1", None)
    assert int(right["usable"]) == int(right["held"]) - 1


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/lots", {"expiring_before": "2026-02-30"}),
        ("/v1/lots", {"expiring_before": "soon"}),
        ("/v1/permit-tasks", {"status": "any"}),
        ("/v1/usable-rights", {"asset": "NONE"}),
        ("/v1/permits", {"ledger": "gold"}),
        ("/v1/permits/carbon.m99", {}),
        ("/v1/permits/gold.m1", {}),
        ("/v1/permits/m1", {}),
    ],
)
def test_what_is_asked_wrongly_is_refused(
    owner: httpx2.Client, codes: dict[str, int], path: str, query: dict[str, str]
) -> None:
    check(owner.get(path, params=query), codes)
