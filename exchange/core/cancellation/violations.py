"""What is always true of cancellations."""

from collections.abc import Iterator

from exchange.core.state import State
from exchange.core.types import HOUSE, Purpose


def violations(state: State) -> Iterator[str]:
    for asset_id, quantity in state.cancellation.cancelled.items():
        retired = state.accounts.find(HOUSE, asset_id, Purpose.RETIRED)
        ended = 0 if retired is None else retired.posted
        if not 0 < quantity <= ended:
            yield f"asset {asset_id}: {quantity} are cancelled, {ended} have ended"
