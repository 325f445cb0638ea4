"""Bodies that two readers could read differently are refused before anything looks at them."""

import asyncio
import json

import pytest

from tests.support.probe import BODY_BYTES_MAX, chunks, open_probe

JSON = {"content-type": "application/json"}


def send(content: object, headers: dict[str, str] | None = None) -> tuple[int, dict]:
    async def run() -> tuple[int, dict]:
        async with asyncio.timeout(10), open_probe() as client:
            answer = await client.post("/things", content=content, headers=headers or JSON)
            assert answer.headers["x-request-id"]
            return answer.status_code, answer.json()

    return asyncio.run(run())


def nested(depth: int) -> bytes:
    return b'{"nested":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"quantity":"1","quantity":"2"}', "duplicate_key"),
        (b'{"nested":{"a":1,"a":1}}', "duplicate_key"),
        (b'{"quantity":"1","quantit\\u0079":"2"}', "duplicate_key"),
        (b'{"nested":NaN}', "malformed_json"),
        (b'{"nested":-Infinity}', "malformed_json"),
        (b'{"quantity":"1"', "malformed_json"),
        (b'{"quantity":"1"} {}', "malformed_json"),
        (b"{'quantity':'1'}", "malformed_json"),
        (b'{"text":"\xb1\xb1\xbe\xa9"}', "malformed_json"),
        ('{"text":"北京"}'.encode("gb18030"), "malformed_json"),
        ('{"quantity":"1"}'.encode("utf-16"), "malformed_json"),
        ('{"quantity":"1"}'.encode("utf-8-sig"), "malformed_json"),
        (b'{"nested":' + b"9" * 5000 + b"}", "malformed_json"),
        (b'{"text":"a\x00b"}', "malformed_json"),
        (nested(33), "malformed_json"),
        (nested(10_000), "malformed_json"),
        (
            b'{"text":"' + b"}" * 40 + b'","nested":' + b"[" * 40 + b"]" * 40 + b"}",
            "malformed_json",
        ),
    ],
)
def test_a_body_that_is_not_strict_json_is_refused(body: bytes, code: str) -> None:
    status, problem = send(body)
    assert (status, problem["code"]) == (400, code)


def test_nesting_up_to_the_limit_and_brackets_in_strings_pass() -> None:
    assert send(nested(32))[0] == 201
    text = json.dumps({"text": "[" * 100 + '\\"{' + "\\" * 3})
    assert send(text.encode())[0] == 201


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/json; charset=gbk",
        "application/json; charset=utf-16",
    ],
)
def test_another_content_type_is_refused(kind: str) -> None:
    status, problem = send(b'{"quantity":"1"}', {"content-type": kind})
    assert (status, problem["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "kind", ["application/json", "Application/JSON", "application/json; charset=UTF-8"]
)
def test_json_in_utf_8_passes(kind: str) -> None:
    status, answer = send('{"text":"呼和浩特"}'.encode(), {"content-type": kind})
    assert (status, answer) == (201, {"seen": {"text": "呼和浩特"}})


def test_a_missing_body_is_answered_and_not_waited_for() -> None:
    assert send(b"")[0] == 422
    assert send(b"", {"content-type": "text/plain"})[0] == 422


def test_ten_megabytes_are_refused_by_their_declared_length() -> None:
    status, problem = send(b'"' + b"x" * 10_000_000 + b'"')
    assert (status, problem["code"]) == (413, "body_too_large")


def test_a_chunked_body_is_refused_once_it_is_too_large() -> None:
    status, problem = send(chunks(b"x" * 1000, 1 + BODY_BYTES_MAX // 1000))
    assert (status, problem["code"]) == (413, "body_too_large")


def test_an_absurd_declared_length_is_refused() -> None:
    status, _ = send(chunks(b"{}", 1), {**JSON, "content-length": "9" * 5000})
    assert status == 413


def test_a_chunked_body_within_the_limit_passes() -> None:
    status, answer = send(chunks(b'{"quantity":"1"}', 1))
    assert (status, answer["seen"]) == (201, {"quantity": "1"})
