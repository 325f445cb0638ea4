"""The base of all answers: frozen, and tolerant of fields this version does not know."""

from datetime import datetime
from typing import Annotated, Generic, TypeVar

import msgspec

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone."""

T = TypeVar("T")


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """Quantities, prices and money are `Decimal`; times are aware; local days are `date`."""


class Page(Model, Generic[T], frozen=True, kw_only=True):
    """One page of a list; `next_cursor` leads to the next and is None on the last."""

    items: tuple[T, ...]
    next_cursor: str | None = None


class Receipt(Model, frozen=True, kw_only=True):
    """That a command was carried out, and its place in the ledger's journal."""

    ledger: str | None = None
    sequence: int | None = None
    accepted_at: Instant | None = None
