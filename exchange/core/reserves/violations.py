"""What is always true of the offers of reserves."""

from collections.abc import Iterator

from exchange.core.state import State


def violations(state: State) -> Iterator[str]:
    for offer in state.reserves.offers.values():
        if not 0 <= offer.left <= offer.quantity:
            yield f"offer {offer.offer_id} of {offer.quantity} has {offer.left} left"
