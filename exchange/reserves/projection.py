"""Offers and movements of reserves as rows."""

from exchange.core.event import Event
from exchange.core.reserves.events import ReserveMoved, ReserveOffered, ReserveOfferWithdrawn
from exchange.storage.projection import Gathered, Handler, Rows
from exchange.storage.writes import insert, update

OFFERED = insert(
    "reserve_offers",
    offer_id="bigint",
    ground="text",
    reserve_id="bigint",
    party_id="bigint",
    asset_id="bigint",
    quantity="bigint",
    price="bigint",
    floor="bigint",
    opens_on="integer",
    closes_on="integer",
    document="text",
    offered_seq="bigint",
    remaining="bigint",
    withdrawn_document="text",
    withdrawn_seq="bigint",
)
CHANGED = update(
    "reserve_offers",
    ("offer_id",),
    "remaining = t.remaining - u.taken,"
    " withdrawn_document = coalesce(u.withdrawn_document, t.withdrawn_document),"
    " withdrawn_seq = coalesce(u.withdrawn_seq, t.withdrawn_seq)",
    offer_id="bigint",
    taken="bigint",
    withdrawn_document="text",
    withdrawn_seq="bigint",
)
MOVED = insert(
    "reserve_movements",
    movement_id="bigint",
    ground="text",
    reserve_id="bigint",
    party_id="bigint",
    asset_id="bigint",
    quantity="bigint",
    consideration_fen="bigint",
    offer_id="bigint",
    chain_id="bigint",
    document="text",
    seq="bigint",
    at_ns="bigint",
)


class ReservesProjection:
    """Tables `reserve_offers`, `reserve_movements`.

    An offer that is made and changed in a batch is written once.
    """

    def __init__(self) -> None:
        self._offered: dict[int, tuple[object, ...]] = {}
        self._quantity: dict[int, int] = {}
        self._taken: dict[int, int] = {}
        self._withdrawn: dict[int, tuple[str, int]] = {}
        self._moved = Gathered()

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            ReserveOffered: self._on_offered,
            ReserveOfferWithdrawn: self._on_withdrawn,
            ReserveMoved: self._on_moved,
        }

    def drain(self) -> Rows:
        rows = self._moved
        for offer_id, row in self._offered.items():
            left = self._quantity[offer_id] - self._taken.pop(offer_id, 0)
            rows.add(OFFERED, (*row, left, *self._withdrawn.pop(offer_id, (None, None))))
        for offer_id in {**self._taken, **self._withdrawn}:
            withdrawn = self._withdrawn.get(offer_id, (None, None))
            rows.add(CHANGED, (offer_id, self._taken.get(offer_id, 0), *withdrawn))
        self._offered, self._quantity, self._taken, self._withdrawn = {}, {}, {}, {}
        return rows.drain()

    def _on_offered(self, event: ReserveOffered, seq: int, _at_ns: int) -> None:
        self._quantity[event.offer_id] = event.quantity
        self._offered[event.offer_id] = (
            event.offer_id,
            event.ground.value,
            event.reserve_id,
            event.party_id,
            event.asset_id,
            event.quantity,
            event.price,
            event.floor,
            event.opens_on,
            event.closes_on,
            event.document,
            seq,
        )

    def _on_withdrawn(self, event: ReserveOfferWithdrawn, seq: int, _at_ns: int) -> None:
        self._withdrawn[event.offer_id] = (event.document, seq)

    def _on_moved(self, event: ReserveMoved, seq: int, at_ns: int) -> None:
        if event.offer_id:
            before = self._taken.get(event.offer_id, 0)
            self._taken[event.offer_id] = before + abs(event.quantity)
        self._moved.add(
            MOVED,
            (
                event.movement_id,
                event.ground.value,
                event.reserve_id,
                event.party_id,
                event.asset_id,
                event.quantity,
                event.consideration_fen,
                event.offer_id,
                event.chain_id,
                event.document,
                seq,
                at_ns,
            ),
        )
