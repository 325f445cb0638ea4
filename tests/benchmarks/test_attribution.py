"""Whose time it is: stacks to stages, samples to shares, /proc to seconds."""

import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.benchmarks import attribution as a
from tests.benchmarks.processes import Usage, busy_seconds, cpu_seconds, parse_stat, usage
from tests.benchmarks.profile import summary
from tests.benchmarks.profiled_server import Sampler

EDGE = (
    ("exchange.orders.router", "place_order"),
    ("fastapi.routing", "run_endpoint_function"),
    ("uvicorn.protocols.http.httptools_impl", "RequestResponseCycle.run_asgi"),
    ("asyncio.runners", "Runner.run"),
)
TO_COMMAND = ("exchange.orders.placing", "to_command")
CASES = [
    ([("exchange.core.units", "parse_decimal"), TO_COMMAND, *EDGE], a.DECODING),
    (
        [
            ("exchange.core.units", "format_decimal"),
            ("exchange.orders.receipts", "receipts"),
            *EDGE,
        ],
        a.ANSWER,
    ),
    ([("re", "compile"), ("exchange.api.body", "_depth"), *EDGE], a.DECODING),
    ([("exchange.api.body", "StrictRoute.get_route_handler.<locals>.strict"), *EDGE], a.HTTP),
    ([("exchange.api.tokens", "Tokens.cached"), *EDGE], a.AUTHENTICATION),
    ([("exchange.orders.placing", "_facts"), *EDGE], a.DIRECTORY),
    ([("exchange.orders.router", "_factsheet"), *EDGE], a.HTTP),
    (
        [
            ("matching.book", "OrderBook.place"),
            ("exchange.core.trading", "place"),
            ("exchange.core.venue", "Venue.apply"),
            ("exchange.sequencer.applying", "Memory.apply"),
        ],
        a.CORE,
    ),
    (
        [
            ("exchange.core.outcomes", "encode_events"),
            ("exchange.sequencer.applying", "Memory.apply"),
        ],
        a.PARAMETERS,
    ),
    (
        [
            ("abc", "ABCMeta.__instancecheck__"),
            ("asyncpg.prepared_stmt", "PreparedStatement.__do_execute"),
            ("exchange.sequencer.postgres", "PostgresJournal.append"),
        ],
        a.DRIVER,
    ),
    ([("asyncio.runners", "Runner.run"), ("exchange.cli", "main")], a.LOOP),
    ([("exchangeable", "f"), ("somewhere", "g")], a.OTHER),
]


@pytest.mark.parametrize(("stack", "stage"), CASES)
def test_the_innermost_function_that_opens_a_stage_names_it(
    stack: list[tuple[str, str]], stage: str
) -> None:
    assert a.attribute(stack) == stage


@pytest.mark.parametrize("name", a.STAGES)
def test_every_stage_names_something_that_is_there(name: str) -> None:
    module, _, function = name.partition(":")
    spec = find_spec(module)
    assert spec is not None
    if function and spec.origin is not None:
        assert function.split(".")[-1] in Path(spec.origin).read_text(encoding="utf-8")


def test_only_whole_seconds_of_a_run_are_summed_up() -> None:
    sampled = {
        "seconds": {
            "10": [[a.CORE, "x:f", 100]],
            "11": [[a.CORE, "x:f", 3], [a.HTTP, "x:g", 1]],
            "12": [[a.CORE, "x:h", 4]],
            "13": [[a.HTTP, "x:g", 100]],
        },
        "idle": {"11": 8, "13": 50},
        "collecting_s": {"11": 0.1},
    }
    found = {
        "began_at": 10.4,
        "seconds": 3.2,
        "orders_per_second": 5,
        "cpu_us_per_order": {"server": 2.0},
        "commits": {"share_of_time": 0.5},
    }
    shown = summary(sampled, found)
    assert shown["samples"] == 8
    assert shown["stages"] == {a.CORE: 7 / 8, a.HTTP: 1 / 8}
    assert shown["busy"] == 0.5
    assert shown["collecting_garbage"] == pytest.approx(0.05)
    assert next(iter(shown["places"])) == f"{a.CORE}: x:h"


def busy_in_json(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        find_spec("json")


def test_the_sampler_finds_where_the_main_thread_is_and_not_where_it_sleeps() -> None:
    interval = sys.getswitchinterval()
    sampler = Sampler()
    sampler.start()
    try:
        busy_in_json(0.3)
        time.sleep(0.3)
    finally:
        sampler.stop()
        sys.setswitchinterval(interval)
    places = {place for counted in sampler.seconds.values() for place in counted}
    assert any("importlib" in own for _, own in places)
    assert sum(sampler.idle.values()) > 10
    assert not any(own == f"{__name__}:time.sleep" for _, own in places)


def test_a_process_with_brackets_in_its_name_is_read() -> None:
    stat = "42 (post) gres (x)) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 25 75 20 0 1 0 100 1 1"
    process = parse_stat(42, stat)
    tick_s = 1 / os.sysconf("SC_CLK_TCK")
    assert (process.parent, process.name) == (7, "post) gres (x)")
    assert process.cpu_s == pytest.approx(200 * tick_s)
    assert process.children_cpu_s == pytest.approx(100 * tick_s)


def test_waiting_is_not_being_busy() -> None:
    tick_s = 1 / os.sysconf("SC_CLK_TCK")
    assert busy_seconds("cpu  1 2 3 1000 2000 4 5 0 0 0") == pytest.approx(15 * tick_s)


def test_what_a_process_uses_is_seen() -> None:
    before, own = usage(os.getpid()), cpu_seconds(os.getpid())
    started = time.process_time()
    while time.process_time() - started < 0.1:
        pass
    used = usage(os.getpid()).since(before)
    assert used.server >= 0.05
    assert used.machine >= 0.05
    assert cpu_seconds(os.getpid()) - own >= 0.05
    assert Usage(2, 3, 4, 5).since(Usage(1, 1, 1, 1)) == Usage(1, 2, 3, 4)
