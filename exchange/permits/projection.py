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
from exchange.storage.projection import Gathered, Handler, Rows
from exchange.storage.writes import Row, insert, update

RECORDED = insert(
    "permits",
    permit_id="bigint",
    participant_id="bigint",
    number="text",
    recorded_seq="bigint",
    version="integer",
    valid_from="integer",
    valid_to="integer",
    expired="boolean",
    updated_seq="bigint",
)
CHANGED = update(
    "permits",
    ("permit_id",),
    "version = coalesce(u.version, t.version),"
    " valid_from = coalesce(u.valid_from, t.valid_from),"
    " valid_to = coalesce(u.valid_to, t.valid_to), expired = u.expired,"
    " updated_seq = u.updated_seq",
    permit_id="bigint",
    version="integer",
    valid_from="integer",
    valid_to="integer",
    expired="boolean",
    updated_seq="bigint",
)
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
REQUESTED = insert(
    "permit_renewals",
    permit_id="bigint",
    renewal="integer",
    participant_id="bigint",
    quantities="text",
    requested_on="integer",
    requested_seq="bigint",
    granted="boolean",
    document="text",
    decided_seq="bigint",
)
DECIDED = update(
    "permit_renewals",
    ("permit_id", "renewal"),
    "granted = u.granted, document = u.document, decided_seq = u.decided_seq",
    permit_id="bigint",
    renewal="integer",
    granted="boolean",
    document="text",
    decided_seq="bigint",
)
OPENED = insert(
    "permit_tasks",
    task_id="bigint",
    participant_id="bigint",
    asset_id="bigint",
    held="bigint",
    permitted="bigint",
    usable="bigint",
    opened_on="integer",
    opened_seq="bigint",
    closed_on="integer",
    closed_seq="bigint",
)
CLOSED = update(
    "permit_tasks",
    ("task_id",),
    "closed_on = u.closed_on, closed_seq = u.closed_seq",
    task_id="bigint",
    closed_on="integer",
    closed_seq="bigint",
)


def written(parts: Iterable[Permitted | Substitution]) -> str:
    """Write what a permit says of kinds as JSON: lists in the order of their fields."""
    return msgspec.json.encode([msgspec.structs.astuple(part) for part in parts]).decode()


class PermitsProjection:
    """Tables `permits`, `permit_versions`, `permit_quantities`, `permit_renewals`, `permit_tasks`.

    What is made and changed in the same batch is written once.
    """

    def __init__(self) -> None:
        self._rows = Gathered()
        self._recorded: dict[int, Row] = {}
        self._states: dict[int, Row] = {}
        self._requested: dict[tuple[int, int], Row] = {}
        self._decided: dict[tuple[int, int], Row] = {}
        self._opened: dict[int, Row] = {}
        self._closed: dict[int, Row] = {}

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
        rows = self._rows
        for permit_id, made in self._recorded.items():
            rows.add(RECORDED, (*made, *self._states.pop(permit_id)))
        for permit_id, state in self._states.items():
            rows.add(CHANGED, (permit_id, *state))
        for key, asked in self._requested.items():
            rows.add(REQUESTED, (*asked, *self._decided.pop(key, (None, None, None))))
        for key, decision in self._decided.items():
            rows.add(DECIDED, (*key, *decision))
        for task_id, opened in self._opened.items():
            rows.add(OPENED, (*opened, *self._closed.pop(task_id, (None, None))))
        for task_id, closing in self._closed.items():
            rows.add(CLOSED, (task_id, *closing))
        self._recorded, self._states = {}, {}
        self._requested, self._decided = {}, {}
        self._opened, self._closed = {}, {}
        return rows.drain()

    def _on_recorded(self, event: PermitRecorded, seq: int, _at_ns: int) -> None:
        holder = (event.permit_id, event.holder_id, event.number, seq)
        self._recorded[event.permit_id] = holder
        self._version(event.permit_id, 1, event.terms, event.document, seq)

    def _on_updated(self, event: PermitUpdated, seq: int, _at_ns: int) -> None:
        self._version(event.permit_id, event.version, event.terms, event.document, seq)

    def _version(
        self, permit_id: int, version: int, terms: PermitTerms, document: str, seq: int
    ) -> None:
        days = (terms.valid_from, terms.valid_to)
        self._states[permit_id] = (version, *days, False, seq)
        project = (terms.new_project, terms.non_attainment, written(terms.substitution))
        self._rows.add(VERSIONS, (permit_id, version, *days, *project, document, seq))
        for each in terms.quantities:
            self._rows.add(QUANTITIES, (permit_id, version, each.kind, each.quantity))

    def _on_expired(self, event: PermitsExpired, seq: int, _at_ns: int) -> None:
        for permit_id in event.permit_ids:
            known = self._states.get(permit_id, (None, None, None))
            self._states[permit_id] = (*known[:3], True, seq)

    def _on_requested(self, event: RenewalRequested, seq: int, _at_ns: int) -> None:
        self._requested[event.permit_id, event.renewal] = (
            event.permit_id,
            event.renewal,
            event.participant_id,
            written(event.quantities),
            event.requested_on,
            seq,
        )

    def _on_decided(self, event: RenewalDecided, seq: int, _at_ns: int) -> None:
        self._decided[event.permit_id, event.renewal] = (event.granted, event.document, seq)

    def _on_opened(self, event: PermitTaskOpened, seq: int, _at_ns: int) -> None:
        self._opened[event.task_id] = (*msgspec.structs.astuple(event), seq)

    def _on_closed(self, event: PermitTaskClosed, seq: int, _at_ns: int) -> None:
        self._closed[event.task_id] = (event.closed_on, seq)
