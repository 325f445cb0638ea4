"""The named roundings of an exact fraction to an integer of 10**-scale."""

from collections.abc import Callable
from fractions import Fraction

from exchange.core.units import ceiling, half_up


def floor(numerator: int, denominator: int) -> int:
    """Divide two numbers that are not negative, any rest left away."""
    return numerator // denominator


ROUNDINGS: dict[str, Callable[[int, int], int]] = {
    "floor": floor,
    "half_up": half_up,
    "ceiling": ceiling,
}


def rounded(value: Fraction, rounding: str, scale: int) -> int:
    """Return a value that is not negative as an integer of 10**-scale, by a rounding's name."""
    assert value >= 0
    return ROUNDINGS[rounding](value.numerator * 10**scale, value.denominator)
