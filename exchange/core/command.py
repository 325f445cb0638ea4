"""The base of all commands: canonical bytes, tagged with the class name.

Field order is part of the stored form (`array_like`). A command that a journal may hold is never
changed; a new need is a new command.
"""

import msgspec


class Command(msgspec.Struct, frozen=True, array_like=True, tag=True, gc=False):
    """The common base: each subclass is tagged with its own name."""
