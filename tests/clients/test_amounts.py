from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from steppe.amounts import day_text, decimal_text, time_text


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (100, "100"),
        ("81.50", "81.50"),
        (Decimal("81.50"), "81.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.000000001"), "0.000000001"),
        (-5, "-5"),
        (0, "0"),
    ],
)
def test_amounts_are_sent_as_plain_decimal_text(given, text):
    assert decimal_text(given) == text


@pytest.mark.parametrize("given", [1.5, True, None, b"1"])
def test_what_is_no_exact_number_is_a_type_error(given):
    with pytest.raises(TypeError, match="amounts are"):
        decimal_text(given)


@pytest.mark.parametrize(
    "given",
    ["", "1e3", " 5", "+5", "1_000", "１２", "١٢", "01", "1.", ".5", "1.0000000001", "5\n", "NaN"],
)
def test_text_that_is_no_plain_decimal_is_a_value_error(given):
    with pytest.raises(ValueError, match="not a plain decimal"):
        decimal_text(given)


@pytest.mark.parametrize("given", [Decimal("NaN"), Decimal("Infinity"), 10**18])
def test_numbers_the_venue_cannot_read_are_value_errors(given):
    with pytest.raises(ValueError, match="not a plain decimal"):
        decimal_text(given)


def test_times_are_sent_in_utc_and_need_a_zone():
    china = timezone(timedelta(hours=8))
    assert time_text(datetime(2026, 3, 2, 9, 35, tzinfo=china)) == "2026-03-02T01:35:00.000000Z"
    with pytest.raises(ValueError, match="zone"):
        time_text(datetime(2026, 3, 2))  # noqa: DTZ001


def test_a_day_is_no_datetime():
    assert day_text(date(2026, 3, 2)) == "2026-03-02"
    with pytest.raises(TypeError):
        day_text(datetime(2026, 3, 2, tzinfo=UTC))
