"""The sandbox's virtual clock."""

from dataclasses import replace
from datetime import datetime

from steppe.amounts import time_text
from steppe.models import Clock
from steppe.request import Request, command, get


def clock() -> Request[Clock]:
    """Show the sandbox's clock."""
    return get("/v1/sandbox/clock", Clock)


def advance_clock(
    *,
    to: datetime | None = None,
    seconds: int | None = None,
    idempotency_key: str | None = None,
) -> Request[Clock]:
    """Move the sandbox's clock on, to a time or by seconds; answers when every ledger is there.

    A move by seconds is never repeated by itself: two would add up.

    Raises: ValueError unless exactly one of `to` and `seconds` is given.
    """
    if (to is None) == (seconds is None):
        raise ValueError("advance either to a time or by seconds")
    path = "/v1/sandbox/clock:advance"
    if to is not None:
        return command(path, Clock, {"to": time_text(to)}, idempotency_key=idempotency_key)
    by_seconds = command(path, Clock, {"seconds": seconds}, idempotency_key=idempotency_key)
    return replace(by_seconds, once=True)
