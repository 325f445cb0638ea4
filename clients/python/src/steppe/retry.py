"""When to try again, and how long to wait before."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Bounds of trying. Only what is safe to repeat is repeated.

    `deadline_s` bounds the whole call, waits included; `attempts_max` the number of requests.
    Waits double from `first_wait_s` up to `longest_wait_s`, each less a random part of up to half.
    """

    deadline_s: float = 30.0
    attempts_max: int = 8
    first_wait_s: float = 0.1
    longest_wait_s: float = 5.0

    def __post_init__(self) -> None:
        if self.attempts_max < 1 or self.deadline_s <= 0:
            raise ValueError("a call needs at least one attempt and some time")


NO_RETRY = RetryPolicy(attempts_max=1)
"""Each request is sent once."""


class Attempts:
    """The attempts of one call: how many were made and how much time is left."""

    def __init__(self, policy: RetryPolicy, monotonic: Callable[[], float]) -> None:
        self._policy = policy
        self._monotonic = monotonic
        self._ends_at = monotonic() + policy.deadline_s
        self._made = 0

    def fresh(self) -> "Attempts":
        """Return a new count of attempts under the same deadline."""
        other = Attempts(self._policy, self._monotonic)
        other._ends_at = self._ends_at
        return other

    def begin(self) -> None:
        """Count one more attempt."""
        self._made += 1

    def time_left_s(self) -> float:
        """Return the seconds until the deadline, never quite zero."""
        return max(self._ends_at - self._monotonic(), 0.001)

    def next_wait_s(self, asked_for_s: float | None) -> float | None:
        """Return how long to wait before the next attempt, None when there is to be none.

        `asked_for_s` is what the venue asked for (Retry-After): never less than that.
        """
        if self._made >= self._policy.attempts_max:
            return None
        longest = min(
            self._policy.first_wait_s * 2.0 ** (self._made - 1), self._policy.longest_wait_s
        )
        wait = (asked_for_s or 0.0) + longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        return None if self._monotonic() + wait >= self._ends_at else wait


def retry_after_s(header: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for; None without or when unreadable."""
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max((until - datetime.now(UTC)).total_seconds(), 0.0) if until.tzinfo else None
