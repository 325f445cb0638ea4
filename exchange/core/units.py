"""Exact arithmetic: the named roundings, and decimal text to integers and back."""

import re

NUMBER_MAX = 2**62
"""No balance, price or quantity exceeds this, so that sums of two still fit in 64 bits."""

PPM = 1_000_000
"""Ratios are counted in millionths."""

DECIMAL_PATTERN = r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?$"
_DECIMAL = re.compile(DECIMAL_PATTERN.removesuffix("$") + r"\Z", re.ASCII)


def half_up(numerator: int, denominator: int) -> int:
    """Divide two numbers that are not negative, a half rounding up (四舍五入)."""
    return (2 * numerator + denominator) // (2 * denominator)


def ceiling(numerator: int, denominator: int) -> int:
    """Divide two numbers that are not negative, any rest rounding up."""
    return -(-numerator // denominator)


def decimals(text: str) -> int:
    """Count the digits behind the point, trailing zeros apart."""
    return len(text.partition(".")[2].rstrip("0"))


def parse_decimal(text: str, scale: int) -> int:
    """Read plain ASCII decimal text as an integer of 10**-scale.

    Raises: ValueError when it is not plain decimal text or has more decimals than `scale`.
    """
    if _DECIMAL.match(text) is None:
        raise ValueError("not plain decimal text")
    return scaled(text, scale)


def scaled(text: str, scale: int) -> int:
    """Read what is known to be plain decimal text. Raises: ValueError for more decimals."""
    if scale == 0 and "." not in text:
        return int(text)
    whole, _, fraction = text.partition(".")
    if len(fraction) > scale:
        fraction = fraction.rstrip("0")
        if len(fraction) > scale:
            raise ValueError("too many decimals")
    return int(whole + fraction.ljust(scale, "0"))


def format_decimal(value: int, scale: int) -> str:
    """Write an integer of 10**-scale as plain decimal text with exactly `scale` decimals."""
    if scale == 0:
        return str(value)
    sign = "-" if value < 0 else ""
    digits = str(abs(value)).rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}"
