"""Clocks never go back; the virtual one runs, stands, jumps and tells its subscribers."""

from fractions import Fraction

import pytest

from exchange.clock import NS_PER_SECOND, SystemClock, VirtualClock

START_NS = 1_767_225_600 * NS_PER_SECOND


class Ticks:
    """Real time under the test's control."""

    def __init__(self) -> None:
        self.ns = 5_000

    def __call__(self) -> int:
        return self.ns


def test_the_system_clock_holds_when_the_machine_sets_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings = iter([100, 90, 101])
    monkeypatch.setattr("exchange.clock.time.time_ns", lambda: next(readings, 101))
    clock = SystemClock()
    assert [clock.now_ns() for _ in range(3)] == [100, 100, 101]


@pytest.mark.parametrize(
    ("rate", "real_ns", "virtual_ns"),
    [(1, 7, 7), (3600, 7, 25_200), (0, 7, 0), (Fraction(1, 2), 7, 3)],
)
def test_a_virtual_clock_runs_at_its_rate(
    rate: int | Fraction,
    real_ns: int,
    virtual_ns: int,
) -> None:
    ticks = Ticks()
    clock = VirtualClock(START_NS, rate, ticks)
    assert clock.now_ns() == START_NS
    ticks.ns += real_ns
    assert clock.now_ns() == START_NS + virtual_ns


def test_an_advance_adds_to_what_has_passed() -> None:
    ticks = Ticks()
    clock = VirtualClock(START_NS, 2, ticks)
    ticks.ns += 10
    clock.advance(365 * 86_400 * NS_PER_SECOND)
    ticks.ns += 10
    assert clock.now_ns() == START_NS + 365 * 86_400 * NS_PER_SECOND + 40


def test_subscribers_see_the_new_time_until_they_leave() -> None:
    clock = VirtualClock(START_NS, 0)
    seen: list[int] = []
    leave = clock.subscribe(lambda: seen.append(clock.now_ns() - START_NS))
    clock.advance(5)
    clock.advance(0)
    leave()
    leave()
    clock.advance(7)
    assert seen == [5, 5]


def test_a_virtual_clock_refuses_to_go_back() -> None:
    clock = VirtualClock(START_NS, 0)
    with pytest.raises(ValueError, match="back"):
        clock.advance(-1)
    assert clock.now_ns() == START_NS
    with pytest.raises(ValueError, match="backwards"):
        VirtualClock(START_NS, -1)


def test_a_virtual_clock_by_default_follows_real_time() -> None:
    clock = VirtualClock(START_NS)
    first = clock.now_ns()
    assert START_NS <= first <= clock.now_ns()
    assert clock.rate == 1
