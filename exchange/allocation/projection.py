"""Plans and what each entity got as rows."""

from exchange.core.after_issue.events import AllocationTruedUp
from exchange.core.allocation.events import AllocationIssued, PlanPublished
from exchange.core.event import Event
from exchange.storage.projection import Gathered, Handler, Rows
from exchange.storage.writes import insert, update, upsert

PUBLISHED = upsert(
    "plans",
    "(ledger, plan_id) DO UPDATE SET version = excluded.version,"
    " content_hash = excluded.content_hash, entities = excluded.entities,"
    " quantity = excluded.quantity, objections_until = excluded.objections_until,"
    " document = excluded.document, published_seq = excluded.published_seq,"
    " issued_seq = excluded.issued_seq",
    plan_id="bigint",
    version="integer",
    asset_id="bigint",
    content_hash="bytea",
    entities="integer",
    quantity="bigint",
    objections_until="integer",
    document="text",
    published_seq="bigint",
    issued_seq="bigint",
)
ISSUED = update(
    "plans",
    ("plan_id",),
    "issued_seq = u.issued_seq",
    plan_id="bigint",
    issued_seq="bigint",
)
ENTRIES = insert(
    "allocation_entries",
    plan_id="bigint",
    entity="text",
    participant_id="bigint",
    account_id="bigint",
    lot_id="bigint",
    quantity="bigint",
    place="text",
    seq="bigint",
)


class AllocationProjection:
    """Tables `plans`, `allocation_entries`. An entity that got nothing has lot 0."""

    def __init__(self) -> None:
        self._rows = Gathered()
        self._published: dict[int, tuple[PlanPublished, int]] = {}
        self._issued: dict[int, int] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            PlanPublished: self._on_published,
            AllocationIssued: self._on_issued,
            AllocationTruedUp: self._on_trued_up,
        }

    def drain(self) -> Rows:
        for plan_id, (event, seq) in self._published.items():
            row = (
                plan_id,
                event.version,
                event.asset_id,
                event.content_hash,
                event.entities,
                event.quantity,
                event.objections_until,
                event.document,
                seq,
                self._issued.pop(plan_id, None),
            )
            self._rows.add(PUBLISHED, row)
        for plan_id, seq in self._issued.items():
            self._rows.add(ISSUED, (plan_id, seq))
        self._published, self._issued = {}, {}
        return self._rows.drain()

    def _on_published(self, event: PlanPublished, seq: int, _at_ns: int) -> None:
        self._published[event.plan_id] = (event, seq)

    def _on_trued_up(self, event: AllocationTruedUp, seq: int, _at_ns: int) -> None:
        self._issued[event.plan_id] = seq

    def _on_issued(self, event: AllocationIssued, seq: int, _at_ns: int) -> None:
        self._issued[event.plan_id] = seq
        lot_id = event.first_lot_id - 1
        for entry in event.entries:
            lot_id += entry.quantity > 0
            row = (
                event.plan_id,
                entry.entity,
                entry.participant_id,
                entry.account_id,
                lot_id if entry.quantity else 0,
                entry.quantity,
                entry.place,
                seq,
            )
            self._rows.add(ENTRIES, row)
