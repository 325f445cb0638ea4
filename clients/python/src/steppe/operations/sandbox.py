"""The sandbox's virtual clock."""

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

    Raises: ValueError unless exactly one of `to` and `seconds` is given.
    """
    if (to is None) == (seconds is None):
        raise ValueError("advance either to a time or by seconds")
    body: dict[str, object] = {"seconds": seconds} if to is None else {"to": time_text(to)}
    path = "/v1/sandbox/clock:advance"
    return command(path, Clock, body, idempotency_key=idempotency_key)
