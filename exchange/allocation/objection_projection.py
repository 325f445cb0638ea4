"""Objections as rows."""

from exchange.core.allocation.events import ObjectionDecided, ObjectionFiled
from exchange.core.event import Event
from exchange.storage.projection import Gathered, Handler, Rows
from exchange.storage.writes import insert, update

FILED = insert(
    "objections",
    objection_id="bigint",
    plan_id="bigint",
    version="integer",
    participant_id="bigint",
    entity="text",
    text_hash="bytea",
    filed_on="integer",
    filed_seq="bigint",
    upheld="boolean",
    decision_hash="bytea",
    document="text",
    decided_seq="bigint",
)
DECIDED = update(
    "objections",
    ("objection_id",),
    "upheld = u.upheld, decision_hash = u.decision_hash, document = u.document,"
    " decided_seq = u.decided_seq",
    objection_id="bigint",
    upheld="boolean",
    decision_hash="bytea",
    document="text",
    decided_seq="bigint",
)
_UNDECIDED = (None, None, None, None)


class ObjectionsProjection:
    """Table `objections`: one filed and decided in the same batch is written once."""

    def __init__(self) -> None:
        self._filed: dict[int, tuple[object, ...]] = {}
        self._decided: dict[int, tuple[object, ...]] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {ObjectionFiled: self._on_filed, ObjectionDecided: self._on_decided}

    def drain(self) -> Rows:
        rows = Gathered()
        for objection_id, row in self._filed.items():
            rows.add(FILED, (*row, *self._decided.pop(objection_id, _UNDECIDED)))
        for objection_id, decision in self._decided.items():
            rows.add(DECIDED, (objection_id, *decision))
        self._filed, self._decided = {}, {}
        return rows.drain()

    def _on_filed(self, event: ObjectionFiled, seq: int, _at_ns: int) -> None:
        self._filed[event.objection_id] = (
            event.objection_id,
            event.plan_id,
            event.version,
            event.participant_id,
            event.entity,
            event.text_hash,
            event.filed_on,
            seq,
        )

    def _on_decided(self, event: ObjectionDecided, seq: int, _at_ns: int) -> None:
        decision = (event.upheld, event.decision_hash, event.document, seq)
        self._decided[event.objection_id] = decision
