"""What a feature does with events: it gathers the rows of a batch, then hands them over.

A projection belongs to one sequencer and lives as long as it; between two drains it holds the rows
of one batch. It may not ask the core: all it needs is in the events, so the tables can be rebuilt
from the journal alone.
"""

from collections.abc import Callable
from typing import Any, Protocol

from exchange.core.event import Event
from exchange.storage.writes import Row, Write

Handler = Callable[[Any, int, int], None]
"""Takes an event, its sequence number and its time in nanoseconds."""

Rows = list[tuple[Write, list[Row]]]


class Projection(Protocol):
    """One feature's view of the events."""

    def handlers(self) -> dict[type[Event], Handler]:
        """Return what to call for which event."""
        ...

    def drain(self) -> Rows:
        """Return the rows gathered since the last drain, and forget them."""
        ...


class Gathered:
    """Rows in the order in which they came, by the write that takes them."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: dict[Write, list[Row]] = {}

    def add(self, write: Write, row: Row) -> None:
        self._rows.setdefault(write, []).append(row)

    def drain(self) -> Rows:
        rows = list(self._rows.items())
        self._rows = {}
        return rows
