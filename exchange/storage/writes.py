"""One batch, one statement: the lease and every row it writes, in one round trip.

Each `Write` is a data-modifying CTE over `unnest` arrays that also reads the CTE `lease`. The lease
is an update which finds its row only for the writer that holds the epoch and knows the last
sequence number: a stale writer writes nothing. All parts see the same snapshot, so within a batch a
row is either inserted with its final values or updated, not both.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

LEASE = (
    "lease AS (UPDATE leases SET last_seq = $4 WHERE ledger = $1 AND epoch = $2 AND last_seq = $3"
    " RETURNING ledger, epoch)"
)
LEASE_PARAMETERS = 4

Row = Sequence[object]


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """One way to write rows of one table. `columns` are (name, PostgreSQL type)."""

    name: str
    columns: tuple[tuple[str, str], ...]
    body: str

    def cte(self, first: int) -> str:
        """Return this part of the statement, its arrays numbered from parameter `first`."""
        arrays = ", ".join(
            f"${first + place}::{_wire(kind)}{kind}[]"
            for place, (_, kind) in enumerate(self.columns)
        )
        names = ", ".join(name for name, _ in self.columns)
        source = f"unnest({arrays}) AS u({names})"
        return f"{self.name} AS ({self.body.replace('<rows>', source)})"


def insert(table: str, *, with_epoch: bool = False, **columns: str) -> Write:
    """Add rows; with the writer's epoch where the table keeps it."""
    names = ", ".join(["ledger", *(["epoch"] if with_epoch else []), *columns])
    values = ", ".join(
        ["lease.ledger", *(["lease.epoch"] if with_epoch else []), *(f"u.{n}" for n in columns)]
    )
    return Write(
        f"{table}_insert",
        tuple(columns.items()),
        f"INSERT INTO {table} ({names}) SELECT {values} FROM <rows> CROSS JOIN lease",  # noqa: S608
    )


def upsert(table: str, conflict: str, **columns: str) -> Write:
    """Add rows, or do `conflict` where their key is there: `(key) DO UPDATE SET ...`."""
    plain = insert(table, with_epoch=False, **columns)
    return Write(f"{table}_upsert", plain.columns, f"{plain.body} ON CONFLICT {conflict}")


def update(table: str, keys: tuple[str, ...], assignments: str, **columns: str) -> Write:
    """Change rows that are there: `t` is the table, `u` the new values."""
    match = " AND ".join(f"t.{key} = u.{key}" for key in keys)
    return Write(
        f"{table}_update",
        tuple(columns.items()),
        f"UPDATE {table} t SET {assignments} FROM <rows> CROSS JOIN lease"  # noqa: S608
        f" WHERE t.ledger = lease.ledger AND {match}",
    )


def statement(writes: Sequence[Write]) -> str:
    """Return the statement that writes the rows of several writes under one lease."""
    parts = [LEASE]
    first = LEASE_PARAMETERS + 1
    for write in writes:
        parts.append(write.cte(first))
        first += len(write.columns)
    return f"WITH {', '.join(parts)} SELECT count(*) FROM lease"  # noqa: S608  (names of ours)


def arrays(write: Write, rows: Sequence[Row]) -> list[object]:
    """Turn rows into one parameter for each column.

    All but bytes travel as array literals: the driver looks at every element of a real array one by
    one, which costs several times as much as writing and reading the text.
    """
    columns = zip(*rows, strict=True)
    return [
        _LITERALS.get(kind, _literal)(column)
        for column, (_, kind) in zip(columns, write.columns, strict=True)
    ]


def _wire(kind: str) -> str:
    """Return the cast that a column of this type is sent through, or nothing."""
    return "" if kind == "bytea" else "text::"


def _literal(column: tuple[object, ...]) -> str:
    if None in column:
        return "{" + ",".join(["NULL" if item is None else str(item) for item in column]) + "}"
    return "{" + ",".join(map(str, column)) + "}"


def _texts(column: tuple[str | None, ...]) -> str:
    """Write texts as an array literal: all at once where that is possible, else one by one."""
    if None in column:
        return "{" + ",".join(["NULL" if i is None else f'"{_escaped(i)}"' for i in column]) + "}"
    joined = _escaped(_BETWEEN.join(column))  # type: ignore[arg-type]
    if joined.count(_BETWEEN) >= len(column):
        return "{" + ",".join([f'"{_escaped(item)}"' for item in column if item is not None]) + "}"
    return '{"' + joined.replace(_BETWEEN, '","') + '"}'


def _escaped(text: str) -> str:
    if "\\" in text or '"' in text:
        return text.replace("\\", "\\\\").replace('"', '\\"')
    return text


_BETWEEN = "\x1f"
_LITERALS: dict[str, Callable[[tuple[Any, ...]], object]] = {"text": _texts, "bytea": tuple}
