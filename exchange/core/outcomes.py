"""What goes into the venue and what comes out of it."""

import msgspec

from exchange.core.commands import AnyCommand
from exchange.core.events import AnyEvent
from exchange.core.reasons import RejectReason
from exchange.core.rules import RuleRef
from exchange.core.types import Seq


class Sequenced(msgspec.Struct, frozen=True, gc=False):
    """A command with its place and its time (nanoseconds UTC, read once by the sequencer)."""

    seq: Seq
    at_ns: int
    command: AnyCommand


class Refusal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Why the venue said no.

    The rule that decided, and the figures it compared, as decimal text.
    """

    reason: RejectReason
    rule: RuleRef | None = None
    figures: tuple[tuple[str, str], ...] = ()


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """Either a refusal and no events, or the events."""

    refusal: Refusal | None
    events: tuple[AnyEvent, ...]


def encode_command(command: AnyCommand) -> bytes:
    """Return the canonical bytes of a command, as the journal keeps them."""
    return _ENCODER.encode(command)


def decode_command(data: bytes) -> AnyCommand:
    return _COMMANDS.decode(data)


def encode_events(events: tuple[AnyEvent, ...]) -> bytes:
    """Return the canonical bytes of an outcome's events, as the journal keeps them."""
    return _ENCODER.encode(events)


def decode_events(data: bytes) -> tuple[AnyEvent, ...]:
    return _EVENTS.decode(data)


def encode_refusal(refusal: Refusal) -> bytes:
    return _ENCODER.encode(refusal)


def decode_refusal(data: bytes) -> Refusal:
    return _REFUSALS.decode(data)


_ENCODER = msgspec.msgpack.Encoder()
_COMMANDS: msgspec.msgpack.Decoder[AnyCommand] = msgspec.msgpack.Decoder(AnyCommand)
_EVENTS: msgspec.msgpack.Decoder[tuple[AnyEvent, ...]] = msgspec.msgpack.Decoder(
    tuple[AnyEvent, ...]
)
_REFUSALS: msgspec.msgpack.Decoder[Refusal] = msgspec.msgpack.Decoder(Refusal)
