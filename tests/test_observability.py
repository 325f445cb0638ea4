"""Logs come out in one form; metrics are counted in a registry of their own."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from exchange.observability import configure_logs, make_metrics


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = False
    structlog.reset_defaults()


def test_both_kinds_of_logger_write_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "json")
    structlog.get_logger().info("committed", ledger="carbon", text="a\nb")
    structlog.get_logger().debug("unseen")
    logging.getLogger("other").warning("said %s", "so")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["level"]) for line in lines] == [
        ("committed", "info"),
        ("said so", "warning"),
    ]
    assert lines[0]["text"] == "a\nb"
    assert lines[0]["timestamp"].endswith("Z")


def test_an_exception_stays_on_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("info", "json")
    sealed_bid = "16.00"
    try:
        int(f"not {sealed_bid[:0]}a number")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "not a number" in json.loads(line)["exception"][0]["exc_value"]
    assert sealed_bid not in line, "local variables are not logged"


def test_the_console_form_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("debug", "console")
    structlog.get_logger().debug("committed", ledger="carbon")
    assert "ledger=carbon" in capsys.readouterr().err


def test_metrics_count_and_two_sets_do_not_meet() -> None:
    metrics, other = make_metrics(), make_metrics()
    metrics.command("carbon", "accepted")
    metrics.command("carbon", "rejected", "PRICE_BAND")
    metrics.command("carbon", "rejected", "PRICE_BAND")
    metrics.request("/v1/orders/{id}", "GET", 200, 0.003)
    ledger = metrics.ledger("water")
    assert metrics.ledger("water") is ledger
    ledger.committed(0.004, 12, 99)
    ledger.queued(3)
    text = metrics.exposition().decode()
    for line in (
        'steppe_commands_total{code="PRICE_BAND",ledger="carbon",outcome="rejected"} 2.0',
        'steppe_http_requests_total{method="GET",route="/v1/orders/{id}",status="200"} 1.0',
        'steppe_batch_commands_sum{ledger="water"} 12.0',
        'steppe_queue_commands{ledger="water"} 3.0',
        'steppe_last_seq{ledger="water"} 99.0',
    ):
        assert line in text
    assert "carbon" not in other.exposition().decode()
