"""Voluntary cancellations as rows of the register: they are added and never change."""

from exchange.core.cancellation.events import UnitsCancelled
from exchange.core.event import Event
from exchange.storage.projection import Gathered, Handler, Rows
from exchange.storage.writes import insert

CANCELLED = insert(
    "cancellations",
    cancellation_id="bigint",
    participant_id="bigint",
    asset_id="bigint",
    lot_id="bigint",
    quantity="bigint",
    beneficiary="text",
    purpose="text",
    seq="bigint",
    at_ns="bigint",
)


class CancellationProjection:
    """Table `cancellations`."""

    def __init__(self) -> None:
        self._rows = Gathered()

    def handlers(self) -> dict[type[Event], Handler]:
        return {UnitsCancelled: self._on_cancelled}

    def drain(self) -> Rows:
        return self._rows.drain()

    def _on_cancelled(self, event: UnitsCancelled, seq: int, at_ns: int) -> None:
        row = (
            event.cancellation_id,
            event.participant_id,
            event.asset_id,
            event.lot_id,
            event.quantity,
            event.beneficiary,
            event.purpose,
            seq,
            at_ns,
        )
        self._rows.add(CANCELLED, row)
