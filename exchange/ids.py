"""How things are named at the edge: `carbon.o17` is order 17 of the carbon ledger."""

import re

from exchange.errors import NotFound

_REFERENCE = re.compile(r"([a-z][a-z0-9_]{0,31})\.([a-z])([1-9][0-9]{0,17})\Z", re.ASCII)
_NUMBERED = re.compile(r"([a-z])([1-9][0-9]{0,17})\Z", re.ASCII)

ACCOUNT, LOT, TRANSFER, FREEZE, ORDER, TRADE = "a", "l", "x", "f", "o", "t"
REPORT, OBLIGATION, SURRENDER = "y", "g", "z"
PARTICIPANT, OPERATOR = "p", "u"
APPROVAL, PLAN, OBJECTION, IMPORT = "q", "n", "b", "i"
PERMIT, LOCK = "m", "h"
FEE_SCHEDULE, CONTRACT, INVOICE = "c", "k", "v"
PROJECT = "j"
CLAIM, DEDUCTION = "d", "e"
CANCELLATION = "w"
SAVING, OFFER = "s", "r"


def reference(ledger: str, letter: str, number: int) -> str:
    return f"{ledger}.{letter}{number}"


def parse_reference(text: str, letter: str) -> tuple[str, int]:
    """Return ledger and number. Raises: NotFound when the text names nothing of this kind."""
    match = _REFERENCE.match(text)
    if match is None or match[2] != letter:
        raise NotFound("not_found", "there is nothing of this name")
    return match[1], int(match[3])


def numbered(letter: str, number: int) -> str:
    return f"{letter}{number}"


def parse_numbered(text: str, letter: str) -> int:
    """Return the number of `p12`. Raises: NotFound when the text names nothing of this kind."""
    match = _NUMBERED.match(text)
    if match is None or match[1] != letter:
        raise NotFound("not_found", "there is nothing of this name")
    return int(match[2])
