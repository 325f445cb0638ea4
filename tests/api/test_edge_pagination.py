"""Lists by opaque cursor."""

import asyncio
import base64

import msgspec
import pytest

from exchange.api.pagination import read_cursor
from exchange.errors import BadRequest
from tests.support.probe import open_probe


def cursor_of(value: object) -> str:
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(value)).rstrip(b"=").decode()


def test_following_the_cursor_gives_every_item_once() -> None:
    async def run() -> list[int]:
        found: list[int] = []
        async with open_probe() as client:
            path: str | None = "/numbers?limit=100"
            while path is not None:
                answer = await client.get(path)
                found += answer.json()["items"]
                link = answer.headers.get("link")
                assert (link is None) == (answer.json()["next_cursor"] is None)
                path = link and link.removeprefix("<").removesuffix('>; rel="next"')
        return found

    assert asyncio.run(run()) == list(range(1, 251))


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "x", "1.5", ""])
def test_a_limit_out_of_range_is_refused(limit: str) -> None:
    async def run() -> int:
        async with open_probe() as client:
            return (await client.get("/numbers", params={"limit": limit})).status_code

    assert asyncio.run(run()) == 422


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "é",
        "AA==AA",
        cursor_of(7),
        cursor_of(["7"]),
        cursor_of([7, 8]),
        cursor_of([2**63]),
        cursor_of([-(2**63)]),
        cursor_of([1.5]),
        cursor_of([None]),
        cursor_of([True]),
        cursor_of({"a": 1}),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(BadRequest, match="cursor_invalid"):
        read_cursor(cursor, int)


def test_a_cursor_may_hold_words() -> None:
    assert read_cursor(cursor_of([7, "k_1"]), int, str) == (7, "k_1")
    for value in (["k_1", 7], [7, "a\x00"], [7, "x" * 65]):
        with pytest.raises(BadRequest):
            read_cursor(cursor_of(value), int, str)


def test_the_host_header_does_not_reach_the_link() -> None:
    async def run() -> str:
        async with open_probe() as client:
            answer = await client.get("/numbers?limit=1", headers={"host": "evil.example"})
            return answer.headers["link"]

    assert "evil" not in asyncio.run(run())
