"""How units come into a reserve without payment, and how every movement is told.

Invariants: each movement has one ground of a closed set and a document; units keep their lots, and
control totals follow them; what is retained comes out of the pot `government` and nothing else, so
a unit is never both in the pot and in the reserve; nothing that was paid for is taken for nothing,
and a claim on what a member owes back goes first.
Rule: `totals.hard_limit`; 国办发〔2014〕38号: rights of closed units go back to the government.
"""

from exchange.core.accounts import LOT_MASK
from exchange.core.after_issue.claims import refuse_debtor
from exchange.core.event import Parcel
from exchange.core.events import AnyEvent
from exchange.core.handing_out import hand_out
from exchange.core.outcomes import Refusal
from exchange.core.paid_use.state import ContractStatus
from exchange.core.participants import open_holding
from exchange.core.postings import move
from exchange.core.reasons import RejectReason
from exchange.core.reclaim import insufficient, reachable, take_back
from exchange.core.reserves.commands import RetainUnits, TakeIntoReserve
from exchange.core.reserves.events import ReserveMoved
from exchange.core.reserves.grounds import Ground
from exchange.core.state import Asset, Lot, State
from exchange.core.totals import movement, places, pots
from exchange.core.types import (
    CASH,
    AccountType,
    AssetId,
    ChainId,
    LockKind,
    LotId,
    OfferId,
    ParticipantId,
    Pot,
    TransferCode,
)
from exchange.core.units import NUMBER_MAX, format_decimal

PAID_FOR = (ContractStatus.ACTIVE, ContractStatus.SUSPENDED)
"""Contracts whose units are not taken without payment: they are recalled, or bought back."""


def refuse_parties(
    state: State, reserve_id: ParticipantId, party_id: ParticipantId, asset_id: AssetId
) -> Refusal | None:
    """Check that there is such a reserve, such a member (0: none is named) and such a right."""
    reserve = state.participants.get(reserve_id)
    if reserve is None or (party_id and party_id not in state.participants):
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    asset = state.assets.get(asset_id)
    if asset is None or asset_id == CASH:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if reserve.account_type is not AccountType.GOV_RESERVE:
        return state.refuse(RejectReason.RESERVE_UNKNOWN, participant=f"p{reserve_id}")
    if reserve_id == party_id:
        return state.refuse(RejectReason.TRANSFER_TO_SELF)
    if movement.outside(state, asset_id, reserve):
        return state.refuse(RejectReason.CONTROL_TOTAL_MISSING, asset.kind, region=reserve.region)
    return None


def moved(  # noqa: PLR0913, PLR0917
    state: State,
    ground: Ground,
    reserve_id: ParticipantId,
    party_id: ParticipantId,
    asset_id: AssetId,
    quantity: int,
    chain_id: ChainId,
    document: str,
    *,
    consideration_fen: int = 0,
    offer: tuple[OfferId, int] = (OfferId(0), 0),
) -> ReserveMoved:
    """Number a movement and tell it."""
    state.reserves.last_movement += 1
    return ReserveMoved(
        state.reserves.last_movement,
        ground,
        reserve_id,
        party_id,
        asset_id,
        quantity,
        consideration_fen,
        *offer,
        chain_id,
        document,
    )


def refuse_retain(state: State, command: RetainUnits) -> Refusal | None:
    asset_id, place, quantity = command.asset_id, command.place, command.quantity
    refusal = refuse_parties(state, command.reserve_id, ParticipantId(0), asset_id)
    if refusal is not None:
        return refusal
    if place not in state.totals.places.get(asset_id, {}):
        return state.refuse(RejectReason.CONTROL_TOTAL_UNKNOWN, place=place)
    if quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if command.valid_to and command.valid_to < state.today:
        return state.refuse(RejectReason.VALIDITY_BACKWARDS)
    return pots.refuse_short(state, asset_id, place, Pot.GOVERNMENT, quantity)


def retain(state: State, command: RetainUnits) -> list[AnyEvent]:
    """Posts: `issuable` to the reserve as a lot; the pot to `allocated`, and on to its place.

    Emits: AccountOpened at first, LotCreated, TransferPosted, ReserveMoved.
    """
    asset, quantity = state.assets[command.asset_id], command.quantity
    reserve = state.participants[command.reserve_id]
    lot = Lot(
        asset.asset_id,
        "",
        command.place,
        "",
        state.today,
        command.valid_to,
        f"retained: {command.document}",
    )
    _, events = hand_out(state, reserve, lot, quantity, reference=command.document)
    chain_id = ChainId(state.last_transfer)
    events += _drawn(state, asset, command)
    told = moved(
        state,
        Ground.RETAINED,
        command.reserve_id,
        ParticipantId(0),
        asset.asset_id,
        quantity,
        chain_id,
        command.document,
    )
    return [*events, told]


def _drawn(state: State, asset: Asset, command: RetainUnits) -> list[AnyEvent]:
    """Take the quantity out of the pot to what the reserve's place has allocated."""
    asset_id = asset.asset_id
    pot = pots.find(state, asset_id, command.place, Pot.GOVERNMENT)
    entered = places.of(state, asset_id, state.participants[command.reserve_id].region)
    assert pot is not None
    assert entered is not None
    terms = (command.quantity, command.document)
    return [*movement.allocated(state, asset_id, pot, (command.place, entered), *terms)]


def describe_retain(state: State, command: RetainUnits) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which asset, whose pot, to which reserve, how much."""
    asset = state.assets[command.asset_id]
    return asset.code, (
        ("reserve", f"p{command.reserve_id}"),
        ("place", command.place),
        ("quantity", format_decimal(command.quantity, asset.scale)),
    )


def refuse_take(state: State, command: TakeIntoReserve) -> Refusal | None:
    refusal = refuse_parties(state, command.reserve_id, command.holder_id, command.asset_id)
    if refusal is not None:
        return refusal
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    holding = state.holding(state.participants[command.holder_id], command.asset_id)
    refusal = None if holding is None else refuse_debtor(state, holding)
    if refusal is not None:
        return refusal
    there = sum(_free(state, command, NUMBER_MAX).values())
    if there >= command.quantity:
        return None
    return insufficient(state, state.assets[command.asset_id], there, command.quantity)


def _free(state: State, command: TakeIntoReserve, quantity: int) -> dict[LotId, int]:
    """Return which lots make up a quantity, or what there is of it, without those paid for."""
    holder = state.participants[command.holder_id]
    holding = state.holding(holder, command.asset_id)
    if holding is None:
        return {}
    paid = {each.lot_id for each in state.paid_use.contracts.values() if each.status in PAID_FOR}
    locks = state.locks.on(holding.account_id)
    lots = [each.lot_id for each in locks if each.kind is LockKind.OWN_USE]
    lots += [LotId(key & LOT_MASK) for key, _ in holding.parcels]
    found: dict[LotId, int] = {}
    for lot_id in dict.fromkeys(lots):
        if lot_id not in paid:
            there = min(quantity, reachable(state, holder, command.asset_id, lot_id))
            quantity -= there
            found[lot_id] = there
    return found


def take(state: State, command: TakeIntoReserve) -> list[AnyEvent]:
    """Take units, on offer too, with their lots and days.

    Posts: the member's holding to the reserve's, lot by lot. Emits: AccountOpened at first,
    LockDrawn, OrderCancelled, TransferPosted, ReserveMoved.
    """
    asset_id, document = command.asset_id, command.document
    reserve = state.participants[command.reserve_id]
    holder = state.participants[command.holder_id]
    events = open_holding(state, reserve, state.assets[asset_id])
    credit = reserve.holdings[asset_id]
    chain_id = ChainId(state.last_transfer + 1)
    for lot_id, share in _free(state, command, command.quantity).items():
        if not share:
            continue
        holding, ended, withdrawn = take_back(state, holder, asset_id, share, lot_id)
        parcels = tuple(
            [Parcel(lot_id, one.quantity, *([one.tradable_from_debit] * 2)) for one in ended]
        )
        events += withdrawn
        terms = (share, TransferCode.RESERVE, document)
        events.append(move(state, holding, credit, *terms, parcels, chain_id))
    events += movement.moved(state, asset_id, holder, reserve, command.quantity, document)
    told = moved(
        state,
        Ground(command.ground),
        command.reserve_id,
        command.holder_id,
        asset_id,
        command.quantity,
        chain_id,
        document,
    )
    return [*events, told]


def describe_take(
    state: State, command: TakeIntoReserve
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say which asset, from whom to which reserve, how much, why."""
    asset = state.assets[command.asset_id]
    return asset.code, (
        ("reserve", f"p{command.reserve_id}"),
        ("holder", f"p{command.holder_id}"),
        ("quantity", format_decimal(command.quantity, asset.scale)),
        ("ground", command.ground),
    )
