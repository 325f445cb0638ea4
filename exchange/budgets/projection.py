"""Projects, what happened to each, and the targets of places as rows."""

import json
from typing import Any

from exchange.core.budgets.events import (
    BudgetAdjusted,
    IndicatorSet,
    ObligationCovered,
    ObligationDetermined,
    PriorityListed,
    ProjectClosed,
    ProjectRegistered,
    ProjectStarted,
    UseRecorded,
)
from exchange.core.event import Event
from exchange.storage.projection import Gathered, Handler, Kept, Rows
from exchange.storage.writes import Row, insert, upsert

_FIXED = {
    "participant_id": "bigint",
    "asset_id": "bigint",
    "place": "text",
    "code": "text",
    "renewable": "bigint",
    "feedstock": "bigint",
    "intensity": "bigint",
    "is_new": "boolean",
    "document": "text",
    "registered_seq": "bigint",
}
_CHANGING = {
    "energy": "bigint",
    "counted": "bigint",
    "used": "bigint",
    "priority": "boolean",
    "stage": "text",
    "method_id": "text",
    "method_version": "integer",
    "as_of": "integer",
    "inputs": "text",
    "obligation": "bigint",
    "payable": "boolean",
    "trace_hash": "bytea",
    "covered": "bigint",
    "updated_seq": "bigint",
}
ENTRY = insert(
    "project_entries",
    project_id="bigint",
    seq="bigint",
    kind="text",
    quantity="bigint",
    energy="bigint",
    pot="text",
    document="text",
    at_ns="bigint",
)
_REPORT = {
    "binding": "boolean",
    "target": "bigint",
    "value": "bigint",
    "scale": "integer",
    "unit": "text",
    "light": "text",
    "data_source": "text",
    "document": "text",
    "updated_seq": "bigint",
}
REPORTED = upsert(
    "indicators",
    "(ledger, kind, place, name, period) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _REPORT),
    kind="text",
    place="text",
    name="text",
    period="text",
    **_REPORT,
)


class ProjectsProjection:
    """Tables `projects`, `project_entries`: what a batch makes and changes is written once."""

    def __init__(self) -> None:
        self._projects = Kept("projects", {"project_id": "bigint"}, _FIXED, _CHANGING)
        self._rows = Gathered()

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            ProjectRegistered: self._on_registered,
            ObligationDetermined: self._on_determined,
            BudgetAdjusted: self._on_adjusted,
            UseRecorded: self._on_used,
            PriorityListed: self._on_listed,
            ObligationCovered: self._on_covered,
            ProjectStarted: self._on_started,
            ProjectClosed: self._on_closed,
        }

    def drain(self) -> Rows:
        self._projects.drain(self._rows)
        return self._rows.drain()

    def _change(self, project_id: int, seq: int, **columns: Any) -> None:
        self._projects.change(project_id, **columns, updated_seq=seq)

    def _enter(self, project_id: int, seq: int, at_ns: int, kind: str, *terms: int | str) -> None:
        """Add an entry; `terms` are quantity, energy, pot and document as far as there are any."""
        whole = (*terms, *(0, 0, "", "")[len(terms) :])
        self._rows.add(ENTRY, (project_id, seq, kind, *whole, at_ns))

    def _on_registered(self, event: ProjectRegistered, seq: int, at_ns: int) -> None:
        project_id = event.project_id
        self._projects.make(
            project_id,
            participant_id=event.participant_id,
            asset_id=event.asset_id,
            place=event.place,
            code=event.code,
            renewable=event.renewable,
            feedstock=event.feedstock,
            intensity=event.intensity,
            is_new=event.new,
            document=event.document,
            registered_seq=seq,
            used=0,
            covered=0,
            priority=False,
            stage="registered",
        )
        self._change(project_id, seq, energy=event.energy, counted=event.counted)
        terms = (event.counted, event.energy, event.pot, event.document)
        self._enter(project_id, seq, at_ns, "registered", *terms)

    def _on_determined(self, event: ObligationDetermined, seq: int, _at_ns: int) -> None:
        self._change(
            event.project_id,
            seq,
            method_id=event.method.rule_id,
            method_version=event.method.version,
            as_of=event.as_of,
            inputs=json.dumps(dict(event.inputs), ensure_ascii=False),
            obligation=event.quantity,
            payable=event.payable,
            trace_hash=event.trace_hash,
        )

    def _on_adjusted(self, event: BudgetAdjusted, seq: int, at_ns: int) -> None:
        self._change(event.project_id, seq, energy=event.energy, counted=event.counted)
        terms = (event.change, event.change, event.pot, event.document)
        self._enter(event.project_id, seq, at_ns, "adjusted", *terms)

    def _on_used(self, event: UseRecorded, seq: int, at_ns: int) -> None:
        self._change(event.project_id, seq, used=event.used)
        terms = (event.quantity, event.energy, "", event.document)
        self._enter(event.project_id, seq, at_ns, "used", *terms)

    def _on_listed(self, event: PriorityListed, seq: int, at_ns: int) -> None:
        self._change(event.project_id, seq, priority=event.listed)
        kind = "listed" if event.listed else "unlisted"
        self._enter(event.project_id, seq, at_ns, kind, 0, 0, "", event.document)

    def _on_covered(self, event: ObligationCovered, seq: int, at_ns: int) -> None:
        self._change(event.project_id, seq, covered=event.covered)
        self._enter(event.project_id, seq, at_ns, "covered", event.quantity)

    def _on_started(self, event: ProjectStarted, seq: int, at_ns: int) -> None:
        self._change(event.project_id, seq, stage="started")
        self._enter(event.project_id, seq, at_ns, "started")

    def _on_closed(self, event: ProjectClosed, seq: int, at_ns: int) -> None:
        self._change(event.project_id, seq, stage="closed", counted=event.counted)
        self._enter(event.project_id, seq, at_ns, "closed", event.returned, 0, "", event.document)


class IndicatorsProjection:
    """Table `indicators`: a period reported twice in a batch is written as it is last."""

    def __init__(self) -> None:
        self._reported: dict[tuple[str, ...], Row] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {IndicatorSet: self._on_set}

    def drain(self) -> Rows:
        rows: list[Row] = [(*key, *row) for key, row in self._reported.items()]
        self._reported = {}
        return [(REPORTED, rows)] if rows else []

    def _on_set(self, event: IndicatorSet, seq: int, _at_ns: int) -> None:
        self._reported[event.kind, event.place, event.name, event.period] = (
            event.binding,
            event.target,
            event.value,
            event.scale,
            event.unit,
            event.status,
            event.data_source,
            event.document,
            seq,
        )
