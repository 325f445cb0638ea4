"""What a feature does with events: it gathers the rows of a batch, then hands them over.

A projection belongs to one sequencer and lives as long as it; between two drains it holds the rows
of one batch. It may not ask the core: all it needs is in the events, so the tables can be rebuilt
from the journal alone.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from exchange.core.event import Event
from exchange.storage.writes import Row, Write, insert, update

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


class Kept:
    """New rows and changes of one table, by key: what a batch makes and changes is written once.

    Columns are given with their PostgreSQL types. A change leaves alone what it does not name and
    never takes a value away; to `sums` it adds.
    """

    def __init__(
        self,
        table: str,
        key: Mapping[str, str],
        fixed: Mapping[str, str],
        changing: Mapping[str, str],
        **sums: str,
    ) -> None:
        self._insert = insert(table, with_epoch=False, **key, **fixed, **changing, **sums)
        assignments = [f"{name} = coalesce(u.{name}, t.{name})" for name in changing]
        assignments += [f"{name} = t.{name} + coalesce(u.{name}, 0)" for name in sums]
        self._update = update(table, (*key,), ", ".join(assignments), **key, **changing, **sums)
        self._fixed, self._changing = (*fixed,), (*changing, *sums)
        self._sums = sums
        self._made: dict[tuple[int | str, ...], dict[str, Any]] = {}
        self._changes: dict[tuple[int | str, ...], dict[str, Any]] = {}

    def make(self, *key: int | str, **values: Any) -> None:
        self._made[key] = values

    def change(self, *key: int | str, **values: Any) -> None:
        row = self._made.get(key)
        if row is None:
            row = self._changes.setdefault(key, {})
        for name, value in values.items():
            row[name] = row.get(name, 0) + value if name in self._sums else value

    def drain(self, rows: Gathered) -> None:
        """Hand over what was gathered, and forget it."""
        for key, row in self._made.items():
            facts = [row[name] for name in self._fixed]
            rows.add(self._insert, (*key, *facts, *map(row.get, self._changing)))
        for key, row in self._changes.items():
            rows.add(self._update, (*key, *map(row.get, self._changing)))
        self._made, self._changes = {}, {}
