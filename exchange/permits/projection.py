"""Permits, their versions and renewals, and the tasks that follow, as rows."""

from collections.abc import Iterable

import msgspec

from exchange.core.event import Event
from exchange.core.permits.content import Permitted, PermitTerms, Substitution
from exchange.core.permits.events import (
    PermitRecorded,
    PermitsExpired,
    PermitTaskClosed,
    PermitTaskOpened,
    PermitUpdated,
    RenewalDecided,
    RenewalRequested,
)
from exchange.storage.projection import Gathered, Handler, Kept, Rows
from exchange.storage.writes import insert

_FIXED = {"participant_id": "bigint", "number": "text", "recorded_seq": "bigint"}
_CHANGING = {
    "version": "integer",
    "valid_from": "integer",
    "valid_to": "integer",
    "expired": "boolean",
    "updated_seq": "bigint",
}
VERSIONS = insert(
    "permit_versions",
    permit_id="bigint",
    version="integer",
    valid_from="integer",
    valid_to="integer",
    new_project="boolean",
    non_attainment="boolean",
    substitution="text",
    document="text",
    seq="bigint",
)
QUANTITIES = insert(
    "permit_quantities",
    permit_id="bigint",
    version="integer",
    kind="text",
    quantity="bigint",
)
_RENEWAL_FIXED = {
    "participant_id": "bigint",
    "quantities": "text",
    "requested_on": "integer",
    "requested_seq": "bigint",
}
_RENEWAL_CHANGING = {"granted": "boolean", "document": "text", "decided_seq": "bigint"}
_TASK_FIXED = {
    "participant_id": "bigint",
    "asset_id": "bigint",
    "held": "bigint",
    "permitted": "bigint",
    "usable": "bigint",
    "opened_on": "integer",
    "opened_seq": "bigint",
}
_TASK_CHANGING = {"closed_on": "integer", "closed_seq": "bigint"}


def written(parts: Iterable[Permitted | Substitution]) -> str:
    """Write what a permit says of kinds as JSON: lists in the order of their fields."""
    return msgspec.json.encode([msgspec.structs.astuple(part) for part in parts]).decode()


class PermitsProjection:
    """Tables `permits` and its versions, `permit_quantities`, `permit_renewals`, `permit_tasks`."""

    def __init__(self) -> None:
        self._rows = Gathered()
        self._permits = Kept("permits", {"permit_id": "bigint"}, _FIXED, _CHANGING)
        self._renewals = Kept(
            "permit_renewals",
            {"permit_id": "bigint", "renewal": "integer"},
            _RENEWAL_FIXED,
            _RENEWAL_CHANGING,
        )
        self._tasks = Kept("permit_tasks", {"task_id": "bigint"}, _TASK_FIXED, _TASK_CHANGING)

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            PermitRecorded: self._on_recorded,
            PermitUpdated: self._on_updated,
            PermitsExpired: self._on_expired,
            RenewalRequested: self._on_requested,
            RenewalDecided: self._on_decided,
            PermitTaskOpened: self._on_opened,
            PermitTaskClosed: self._on_closed,
        }

    def drain(self) -> Rows:
        for table in (self._permits, self._renewals, self._tasks):
            table.drain(self._rows)
        return self._rows.drain()

    def _on_recorded(self, event: PermitRecorded, seq: int, _at_ns: int) -> None:
        holder = {"participant_id": event.holder_id, "number": event.number}
        self._permits.make(event.permit_id, **holder, recorded_seq=seq)
        self._version(event.permit_id, 1, event.terms, event.document, seq)

    def _on_updated(self, event: PermitUpdated, seq: int, _at_ns: int) -> None:
        self._version(event.permit_id, event.version, event.terms, event.document, seq)

    def _version(
        self, permit_id: int, version: int, terms: PermitTerms, document: str, seq: int
    ) -> None:
        self._permits.change(
            permit_id,
            version=version,
            valid_from=terms.valid_from,
            valid_to=terms.valid_to,
            expired=False,
            updated_seq=seq,
        )
        days = (terms.valid_from, terms.valid_to)
        project = (terms.new_project, terms.non_attainment, written(terms.substitution))
        self._rows.add(VERSIONS, (permit_id, version, *days, *project, document, seq))
        for each in terms.quantities:
            self._rows.add(QUANTITIES, (permit_id, version, each.kind, each.quantity))

    def _on_expired(self, event: PermitsExpired, seq: int, _at_ns: int) -> None:
        for permit_id in event.permit_ids:
            self._permits.change(permit_id, expired=True, updated_seq=seq)

    def _on_requested(self, event: RenewalRequested, seq: int, _at_ns: int) -> None:
        self._renewals.make(
            event.permit_id,
            event.renewal,
            participant_id=event.participant_id,
            quantities=written(event.quantities),
            requested_on=event.requested_on,
            requested_seq=seq,
        )

    def _on_decided(self, event: RenewalDecided, seq: int, _at_ns: int) -> None:
        decided = {"granted": event.granted, "document": event.document, "decided_seq": seq}
        self._renewals.change(event.permit_id, event.renewal, **decided)

    def _on_opened(self, event: PermitTaskOpened, seq: int, _at_ns: int) -> None:
        values = msgspec.structs.asdict(event)
        self._tasks.make(values.pop("task_id"), **values, opened_seq=seq)

    def _on_closed(self, event: PermitTaskClosed, seq: int, _at_ns: int) -> None:
        self._tasks.change(event.task_id, closed_on=event.closed_on, closed_seq=seq)
