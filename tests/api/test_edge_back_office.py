"""Participants, operators, keys: done once, by whom it behoves, from the version that was read."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from exchange.api.tokens import Principal
from exchange.core.types import Role, Scope
from exchange.storage.tables_back_office import back_office_acts, participants
from tests.support.edge import Venue, open_venue
from tests.support.postgres import database, postgres  # noqa: F401 - fixtures

pytestmark = pytest.mark.anyio
COMPANY = {"name_zh": "包头乙公司", "role": "enterprise", "region": "150200"}


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def venue(database: str) -> AsyncIterator[Venue]:  # noqa: F811
    async with open_venue(database) as venue:
        yield venue


def operator_path(who: Principal) -> str:
    return f"/v1/participants/p{who.participant_id}/operators/u{who.operator_id}"


async def count(venue: Venue, table: object) -> int:
    async with venue.edge.engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(table))).scalar_one()


async def test_a_repeated_key_gets_the_first_answer_and_acts_once(venue: Venue) -> None:
    staff = await venue.enrol(Role.EXCHANGE_OPERATOR)
    before = await count(venue, participants)
    headers = venue.bearer(staff, "same")
    first = await venue.client.post("/v1/participants", json=COMPANY, headers=headers)
    again = await venue.client.post("/v1/participants", json=COMPANY, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert await count(venue, participants) == before + 1
    assert await count(venue, back_office_acts) == 1


async def test_many_at_once_with_one_key_act_once(venue: Venue) -> None:
    staff = await venue.enrol(Role.EXCHANGE_OPERATOR)
    before = await count(venue, participants)
    headers = venue.bearer(staff, "race")
    answers = await asyncio.gather(
        *(venue.client.post("/v1/participants", json=COMPANY, headers=headers) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["participant_id"] for answer in answers}) == 1
    assert await count(venue, participants) == before + 1


async def test_a_key_with_another_body_or_route_is_refused(venue: Venue) -> None:
    staff = await venue.enrol(Role.EXCHANGE_OPERATOR)
    headers = venue.bearer(staff, "same")
    made = await venue.client.post("/v1/participants", json=COMPANY, headers=headers)
    other = {**COMPANY, "region": "150000"}
    answer = await venue.client.post("/v1/participants", json=other, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    path = f"/v1/participants/{made.json()['participant_id']}/operators"
    body = {"name": "乙", "scopes": ["view"]}
    answer = await venue.client.post(path, json=body, headers=headers)
    assert answer.json()["code"] == "idempotency_key_reused"


async def test_the_same_key_of_another_participant_is_another_key(venue: Venue) -> None:
    one = await venue.enrol(Role.EXCHANGE_OPERATOR)
    two = await venue.enrol(Role.EXCHANGE_OPERATOR)
    for staff in (one, two):
        headers = venue.bearer(staff, "same")
        answer = await venue.client.post("/v1/participants", json=COMPANY, headers=headers)
        assert answer.status_code == 201
        assert "idempotent-replayed" not in answer.headers


@pytest.mark.parametrize("key", [None, "", "a b", "x" * 65, "é"])
async def test_a_changing_post_needs_a_sound_key(venue: Venue, key: str | None) -> None:
    staff = await venue.enrol(Role.EXCHANGE_OPERATOR)
    headers = dict(venue.bearer(staff))
    sent = headers if key is None else {**headers, "Idempotency-Key": key.encode()}
    answer = await venue.client.post("/v1/participants", json=COMPANY, headers=sent)
    assert answer.status_code == (400 if key is None else 422)
    assert key is not None or answer.json()["code"] == "idempotency_key_missing"


async def test_a_refused_act_is_not_remembered(venue: Venue) -> None:
    staff = await venue.enrol(Role.EXCHANGE_OPERATOR)
    code = {"unified_social_credit_code": "91150200MA0N0000XX"}
    body = {**COMPANY, **code}
    first = await venue.client.post(
        "/v1/participants", json=body, headers=venue.bearer(staff, "one")
    )
    assert first.status_code == 201
    headers = venue.bearer(staff, "two")
    taken = await venue.client.post("/v1/participants", json=body, headers=headers)
    assert taken.status_code == 409
    answer = await venue.client.post("/v1/participants", json=COMPANY, headers=headers)
    assert answer.status_code == 201


async def test_a_change_names_the_version_it_was_made_from(venue: Venue) -> None:
    staff = await venue.enrol(Role.EXCHANGE_OPERATOR)
    path = f"/v1/participants/p{staff.participant_id}"
    headers = venue.bearer(staff)
    seen = await venue.client.get(path, headers=headers)
    assert seen.headers["etag"] == '"v1"'
    change = {"contact": "0472-0000000"}

    async def patch(tag: str | None) -> tuple[int, str]:
        match = {} if tag is None else {"If-Match": tag}
        answer = await venue.client.patch(path, json=change, headers={**headers, **match})
        return answer.status_code, answer.json().get("code", answer.headers.get("etag"))

    assert await patch(None) == (428, "if_match_missing")
    assert await patch('"v2"') == (412, "stale")
    assert await patch("v1") == (412, "stale")
    assert await patch('"v1"') == (200, '"v2"')
    assert await patch('"v1"') == (412, "stale")


async def test_of_many_changes_at_once_one_wins(venue: Venue) -> None:
    staff = await venue.enrol(Role.EXCHANGE_OPERATOR)
    path = operator_path(staff)
    headers = {**venue.bearer(staff), "If-Match": '"v1"'}
    answers = await asyncio.gather(
        *(
            venue.client.patch(path, json={"name": f"操作员{number}"}, headers=headers)
            for number in range(6)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5


async def test_others_participants_are_not_there(venue: Venue) -> None:
    one, two = await venue.enrol(), await venue.enrol()
    headers = venue.bearer(one)
    listed = (await venue.client.get("/v1/participants", headers=headers)).json()["items"]
    assert [item["participant_id"] for item in listed] == [f"p{one.participant_id}"]
    for path in (
        f"/v1/participants/p{two.participant_id}",
        f"/v1/participants/p{two.participant_id}/operators",
        f"/v1/participants/p{two.participant_id}/admissions",
        operator_path(two),
        f"/v1/keys/{two.key_id}",
        "/v1/participants/p999999",
        "/v1/participants/p0",
        "/v1/participants/p١",
        "/v1/participants/%00",
        "/v1/keys/k_%00",
    ):
        answer = await venue.client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


async def test_nobody_acts_beyond_their_mandate(venue: Venue) -> None:
    other = await venue.enrol()
    plain = await venue.enrol(scopes=(Scope.VIEW, Scope.TRADE))
    admin = await venue.enrol(participant_id=plain.participant_id)
    own = f"/v1/participants/p{plain.participant_id}/operators"
    theirs = f"/v1/participants/p{other.participant_id}/operators"
    body = {"name": "丙", "scopes": ["view", "admin"]}
    for number, (who, method, path, sent, status) in enumerate(
        (
            (plain, "POST", own, body, 403),
            (admin, "POST", own, body, 201),
            (admin, "POST", theirs, body, 404),
            (admin, "POST", own, {**body, "role": "exchange_operator"}, 422),
            (admin, "POST", own, {**body, "participant_id": "p1"}, 422),
            (admin, "POST", own, {**body, "scopes": ["everything"]}, 422),
            (admin, "POST", "/v1/participants", COMPANY, 403),
            (
                plain,
                "POST",
                "/v1/keys",
                {"operator_id": f"u{plain.operator_id}", "secret": True},
                403,
            ),
            (
                admin,
                "POST",
                "/v1/keys",
                {"operator_id": f"u{other.operator_id}", "secret": True},
                404,
            ),
            (admin, "POST", f"/v1/keys/{other.key_id}:revoke", None, 404),
            (admin, "PATCH", operator_path(other), {"status": "disabled"}, 404),
            (plain, "PATCH", operator_path(plain), {"scopes": ["admin"]}, 403),
        )
    ):
        headers = {**venue.bearer(who, f"act-{number}"), "If-Match": '"v1"'}
        answer = await venue.client.request(method, path, json=sent, headers=headers)
        assert answer.status_code == status, (number, answer.text)


async def test_who_is_bound_to_ledgers_gives_no_more_than_those(venue: Venue) -> None:
    admin = await venue.enrol(ledgers=("carbon",))
    path = f"/v1/participants/p{admin.participant_id}/operators"
    body = {"name": "丁", "scopes": ["view"]}
    for number, (given, status) in enumerate(
        (
            ({}, 403),
            ({"ledgers": []}, 403),
            ({"ledgers": ["carbon", "water"]}, 403),
            ({"ledgers": ["carbon"]}, 201),
        )
    ):
        headers = venue.bearer(admin, f"act-{number}")
        answer = await venue.client.post(path, json={**body, **given}, headers=headers)
        assert answer.status_code == status, given
    headers = {**venue.bearer(admin), "If-Match": '"v1"'}
    answer = await venue.client.patch(operator_path(admin), json={"ledgers": []}, headers=headers)
    assert answer.status_code == 403


async def test_a_secret_is_shown_once_and_listed_never(venue: Venue) -> None:
    admin = await venue.enrol()
    body = {"operator_id": f"u{admin.operator_id}", "secret": True}
    headers = venue.bearer(admin, "key")
    made = await venue.client.post("/v1/keys", json=body, headers=headers)
    secret = made.json()["client_secret"]
    assert secret
    again = await venue.client.post("/v1/keys", json=body, headers=headers)
    assert (again.status_code, again.json()["client_secret"]) == (201, None)
    listed = await venue.client.get("/v1/keys", headers=venue.bearer(admin))
    assert secret not in listed.text
    async with venue.edge.engine.connect() as connection:
        answers = (await connection.execute(select(back_office_acts.c.answer))).scalars().all()
    assert not any(secret.encode() in answer for answer in answers)


async def test_keys_made_in_the_same_moment_are_all_listed(venue: Venue) -> None:
    admin = await venue.enrol()
    body = {"operator_id": f"u{admin.operator_id}", "secret": True}
    for number in range(4):
        made = await venue.client.post(
            "/v1/keys", json=body, headers=venue.bearer(admin, f"key-{number}")
        )
        assert made.status_code == 201
    found: list[str] = []
    path: str | None = "/v1/keys?limit=2"
    while path is not None:
        answer = await venue.client.get(path, headers=venue.bearer(admin))
        found += [item["key_id"] for item in answer.json()["items"]]
        link = answer.headers.get("link")
        path = link and link.removeprefix("<").removesuffix('>; rel="next"')
    assert len(found) == len(set(found)) == 5


async def test_a_disabled_operator_is_out_at_once(venue: Venue) -> None:
    admin = await venue.enrol()
    clerk = await venue.enrol(participant_id=admin.participant_id)
    headers = venue.bearer(clerk)
    assert (await venue.client.get("/v1/participants", headers=headers)).status_code == 200
    answer = await venue.client.patch(
        operator_path(clerk),
        json={"status": "disabled"},
        headers={**venue.bearer(admin), "If-Match": '"v1"'},
    )
    assert answer.status_code == 200
    assert (await venue.client.get("/v1/participants", headers=headers)).status_code == 401


async def test_a_ledger_that_is_not_open_is_said_so(venue: Venue) -> None:
    staff = await venue.enrol(Role.EXCHANGE_OPERATOR)
    path = f"/v1/participants/p{staff.participant_id}:freeze"
    for number, (ledger, status, code) in enumerate(
        (("carbon", 503, "ledger_unavailable"), ("gold", 404, "ledger_unknown"))
    ):
        answer = await venue.client.post(
            path,
            json={"ledger": ledger, "document": "内环发〔2026〕1号"},
            headers=venue.bearer(staff, f"freeze-{number}"),
        )
        assert (answer.status_code, answer.json()["code"]) == (status, code)
