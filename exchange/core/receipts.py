"""What the one who submitted a command gets once it is durable."""

import msgspec

from exchange.core.outcomes import Outcome


class Committed(msgspec.Struct, frozen=True, gc=False):
    """A journalled command. `replayed`: it had happened before, and this is its first outcome."""

    seq: int
    at_ns: int
    outcome: Outcome
    replayed: bool = False
