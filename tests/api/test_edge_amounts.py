"""Amounts are plain ASCII decimal text, texts hold nothing that a database or a log chokes on."""

import asyncio
import json

import pytest

from exchange.api import amounts
from exchange.core.units import NUMBER_MAX
from exchange.errors import Unprocessable
from tests.support.probe import open_probe


def status_of(body: dict[str, object]) -> int:
    async def run() -> int:
        async with open_probe() as client:
            text = json.dumps(body)
            headers = {"content-type": "application/json"}
            return (await client.post("/things", content=text, headers=headers)).status_code

    return asyncio.run(run())


REFUSED = ["１２", "١٢", "1_000", " 5 ", "5\n", "1e3", "+5", "007", "1.", ".5", "", "NaN", "0x1"]
REFUSED += ["Infinity", "1,000", "1.1234567890", "1" * 19, "1.2.3", "--1", "5\u0000", "½"]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    assert status_of({"quantity": text}) == 422
    assert status_of({"change": text}) == 422


@pytest.mark.parametrize("value", [5, 5.0, True, None, ["5"], {"5": 5}])
def test_a_json_number_is_no_amount(value: object) -> None:
    assert status_of({"quantity": value}) == (201 if value is None else 422)


@pytest.mark.parametrize("text", ["0", "5", "0.5", "1.10", "999999999999999999.999999999"])
def test_a_plain_decimal_passes(text: str) -> None:
    assert status_of({"quantity": text, "change": f"-{text}"}) == 201


def test_only_a_signed_amount_may_be_negative() -> None:
    assert status_of({"quantity": "-1"}) == 422
    assert status_of({"change": "-1"}) == 201


@pytest.mark.parametrize(
    "text", ["", "a\u0000b", "a\nb", "a\x7fb", "a\u0085b", "\ud800", "x" * 501]
)
def test_free_text_refuses_control_characters_and_length(text: str) -> None:
    assert status_of({"text": text}) == 422


def test_free_text_takes_any_script() -> None:
    assert status_of({"text": "内环发〔2026〕1号 ᠮᠣᠩᠭᠣᠯ 🙂"}) == 201
    assert status_of({"text": "x" * 500}) == 201


@pytest.mark.parametrize("text", ["a b", "", "é", "x" * 65, "a\n", "a/b", 5])
def test_a_client_order_id_is_a_short_ascii_word(text: object) -> None:
    assert status_of({"name": text}) == 422


@pytest.mark.parametrize(
    ("text", "scale", "value"),
    [("1.50", 2, 150), ("1.50", 1, 15), ("-0.01", 2, -1), ("7", 0, 7), ("1.000", 0, 1)],
)
def test_amounts_become_integers(text: str, scale: int, value: int) -> None:
    assert amounts.parse_amount(text, scale, "/quantity") == value


@pytest.mark.parametrize(
    ("text", "scale", "code"),
    [
        ("1.55", 1, "too_many_decimals"),
        ("999999999999999999", 9, "number_too_large"),
        ("-999999999999999999", 9, "number_too_large"),
    ],
)
def test_amounts_beyond_the_scale_or_the_range_are_refused(
    text: str, scale: int, code: str
) -> None:
    with pytest.raises(Unprocessable) as caught:
        amounts.parse_amount(text, scale, "/quantity")
    assert [(fault.pointer, fault.code) for fault in caught.value.errors] == [("/quantity", code)]
    assert NUMBER_MAX == 2**62


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02",
        "2026-03-02T01:35:00",
        "2026-W10-1T01:35:00Z",
        "20260302T013500Z",
        "2026-03-02 01:35:00Z",
        "2026-03-02T01:35Z",
        "2026-13-02T01:35:00Z",
        "９999-03-02T01:35:00Z",
        "now",
    ],
)
def test_what_is_no_rfc_3339_time_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable):
        amounts.parse_time(text, "/to")


def test_times_and_days_go_round() -> None:
    at_ns = 1_772_415_300_123_456_000
    assert amounts.format_time(at_ns) == "2026-03-02T01:35:00.123456Z"
    assert amounts.parse_time("2026-03-02T09:35:00.123456+08:00", "/to") == at_ns
    assert amounts.parse_time(amounts.format_time(at_ns), "/to") == at_ns
    assert amounts.parse_time("0001-01-01T00:00:00+23:00", "/to") < 0
    assert amounts.format_day(amounts.parse_day("2026-03-02", "/day")) == "2026-03-02"


@pytest.mark.parametrize(
    "text", ["2026-02-30", "0000-01-01", "2026-3-2", "２026-03-02", "20260302"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unprocessable):
        amounts.parse_day(text, "/day")
