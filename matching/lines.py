"""Messages and events as JSON lines: one object a line, `type` first, enums by lower-case name.

`{"type":"new","order_id":1,"owner":7,"side":"buy","quantity":5,"price":1600}` is a message,
`{"type":"accepted","order_id":1,"leaves":5}` an event. The field names are those of the records
in `matching.messages`, and only those; every number is an integer.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import msgspec

from matching.messages import (
    CancelReason,
    Depth,
    Event,
    Message,
    OrderType,
    RejectReason,
    SelfTradePrevention,
    Side,
    TimeInForce,
)

NAMED_FIELDS: Final[dict[str, type[IntEnum]]] = {
    "side": Side,
    "order_type": OrderType,
    "time_in_force": TimeInForce,
    "self_trade_prevention": SelfTradePrevention,
}
REASONS: Final[dict[str, type[IntEnum]]] = {"cancelled": CancelReason, "rejected": RejectReason}

_NUMBERS: Final[dict[str, dict[str, int]]] = {
    field: {member.name.lower(): member.value for member in kind}
    for field, kind in NAMED_FIELDS.items()
}


def parse(line: bytes) -> Message:
    """Read one message. Raises: ValueError that says what is wrong with the line."""
    try:
        fields = msgspec.json.decode(line)
    except RecursionError as error:
        raise ValueError("JSON is nested too deeply") from error
    if not isinstance(fields, dict):
        raise ValueError("a message is a JSON object")  # noqa: TRY004  one kind of error a line
    for field, numbers in _NUMBERS.items():
        name = fields.get(field)
        if name is not None:
            fields[field] = _number(field, name, numbers)
    message: Message = msgspec.convert(fields, Message)
    return message


def render(event: Event | Depth) -> bytes:
    """Write one event, or the depth of a book, as a line without its end."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    if isinstance(event, Depth):
        return msgspec.json.encode({"type": "depth", **fields})
    if (reasons := REASONS.get(fields["type"])) is not None:
        fields["reason"] = reasons(fields["reason"]).name.lower()
    return msgspec.json.encode(fields)


def render_error(line_number: int, problem: str) -> bytes:
    return msgspec.json.encode({"type": "error", "line": line_number, "problem": problem})


def _number(field: str, name: object, numbers: dict[str, int]) -> int:
    if isinstance(name, str) and name in numbers:
        return numbers[name]
    raise ValueError(f"{field} is one of {', '.join(numbers)}")
