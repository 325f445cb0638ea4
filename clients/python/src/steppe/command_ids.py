"""The ids by which the venue knows a command again and acts on it once."""

import re
from uuid import uuid4

_COMMAND_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}", re.ASCII)


def new_command_id() -> str:
    """Return a fresh id for a command: 32 random hexadecimal digits."""
    return uuid4().hex


def command_id_of(given: str | None) -> str:
    """Return `given`, or a fresh id. Raises: ValueError when the venue would not take it."""
    if given is None:
        return new_command_id()
    if not _COMMAND_ID.fullmatch(given):
        raise ValueError("an id has 1 to 64 of the characters A-Z a-z 0-9 . _ : -")
    return given
