"""Hands each event to the projections that want it, and collects their rows."""

from collections.abc import Sequence

from exchange.core.event import Event
from exchange.storage.projection import Handler, Projection, Rows


class Projector:
    """The projections of one ledger."""

    __slots__ = ("_handlers", "_projections")

    def __init__(self, projections: Sequence[Projection]) -> None:
        self._projections = tuple(projections)
        self._handlers: dict[type[Event], tuple[Handler, ...]] = {}
        for projection in self._projections:
            for kind, handler in projection.handlers().items():
                self._handlers[kind] = (*self._handlers.get(kind, ()), handler)

    def project(self, events: Sequence[Event], seq: int, at_ns: int) -> None:
        handlers = self._handlers
        for event in events:
            for handler in handlers.get(type(event), ()):
                handler(event, seq, at_ns)

    def drain(self) -> Rows:
        """Return the rows of all projections since the last drain."""
        rows: Rows = []
        for projection in self._projections:
            rows.extend(projection.drain())
        return rows
