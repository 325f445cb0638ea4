"""Approvals of transfers between leagues as rows: what was approved, and what is left."""

from exchange.core.crossing.events import CrossRegionApproved, CrossRegionUsed
from exchange.core.event import Event
from exchange.storage.projection import Handler, Rows
from exchange.storage.writes import Row, update, upsert

APPROVED = upsert(
    "cross_region_approvals",
    "(ledger, asset_id, giver_id, taker_id) DO UPDATE SET"
    " approved = excluded.approved, remaining = excluded.remaining, document = excluded.document,"
    " updated_seq = excluded.updated_seq",
    asset_id="bigint",
    giver_id="bigint",
    taker_id="bigint",
    approved="bigint",
    remaining="bigint",
    document="text",
    updated_seq="bigint",
)
USED = update(
    "cross_region_approvals",
    ("asset_id", "giver_id", "taker_id"),
    "remaining = u.remaining, updated_seq = u.updated_seq",
    asset_id="bigint",
    giver_id="bigint",
    taker_id="bigint",
    remaining="bigint",
    updated_seq="bigint",
)
_Way = tuple[int, int, int]


class CrossingProjection:
    """Table `cross_region_approvals`: one that is given and used in a batch is written once."""

    def __init__(self) -> None:
        self._approved: dict[_Way, tuple[int, str]] = {}
        self._remaining: dict[_Way, tuple[int, int]] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {CrossRegionApproved: self._on_approved, CrossRegionUsed: self._on_used}

    def drain(self) -> Rows:
        given: list[Row] = []
        for way, (approved, document) in self._approved.items():
            remaining, seq = self._remaining.pop(way)
            given.append((*way, approved, remaining, document, seq))
        used: list[Row] = [(*way, *rest) for way, rest in self._remaining.items()]
        self._approved, self._remaining = {}, {}
        return [(write, rows) for write, rows in ((APPROVED, given), (USED, used)) if rows]

    def _on_approved(self, event: CrossRegionApproved, seq: int, _at_ns: int) -> None:
        way = (event.asset_id, event.giver_id, event.taker_id)
        self._approved[way] = (event.approved, event.document)
        self._remaining[way] = (event.left, seq)

    def _on_used(self, event: CrossRegionUsed, seq: int, _at_ns: int) -> None:
        way = (event.asset_id, event.giver_id, event.taker_id)
        self._remaining[way] = (event.left, seq)
