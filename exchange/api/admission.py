"""Who is let in: how many requests of each kind may be in progress, and how much they may weigh.

Decided from a request's head, before its body is read, so that refusing costs next to nothing and
what was let in is finished at full speed. Each kind has a lane of its own: a flood of orders takes
no place from a cancel, a flood of lists none from an order, and health is always told.
"""

import asyncio
from dataclasses import dataclass, field

from exchange.config import Settings
from exchange.errors import ExchangeError, RequestTimeout, Unavailable

HEALTH = frozenset({"/livez", "/readyz", "/metrics"})
ASKING = frozenset({"/v1/formulas:evaluate"})
"""What is asked by POST and changes nothing: a flood of it takes no place from a command."""

FILE_BYTES_MAX = 16 * 1024 * 1024
"""Length of a file that is read in as the rows of a plan."""

FILES_MAX = 2
HEALTH_MAX = 64
TOKENS_MAX = 64
RETRY_AFTER_S = 1
RETRY_AFTER_DRAIN_S = 5


@dataclass(slots=True)
class Lane:
    """Requests of one kind: how many are in progress, and how many may be."""

    name: str
    requests_max: int
    in_progress: int = 0
    urgent: bool = False
    """Let in over a connection beyond the usual number, too."""

    body_bytes_max: int | None = None
    """How long a body may be where it is not as elsewhere; its work is done aside, and not
    weighed."""


@dataclass(slots=True)
class Admission:
    """The lanes, the weight of all bodies in memory, and whether the server is ending.

    `work_bytes` weighs the bodies of commands that are being carried out: a batch of orders is as
    much work as its orders, and is one request.
    """

    health: Lane
    tokens: Lane
    cancels: Lane
    commands: Lane
    reads: Lane
    files: Lane
    body_bytes_max: int
    body_seconds_max: float
    work_bytes_max: int
    body_bytes: int = 0
    work_bytes: int = 0
    draining: bool = False
    waiting: set[asyncio.Timeout] = field(default_factory=set)
    """What waits for its client: a body on its way, a stream that watches for its client's end."""

    @classmethod
    def of(cls, settings: Settings) -> "Admission":
        return cls(
            Lane("health", HEALTH_MAX, urgent=True),
            Lane("tokens", TOKENS_MAX),
            Lane("cancels", settings.cancels_max, urgent=True),
            Lane("commands", settings.requests_max),
            Lane("reads", settings.reads_max),
            Lane("files", FILES_MAX, body_bytes_max=FILE_BYTES_MAX),
            settings.bodies_bytes_max,
            settings.client_s,
            settings.work_bytes_max,
        )

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return self.health, self.tokens, self.cancels, self.commands, self.reads, self.files

    def lane_of(self, method: str, path: str) -> Lane:
        """Return the lane of a request, from its first line alone."""
        if method in ("GET", "HEAD"):
            return self.health if path in HEALTH else self.reads
        if path in ASKING:
            return self.reads
        if path.startswith("/v1/orders") and path.endswith((":cancel", ":cancel-all")):
            return self.cancels
        if path.startswith("/v1/allocation-plans/") and path.endswith("/imports"):
            return self.files
        return self.tokens if path == "/oauth/token" else self.commands

    def refusal(self, lane: Lane, body_bytes: int, *, crowded: bool) -> Unavailable | None:
        """Return why a request is not let in now, None when it is.

        `crowded`: it came over a connection beyond the usual number.
        """
        if self.draining and lane is not self.health:
            return Unavailable(
                "draining", "the server is ending", retry_after_s=RETRY_AFTER_DRAIN_S
            )
        full = lane.in_progress >= lane.requests_max or (
            lane is self.commands and self.work_bytes >= self.work_bytes_max
        )
        if full or (crowded and not lane.urgent):
            return Unavailable("overloaded", retry_after_s=RETRY_AFTER_S)
        return self.weigh(body_bytes)

    def weigh(self, body_bytes: int) -> Unavailable | None:
        """Return why bytes of a body cannot be taken into memory now, None when they can."""
        if body_bytes and self.body_bytes + body_bytes > self.body_bytes_max:
            return Unavailable("overloaded", retry_after_s=RETRY_AFTER_S)
        return None

    def late(self) -> ExchangeError:
        """Return why a body that is not all there is waited for no longer."""
        if self.draining:
            return Unavailable(
                "draining", "the server is ending", retry_after_s=RETRY_AFTER_DRAIN_S
            )
        return RequestTimeout("request_timeout", "the body took too long to arrive")

    def drain(self) -> None:
        """Let nothing in any more, and wait for no client any more."""
        self.draining = True
        now = asyncio.get_running_loop().time()
        for patience in self.waiting:
            patience.reschedule(now)
