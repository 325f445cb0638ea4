"""Setting and adjusting control totals (总量控制).

Invariants: children together never have more than their parent was given, because what a child
gets leaves its parent's account; units that may be issued are the sum of what all places have left.
Rule: `totals.hard_limit`.
"""

from exchange.core.accounts import Account
from exchange.core.events import AnyEvent, PlaceAccountOpened
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import DUTY, Participant, State
from exchange.core.totals import places
from exchange.core.totals.commands import AdjustControlTotal, SetControlTotal
from exchange.core.totals.events import ControlTotalAdjusted, ControlTotalSet
from exchange.core.totals.movement import Leg, exposed, post_chain
from exchange.core.types import CASH, HOUSE, AssetId, Purpose, TransferCode
from exchange.core.units import NUMBER_MAX, format_decimal


def refuse_set(state: State, command: SetControlTotal) -> Refusal | None:
    asset = state.assets.get(command.asset_id)
    if asset is None or command.asset_id == CASH or asset.kind == DUTY:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if not places.is_place(command.place):
        return state.refuse(RejectReason.PLACE_UNKNOWN, place=command.place)
    known = state.totals.places.get(command.asset_id)
    if known and command.place in known:
        return state.refuse(RejectReason.CONTROL_TOTAL_EXISTS, place=command.place)
    if known and places.parent(command.place) not in known:
        return state.refuse(RejectReason.PLACE_UNKNOWN, place=places.parent(command.place))
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if command.quantity > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    if known:
        return _refuse_child(state, command)
    return _refuse_root(state, command)


def _refuse_root(state: State, command: SetControlTotal) -> Refusal | None:
    """Check that what was issued before fits in, and that everybody concerned belongs to it."""
    before = issued(state, command.asset_id)
    if before > command.quantity:
        return insufficient(state, command.asset_id, command.place, command.quantity, before)
    for member in state.participants.values():
        inside = command.place in places.chain(member.region)
        if not inside and exposed(state, member, command.asset_id):
            return state.refuse(
                RejectReason.CONTROL_TOTAL_MISSING,
                participant=f"p{member.participant_id}",
                region=member.region,
            )
    return None


def _refuse_child(state: State, command: SetControlTotal) -> Refusal | None:
    """Check that it covers what its members hold, and that its parent has the rest left."""
    held = _held(command.asset_id, _joining(state, command))
    if held > command.quantity:
        return insufficient(state, command.asset_id, command.place, command.quantity, held)
    above = places.parent(command.place)
    left = state.accounts.house(command.asset_id, Purpose.HEADROOM, above).available
    if command.quantity - held > left:
        return insufficient(state, command.asset_id, above, left, command.quantity - held)
    return None


def insufficient(
    state: State, asset_id: AssetId, place: str, headroom: int, requested: int, **figures: str
) -> Refusal:
    """Refuse what a place has not enough left for."""
    asset = state.assets[asset_id]
    return state.refuse(
        RejectReason.HEADROOM_INSUFFICIENT,
        asset.kind,
        place=place,
        headroom=format_decimal(headroom, asset.scale),
        requested=format_decimal(requested, asset.scale),
        **figures,
    )


def set_total(state: State, command: SetControlTotal) -> list[AnyEvent]:
    """Open the place and give it its total, less what its members hold already.

    Posts: for the root `target` to `headroom`, to `allocated` and, for units that ended before, to
    `used`, and `source` to `issuable` so
    that what may be issued is what is left; for others `headroom` and `allocated` of the parent.
    Emits: PlaceAccountOpened for each account, ControlTotalSet, TransferPosted.
    """
    asset_id, place = command.asset_id, command.place
    known = state.totals.places.setdefault(asset_id, {})
    is_root = not known
    joining = list(state.participants.values()) if is_root else _joining(state, command)
    held = _held(asset_id, joining)
    known[place] = None
    for participant in state.participants.values():
        participant.eligibility.clear()
    events: list[AnyEvent] = []
    if is_root:
        events.append(opened(state, asset_id, Purpose.TARGET, ""))
    events.append(opened(state, asset_id, Purpose.HEADROOM, place))
    events.append(opened(state, asset_id, Purpose.ALLOCATED, place))
    above = None if is_root else places.parent(place)
    gone = issued(state, asset_id) - held if is_root else 0
    if gone:
        events.append(opened(state, asset_id, Purpose.USED, place))
    house = state.accounts.house
    headroom = house(asset_id, Purpose.HEADROOM, place)
    allocated = house(asset_id, Purpose.ALLOCATED, place)
    events.append(
        ControlTotalSet(
            asset_id,
            place,
            above,
            command.quantity,
            headroom.account_id,
            allocated.account_id,
            command.document,
        )
    )
    left = command.quantity - held - gone
    if above is None:
        target = house(asset_id, Purpose.TARGET)
        legs = [(target, headroom, left), (target, allocated, held)]
        legs += [(target, house(asset_id, Purpose.USED, place), gone)] if gone else []
        legs += _cap(state, asset_id, left - house(asset_id, Purpose.ISSUABLE).posted)
    else:
        legs = [
            (house(asset_id, Purpose.HEADROOM, above), headroom, left),
            (house(asset_id, Purpose.ALLOCATED, above), allocated, held),
        ]
    return events + post_chain(state, legs, TransferCode.TOTAL_SET, command.document)


def opened(state: State, asset_id: AssetId, purpose: Purpose, place: str) -> PlaceAccountOpened:
    """Open an account of the venue itself, of a place or of one of its pots."""
    account = state.accounts.open(HOUSE, asset_id, purpose, place)
    return PlaceAccountOpened(account.account_id, HOUSE, asset_id, purpose, place)


def house_account(
    state: State, asset_id: AssetId, purpose: Purpose, place: str = ""
) -> tuple[Account, list[AnyEvent]]:
    """Return an account of the venue itself, made if it is not there. Emits: PlaceAccountOpened."""
    account = state.accounts.find(HOUSE, asset_id, purpose, place)
    if account is not None:
        return account, []
    event = opened(state, asset_id, purpose, place)
    return state.accounts.all[event.account_id], [event]


def issued(state: State, asset_id: AssetId) -> int:
    """Count what was issued of an asset without totals, whether it is held or has ended."""
    house = state.accounts.house
    return -house(asset_id, Purpose.SOURCE).posted - house(asset_id, Purpose.ISSUABLE).posted


def _joining(state: State, command: SetControlTotal) -> list[Participant]:
    """Return who will belong to a new place, and belongs to its parent until then."""
    above = places.parent(command.place)
    return [
        member
        for member in state.participants.values()
        if command.place in places.chain(member.region)
        and places.of(state, command.asset_id, member.region) == above
    ]


def _held(asset_id: AssetId, members: list[Participant]) -> int:
    holdings = [member.holdings.get(asset_id) for member in members]
    return sum(holding.posted for holding in holdings if holding is not None)


def _cap(state: State, asset_id: AssetId, change: int) -> list[Leg]:
    """Return what makes an asset's cap grow or shrink by `change`."""
    source = state.accounts.house(asset_id, Purpose.SOURCE)
    issuable = state.accounts.house(asset_id, Purpose.ISSUABLE)
    return [(source, issuable, change)] if change > 0 else [(issuable, source, -change)]


def refuse_adjust(state: State, command: AdjustControlTotal) -> Refusal | None:
    asset_id, place, change = command.asset_id, command.place, command.change
    if asset_id == CASH or asset_id not in state.assets:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if place not in state.totals.places.get(asset_id, {}):
        return state.refuse(RejectReason.CONTROL_TOTAL_UNKNOWN, place=place)
    if not change:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    house = state.accounts.house
    if change < 0:
        left = house(asset_id, Purpose.HEADROOM, place).available
        return insufficient(state, asset_id, place, left, -change) if left < -change else None
    if place == places.root(state, asset_id):
        if change - house(asset_id, Purpose.TARGET).posted > NUMBER_MAX:
            return state.refuse(RejectReason.NUMBER_TOO_LARGE)
        return None
    above = places.parent(place)
    left = house(asset_id, Purpose.HEADROOM, above).available
    return insufficient(state, asset_id, above, left, change) if left < change else None


def adjust(state: State, command: AdjustControlTotal) -> list[AnyEvent]:
    """Posts: the change, and for the root that of the cap.

    Emits: ControlTotalAdjusted, TransferPosted.
    """
    asset_id, place, change = command.asset_id, command.place, command.change
    house = state.accounts.house
    headroom = house(asset_id, Purpose.HEADROOM, place)
    legs: list[Leg] = []
    if place == places.root(state, asset_id):
        giver = house(asset_id, Purpose.TARGET)
        legs = _cap(state, asset_id, change)
    else:
        giver = house(asset_id, Purpose.HEADROOM, places.parent(place))
    own = (giver, headroom, change) if change > 0 else (headroom, giver, -change)
    return [
        ControlTotalAdjusted(asset_id, place, change, command.document),
        *post_chain(state, [own, *legs], TransferCode.TOTAL_SET, command.document),
    ]


def describe_set(state: State, command: SetControlTotal) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which asset's total, of which place, how much."""
    return described(state, command.asset_id, command.place, "quantity", command.quantity)


def describe_adjust(
    state: State, command: AdjustControlTotal
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which asset's total, of which place, by how much."""
    return described(state, command.asset_id, command.place, "change", command.change)


def described(
    state: State, asset_id: AssetId, place: str, name: str, quantity: int
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which asset's total, of which place, and one figure."""
    asset = state.assets[asset_id]
    return asset.code, (("place", place), (name, format_decimal(quantity, asset.scale)))
