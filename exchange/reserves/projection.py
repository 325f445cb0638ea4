"""Offers and movements of reserves as rows."""

import msgspec

from exchange.core.event import Event
from exchange.core.reserves.events import ReserveMoved, ReserveOffered, ReserveOfferWithdrawn
from exchange.storage.projection import Gathered, Handler, Kept, Rows
from exchange.storage.writes import insert

_FIXED = {
    "ground": "text",
    "reserve_id": "bigint",
    "party_id": "bigint",
    "asset_id": "bigint",
    "quantity": "bigint",
    "price": "bigint",
    "floor": "bigint",
    "opens_on": "integer",
    "closes_on": "integer",
    "document": "text",
    "offered_seq": "bigint",
}
_CHANGING = {"remaining": "bigint", "withdrawn_document": "text", "withdrawn_seq": "bigint"}
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
    """Tables `reserve_offers`, `reserve_movements`."""

    def __init__(self) -> None:
        self._offers = Kept("reserve_offers", {"offer_id": "bigint"}, _FIXED, _CHANGING)
        self._moved = Gathered()

    def handlers(self) -> dict[type[Event], Handler]:
        return {
            ReserveOffered: self._on_offered,
            ReserveOfferWithdrawn: self._on_withdrawn,
            ReserveMoved: self._on_moved,
        }

    def drain(self) -> Rows:
        self._offers.drain(self._moved)
        return self._moved.drain()

    def _on_offered(self, event: ReserveOffered, seq: int, _at_ns: int) -> None:
        values = msgspec.structs.asdict(event)
        fixed = {name: values[name] for name in _FIXED if name in values}
        self._offers.make(event.offer_id, **fixed, offered_seq=seq, remaining=event.quantity)

    def _on_withdrawn(self, event: ReserveOfferWithdrawn, seq: int, _at_ns: int) -> None:
        withdrawn = {"withdrawn_document": event.document, "withdrawn_seq": seq}
        self._offers.change(event.offer_id, **withdrawn)

    def _on_moved(self, event: ReserveMoved, seq: int, at_ns: int) -> None:
        if event.offer_id:
            self._offers.change(event.offer_id, remaining=event.left)
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
