"""Logs and metrics, built by functions and handed on: nothing global is made at import.

Units: durations in seconds, as Prometheus has them. Labels come from closed sets (ledger, outcome,
reject code, route template), never from what a client sends.
"""

import logging
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Literal

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

METRICS_CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

COMMIT_BUCKETS_S: Final = (
    *(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0),
)
HTTP_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
BATCH_BUCKETS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def configure_logs(
    level: Literal["debug", "info", "warning", "error"],
    form: Literal["json", "console"],
) -> None:
    """Send structlog and the standard library's loggers to stderr in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [_traceback_without_locals(), structlog.processors.JSONRenderer()]
        if form == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(),
                exception_formatter=structlog.dev.plain_traceback,
            ),
        ]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        ),
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "alembic", "asyncio"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("uvicorn.access").disabled = True  # the metrics and our own lines say it
    logging.getLogger("alembic").setLevel("WARNING")


def _traceback_without_locals() -> structlog.typing.Processor:
    # Local variables hold passwords and sealed bids.
    transformer = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return structlog.processors.ExceptionRenderer(transformer)


class Metrics:
    """The process's metrics in a registry of their own. Children are resolved once and kept."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._commands = Counter(
            "steppe_commands",
            "Commands answered.",
            ("ledger", "outcome", "code"),
            registry=registry,
        )
        self._requests = Counter(
            "steppe_http_requests",
            "HTTP requests answered.",
            ("route", "method", "status"),
            registry=registry,
        )
        self._request_seconds = Histogram(
            "steppe_http_request_seconds",
            "Time from a request's first byte to its answer's last.",
            ("route", "method"),
            buckets=HTTP_BUCKETS_S,
            registry=registry,
        )
        self._commit_seconds = Histogram(
            "steppe_commit_seconds",
            "Time of one batch's transaction.",
            ("ledger",),
            buckets=COMMIT_BUCKETS_S,
            registry=registry,
        )
        self._batch_commands = Histogram(
            "steppe_batch_commands",
            "Commands in one transaction.",
            ("ledger",),
            buckets=BATCH_BUCKETS,
            registry=registry,
        )
        self._queue_commands = Gauge(
            "steppe_queue_commands",
            "Commands that wait for the ledger's writer.",
            ("ledger",),
            registry=registry,
        )
        self._last_seq = Gauge(
            "steppe_last_seq",
            "Sequence number of the ledger's last durable command.",
            ("ledger",),
            registry=registry,
        )
        self._watched: dict[str, Gauge] = {}
        self._command_children: dict[tuple[str, str, str], Counter] = {}
        self._request_children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._ledger_children: dict[str, LedgerMetrics] = {}

    def command(self, ledger: str, outcome: str, code: str = "", count: int = 1) -> None:
        """Count answered commands; `code` is the reject reason, empty when accepted."""
        key = (ledger, outcome, code)
        child = self._command_children.get(key)
        if child is None:
            child = self._command_children[key] = self._commands.labels(*key)
        child.inc(count)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count an answered request; `route` is the template, never the path."""
        key = (route, method, status)
        children = self._request_children.get(key)
        if children is None:
            children = self._request_children[key] = (
                self._requests.labels(route, method, str(status)),
                self._request_seconds.labels(route, method),
            )
        children[0].inc()
        children[1].observe(seconds)

    def ledger(self, ledger: str) -> "LedgerMetrics":
        """Give the ledger's own metrics; its sequencer keeps them."""
        child = self._ledger_children.get(ledger)
        if child is None:
            child = self._ledger_children[ledger] = LedgerMetrics(
                partial(self.command, ledger),
                commit_seconds=self._commit_seconds.labels(ledger),
                batch_commands=self._batch_commands.labels(ledger),
                queue_commands=self._queue_commands.labels(ledger),
                last_seq=self._last_seq.labels(ledger),
            )
        return child

    def watch(
        self, name: str, text: str, read: Callable[[], float], label: tuple[str, str] | None = None
    ) -> None:
        """Show a number that is read when the metrics are: `steppe_<name>`, with one label at most.

        A name is watched once, or once for each value of its label.
        """
        gauge = self._watched.get(name)
        if gauge is None:
            labels = () if label is None else (label[0],)
            gauge = Gauge(f"steppe_{name}", text, labels, registry=self._registry)
            self._watched[name] = gauge
        (gauge if label is None else gauge.labels(label[1])).set_function(read)

    def exposition(self) -> bytes:
        """Write all metrics as Prometheus reads them (`METRICS_CONTENT_TYPE`)."""
        return generate_latest(self._registry)


class LedgerMetrics:
    """The metrics of one ledger's writer, ready for its hot path."""

    __slots__ = ("_batch_commands", "_command", "_commit_seconds", "_last_seq", "_queue_commands")

    def __init__(
        self,
        command: Callable[[str, str, int], None],
        *,
        commit_seconds: Histogram,
        batch_commands: Histogram,
        queue_commands: Gauge,
        last_seq: Gauge,
    ) -> None:
        self._command = command
        self._commit_seconds = commit_seconds
        self._batch_commands = batch_commands
        self._queue_commands = queue_commands
        self._last_seq = last_seq

    def committed(self, seconds: float, commands: int, last_seq: int) -> None:
        """Note one durable batch."""
        self._commit_seconds.observe(seconds)
        self._batch_commands.observe(commands)
        self._last_seq.set(last_seq)

    def answered(self, accepted: int, refused: Mapping[str, int]) -> None:
        """Count the commands of a batch: those accepted, and those refused by reason."""
        self._command("accepted", "", accepted)
        for code, count in refused.items():
            self._command("refused", code, count)

    def queued(self, commands: int) -> None:
        """Note how many commands wait."""
        self._queue_commands.set(commands)


def make_metrics() -> Metrics:
    """Build the metrics with a registry of their own: two servers may share a process."""
    return Metrics(CollectorRegistry())
