"""What is always true of control totals."""

from collections.abc import Iterator

from exchange.core.state import State
from exchange.core.totals import places
from exchange.core.types import AssetId, Purpose

KEPT = (Purpose.RESERVED, Purpose.BUDGET)


def violations(state: State) -> Iterator[str]:
    kept: dict[AssetId, int] = {}
    for account in state.accounts.all.values() if state.totals.places else ():
        if account.purpose in KEPT:
            kept[account.asset_id] = kept.get(account.asset_id, 0) + account.posted
    for asset_id, known in state.totals.places.items():
        yield from _sides(state, asset_id, known, kept.get(asset_id, 0))
        yield from _members(state, asset_id, known)


def _sides(state: State, asset_id: AssetId, known: dict[str, None], kept: int) -> Iterator[str]:
    """The total is the cap; what all places have left or kept in pots and budgets may be issued."""
    house = state.accounts.house
    target, source = house(asset_id, Purpose.TARGET), house(asset_id, Purpose.SOURCE)
    if target.posted != source.posted:
        yield f"asset {asset_id} has a total of {-target.posted}, a cap of {-source.posted}"
    left = kept + sum(house(asset_id, Purpose.HEADROOM, place).posted for place in known)
    issuable = house(asset_id, Purpose.ISSUABLE).posted
    if left != issuable:
        yield f"asset {asset_id}: places have {left} left, {issuable} may be issued"


def _members(state: State, asset_id: AssetId, known: dict[str, None]) -> Iterator[str]:
    held: dict[str | None, int] = dict.fromkeys(known, 0)
    for participant in state.participants.values():
        holding = participant.holdings.get(asset_id)
        if holding is not None and holding.posted:
            place = places.of(state, asset_id, participant.region)
            held[place] = held.get(place, 0) + holding.posted
    for place, quantity in held.items():
        if place is None:
            yield f"asset {asset_id}: {quantity} are held where there is no total"
            continue
        allocated = state.accounts.house(asset_id, Purpose.ALLOCATED, place).posted
        if allocated != quantity:
            yield f"asset {asset_id} at {place}: {allocated} allocated, {quantity} held"
