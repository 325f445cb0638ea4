"""Control totals as rows. What is left and allocated are balances, which the ledgers project."""

from exchange.core.event import Event
from exchange.core.events import TransferPosted
from exchange.core.totals.events import ControlTotalAdjusted, ControlTotalSet, TotalCancelled
from exchange.core.types import TransferCode
from exchange.storage.projection import Handler, Rows
from exchange.storage.writes import Row, insert, update, upsert

SET = insert(
    "control_totals",
    asset_id="bigint",
    place="text",
    parent="text",
    headroom_id="bigint",
    allocated_id="bigint",
    quantity="bigint",
    document="text",
    updated_seq="bigint",
)
ADJUSTED = update(
    "control_totals",
    ("asset_id", "place"),
    "quantity = t.quantity + u.quantity, document = u.document, updated_seq = u.updated_seq",
    asset_id="bigint",
    place="text",
    quantity="bigint",
    document="text",
    updated_seq="bigint",
)
MOVED = upsert(
    "total_moves",
    "(ledger, account_id) DO UPDATE SET moved_in = total_moves.moved_in + excluded.moved_in,"
    " moved_out = total_moves.moved_out + excluded.moved_out",
    account_id="bigint",
    moved_in="bigint",
    moved_out="bigint",
)
_Place = tuple[int, str]


class TotalsProjection:
    """Tables `control_totals`, `total_moves`."""

    def __init__(self) -> None:
        self._set: dict[_Place, ControlTotalSet] = {}
        self._changes: dict[_Place, tuple[int, str, int]] = {}
        self._moved: dict[int, list[int]] = {}

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            ControlTotalSet: self._on_set,
            ControlTotalAdjusted: self._on_adjusted,
            TotalCancelled: self._on_cancelled,
            TransferPosted: self._on_posted,
        }

    def drain(self) -> Rows:
        made: list[Row] = []
        for place, event in self._set.items():
            change, document, seq = self._changes.pop(place)
            accounts = (event.headroom_id, event.allocated_id)
            made.append((*place, event.parent, *accounts, change, document, seq))
        changed: list[Row] = [(*place, *change) for place, change in self._changes.items()]
        moved: list[Row] = [(account_id, *sums) for account_id, sums in self._moved.items()]
        self._set, self._changes, self._moved = {}, {}, {}
        writes = ((SET, made), (ADJUSTED, changed), (MOVED, moved))
        return [(write, rows) for write, rows in writes if rows]

    def _on_set(self, event: ControlTotalSet, seq: int, _at_ns: int) -> None:
        place = (event.asset_id, event.place)
        self._set[place] = event
        self._changes[place] = (event.quantity, event.document, seq)

    def _on_adjusted(self, event: ControlTotalAdjusted, seq: int, _at_ns: int) -> None:
        self._change((event.asset_id, event.place), event.change, event.document, seq)

    def _on_cancelled(self, event: TotalCancelled, seq: int, _at_ns: int) -> None:
        for place in event.places:
            self._change((event.asset_id, place), -event.quantity, event.document, seq)

    def _change(self, place: _Place, change: int, document: str, seq: int) -> None:
        before = self._changes.get(place, (0, "", 0))[0]
        self._changes[place] = (before + change, document, seq)

    def _on_posted(self, event: TransferPosted, _seq: int, _at_ns: int) -> None:
        if event.code is not TransferCode.TOTAL_MOVED:
            return
        self._moved.setdefault(event.credit_account_id, [0, 0])[0] += event.quantity
        self._moved.setdefault(event.debit_account_id, [0, 0])[1] += event.quantity
