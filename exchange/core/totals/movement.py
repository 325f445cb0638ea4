"""Control totals follow the units: postings between places, in the command that moves the units.

Invariant: `allocated` of a place is what the members who belong to it hold.
"""

from exchange.core.accounts import Account
from exchange.core.events import AnyEvent, TransferPosted
from exchange.core.postings import move
from exchange.core.state import Participant, State
from exchange.core.totals import places
from exchange.core.types import AssetId, ChainId, Purpose, TransferCode

Leg = tuple[Account, Account, int]


def post_chain(
    state: State, legs: list[Leg], code: TransferCode, reference: str
) -> list[TransferPosted]:
    """Post amounts as one chain; what moves nothing is left out. Emits: TransferPosted for each."""
    chain_id = ChainId(state.last_transfer + 1)
    return [move(state, *leg, code, reference, (), chain_id) for leg in legs if leg[2]]


def allocated(  # noqa: PLR0913, PLR0917
    state: State,
    asset_id: AssetId,
    source: Account,
    way: tuple[str, str],
    quantity: int,
    reference: str,
) -> list[TransferPosted]:
    """Count what a member is given, by the place of the source and by the member's own.

    Posts: the source to `allocated` of its place, and on to that of the member's place.
    """
    there = state.accounts.house(asset_id, Purpose.ALLOCATED, way[0])
    given = post_chain(state, [(source, there, quantity)], TransferCode.ALLOCATE, reference)
    return given + _move(state, asset_id, way, quantity, reference)


def moved(  # noqa: PLR0913, PLR0917
    state: State,
    asset_id: AssetId,
    giver: Participant,
    taker: Participant,
    quantity: int,
    reference: str,
) -> list[TransferPosted]:
    """Take units that went from one member to another from one place's account to the other's."""
    if asset_id not in state.totals.places:
        return []
    left = places.of(state, asset_id, giver.region)
    entered = places.of(state, asset_id, taker.region)
    return _move(state, asset_id, (left, entered), quantity, reference)


def _move(
    state: State,
    asset_id: AssetId,
    way: tuple[str | None, str | None],
    quantity: int,
    reference: str,
) -> list[TransferPosted]:
    left, entered = way
    if left == entered:
        return []
    assert left is not None
    assert entered is not None
    house = state.accounts.house
    debit = house(asset_id, Purpose.ALLOCATED, left)
    credit = house(asset_id, Purpose.ALLOCATED, entered)
    leg = (debit, credit, quantity)
    return post_chain(state, [leg], TransferCode.TOTAL_MOVED, reference)


def outside(state: State, asset_id: AssetId, participant: Participant) -> bool:
    """Tell whether an asset has control totals, and none of them is of a member's place."""
    tracked = asset_id in state.totals.places
    return tracked and places.of(state, asset_id, participant.region) is None


def homeless(state: State, participant: Participant, region: str) -> AssetId | None:
    """Return an asset that a member holds, bids for or is sent, and of which a region has no total.

    None when there is no such asset.
    """
    for asset_id in state.totals.places:
        if places.of(state, asset_id, region) is None and exposed(state, participant, asset_id):
            return asset_id
    return None


def exposed(state: State, participant: Participant, asset_id: AssetId) -> bool:
    """Tell whether a member holds units of an asset or may come to hold some without asking."""
    holding = participant.holdings.get(asset_id)
    if holding is None:
        return False
    return (
        holding.posted > 0
        or any(order.receiver is holding for order in participant.open_orders.values())
        or any(leg.credit is holding for each in state.pending.values() for leg in each.legs)
    )


def relocated(
    state: State, participant: Participant, former_region: str, document: str
) -> list[AnyEvent]:
    """Take what a member holds along to its new region."""
    events: list[AnyEvent] = []
    for asset_id in state.totals.places:
        holding = participant.holdings.get(asset_id)
        if holding is None or not holding.posted:
            continue
        left = places.of(state, asset_id, former_region)
        entered = places.of(state, asset_id, participant.region)
        events.extend(_move(state, asset_id, (left, entered), holding.posted, document))
    return events
