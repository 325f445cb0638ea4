"""Reading a data file of the rulebook: TOML, UTF-8, converted strictly, with errors to act on.

Every complaint names the file, the entry (a rule's id, a ledger's or region's code) and the field.
"""

import re
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, Any, TypeVar

import msgspec

FOLDER: Traversable = resources.files(__package__)
"""The data files that come with the package."""

Prose = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""Text that says something: not empty, not only spaces."""

T = TypeVar("T")


class RulebookError(ValueError):
    """A data file is wrong. Nothing is loaded from it."""

    def __init__(self, file: str, entry: str, field: str, problem: str) -> None:
        super().__init__(": ".join(part for part in (file, entry, field, problem) if part))
        self.file = file
        self.entry = entry
        self.field = field
        self.problem = problem


def read(folder: Traversable, file: str, into: type[T]) -> T:
    """Read one file into a struct of raw tables.

    Raises: RulebookError when it is missing, not UTF-8, not TOML or has unknown tables.
    """
    try:
        tables = tomllib.loads(folder.joinpath(file).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RulebookError(file, "", "", "there is no such file") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RulebookError(file, "", "", f"not readable as TOML: {error}") from error
    return convert(tables, into, file=file, entry="")


def convert(raw: dict[str, Any], into: type[T], *, file: str, entry: str) -> T:
    """Convert one raw table into its struct, without coercion.

    Raises: RulebookError that names the field.
    """
    try:
        return msgspec.convert(raw, into)
    except msgspec.ValidationError as error:
        raise RulebookError(file, entry, _field(str(error)), str(error)) from error


def name_of(raw: dict[str, Any], key: str, table: str, position: int) -> str:
    """Name an entry for a complaint: its own key, else its place in the file (from 1)."""
    name = raw.get(key)
    return name if isinstance(name, str) and name else f"{table} {position}"


def _field(message: str) -> str:
    found = re.search(r"field `(\w+)`|at `\$\.(\w+)", message)
    return (found[1] or found[2]) if found else ""
