"""The content of a plan as canonical bytes: what is published by hash and issued as it stands.

The hash is that of the bytes, so a later form with more fields changes no earlier one: a row that
was not calculated is written without a trace's hash, and a content whose lots may be put to any use
without that, as they always were.
"""

import hashlib

import msgspec

from exchange.core.rules import RuleRef
from exchange.core.types import AssetId, Day, ParticipantId, PlanId


class PlanRow(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What one entity gets. A participant may run several entities.

    `trace_hash` is the SHA-256 of the calculation the quantity comes from; empty: the plan itself
    names the quantity.
    """

    entity: str
    participant_id: ParticipantId
    quantity: int
    trace_hash: bytes = b""


class PlanContent(msgspec.Struct, frozen=True, array_like=True):
    """A plan as a whole; its rows stand in the order of their entities.

    `method` is the rule that the quantities follow. `valid_to` 0 means no end. `pot` is what the
    units are taken from: nothing (what each place has left), a pot of each entity's place (`idle`)
    or one of a certain place (`150800:saved`). `use` is what its lots may be put to: anything, or
    only their holders' own use (`own_use`). A true-up names the plan that began its `series` and
    its `phase`, from 2: its rows state what each entity shall have been given in the end.
    """

    plan_id: PlanId
    version: int
    asset_id: AssetId
    method: RuleRef
    vintage: str
    region: str
    basin: str
    valid_from: Day
    valid_to: Day
    rows: tuple[PlanRow, ...]
    pot: str = ""
    use: str = ""
    series: PlanId = PlanId(0)
    phase: int = 0


def encode_content(content: PlanContent) -> bytes:
    """Write a content; what a later form added is left out where it says nothing."""
    rows = tuple(
        row if row.trace_hash else (row.entity, row.participant_id, row.quantity)
        for row in content.rows
    )
    *head, _, pot, use, series, phase = msgspec.structs.astuple(content)
    tail = (use, series, phase) if series else (use,) if use else ()
    return _ENCODER.encode((*head, rows, pot, *tail))


def decode_content(data: bytes) -> PlanContent | None:
    """Read a content, or None when the bytes are none."""
    try:
        return _DECODER.decode(data)
    except (msgspec.MsgspecError, ValueError):
        return None


def content_hash(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(PlanContent)
