"""Transfers that a holder orders, pending or at once, and units frozen by a document.

Invariants: a posted transfer is never changed; a chain happens as a whole or not at all; what is
pending or frozen is set aside with its lots, so nothing else can spend it.
"""

from collections.abc import Iterator

from exchange.core.accounts import Account, parcels_of
from exchange.core.after_issue.claims import refuse_debtor
from exchange.core.budgets import indicators
from exchange.core.commands import (
    CreateTransfer,
    FreezeUnits,
    PostTransfer,
    TransferLeg,
    UnfreezeUnits,
    VoidTransfer,
)
from exchange.core.crossing import between
from exchange.core.event import Parcel
from exchange.core.events import (
    AnyEvent,
    TransferPended,
    TransferPosted,
    TransferVoided,
    UnitsFrozen,
    UnitsUnfrozen,
)
from exchange.core.outcomes import Refusal
from exchange.core.postings import post
from exchange.core.reasons import RejectReason
from exchange.core.reclaim import insufficient
from exchange.core.state import FrozenUnits, Participant, Pending, PendingTransfer, State
from exchange.core.totals import movement
from exchange.core.types import (
    ANY_LOT,
    CASH,
    AccountId,
    AssetId,
    ChainId,
    FreezeId,
    LotId,
    ParticipantId,
    Purpose,
    TransferCode,
)
from exchange.core.units import NUMBER_MAX, format_decimal
from exchange.core.validity.expiry import end_freed

LEGS_MAX = 100
MEMBERS = frozenset({Purpose.HOLDING, Purpose.CASH})
"""What accounts a holder may order transfers between."""


def refuse_create(state: State, command: CreateTransfer) -> Refusal | None:
    participant = state.participants.get(command.participant_id)
    if participant is None:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    if not 1 <= len(command.legs) <= LEGS_MAX:
        return state.refuse(RejectReason.TRANSFER_EMPTY)
    for leg in command.legs:
        refusal = _refuse_names(state, command.participant_id, leg)
        if refusal is not None:
            return refusal
    if participant.frozen:
        return state.refuse(RejectReason.PARTICIPANT_FROZEN)
    for leg in command.legs:
        refusal = _refuse_terms(state, leg)
        if refusal is not None:
            return refusal
    return between.refuse_use(state, command.legs) or _refuse_means(state, command.legs)


def _refuse_names(state: State, owner: ParticipantId, leg: TransferLeg) -> Refusal | None:
    """Check that what a leg names is there, and is the owner's to give."""
    debit = state.accounts.all.get(leg.debit_account_id)
    if debit is None or leg.credit_account_id not in state.accounts.all:
        return state.refuse(RejectReason.ACCOUNT_UNKNOWN)
    if debit.participant_id != owner:
        return state.refuse(RejectReason.ACCOUNT_UNKNOWN)
    if leg.lot_id and not state.is_of(leg.lot_id, debit.asset_id):
        return state.refuse(RejectReason.LOT_UNKNOWN)
    return None


def _refuse_terms(state: State, leg: TransferLeg) -> Refusal | None:
    debit = state.accounts.all[leg.debit_account_id]
    credit = state.accounts.all[leg.credit_account_id]
    asset = state.assets[debit.asset_id]
    receiver = state.participants.get(credit.participant_id)
    if receiver is not None and asset.asset_id != CASH:
        giver = state.participants[debit.participant_id]
        reason = between.refuse_between(state, giver, receiver, asset)
        if reason is not None:
            return state.refuse(reason, asset.kind)
        refusal = _refuse_red(state, debit, credit)
        if refusal is not None:
            return refusal
    if not 0 < leg.quantity <= NUMBER_MAX:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if debit.asset_id != credit.asset_id:
        return state.refuse(RejectReason.TRANSFER_ACROSS_ASSETS)
    if debit is credit:
        return state.refuse(RejectReason.TRANSFER_TO_SELF)
    if not {debit.purpose, credit.purpose} <= MEMBERS:
        return state.refuse(RejectReason.TRANSFER_PURPOSE_REFUSED)
    return None


def _refuse_red(state: State, debit: Account, credit: Account) -> Refusal | None:
    """Check that units do not come into a place whose target is in red."""
    giver, taker = (state.participants[each.participant_id] for each in (debit, credit))
    asset = state.assets[debit.asset_id]
    return indicators.refuse_more(state, asset, taker.region, giver.region)


def _refuse_means(state: State, legs: tuple[TransferLeg, ...]) -> Refusal | None:
    """Check each debit account, and each lot named, against the sum of what the chain takes."""
    needed: dict[tuple[AccountId, LotId], int] = {}
    for leg in legs:
        for lot_id in {ANY_LOT: None, leg.lot_id: None}:
            key = (leg.debit_account_id, lot_id)
            needed[key] = needed.get(key, 0) + leg.quantity
    for (account_id, lot_id), quantity in needed.items():
        refusal = refuse_spend(state, state.accounts.all[account_id], quantity, lot_id)
        if refusal is not None:
            return refusal
    return None


def refuse_spend(
    state: State, account: Account, quantity: int, lot_id: LotId = ANY_LOT
) -> Refusal | None:
    """Check that a holder may give a quantity now, and of a lot if one is named."""
    refusal = refuse_debtor(state, account)
    return refusal or _refuse_short(state, account, quantity, lot_id)


def refuse_give(
    state: State, participant: Participant, asset_id: AssetId, quantity: int
) -> Refusal | None:
    """Check that a member, who may have no account of a right, may give a quantity of it now."""
    holding = state.holding(participant, asset_id)
    if holding is not None:
        return refuse_spend(state, holding, quantity)
    return insufficient(state, state.assets[asset_id], 0, quantity)


def _refuse_short(state: State, account: Account, quantity: int, lot_id: LotId) -> Refusal | None:
    there = account.available
    if lot_id:
        there = min(there, account.tradable_of(lot_id, state.today))
    if there >= quantity:
        return None
    asset = state.assets[account.asset_id]
    reason = RejectReason.UNITS_INSUFFICIENT
    if asset.asset_id == CASH:
        reason = RejectReason.CASH_INSUFFICIENT
    elif not lot_id and there + account.locked >= quantity:
        reason = RejectReason.UNITS_NOT_YET_TRADABLE
    return state.refuse(
        reason,
        asset.kind,
        available=format_decimal(max(there, 0), asset.scale),
        required=format_decimal(quantity, asset.scale),
    )


def create(state: State, command: CreateTransfer) -> list[AnyEvent]:
    """Posts or pends each leg as one chain. Emits: TransferPosted or TransferPended for each.

    What is posted across places moves on the control totals too: TransferPosted. What leaves its
    league uses its approval: CrossRegionUsed.
    """
    first = ChainId(state.last_transfer + 1)
    used = between.use(state, first, command.legs, pending=command.pending)
    legs = tuple([_set_aside(state, leg, command.reference) for leg in _lots_first(command.legs)])
    if command.pending:
        state.pending[first] = Pending(command.participant_id, legs)
        return [*[_pended(first, leg) for leg in legs], *used]
    return [*_posted_all(state, first, legs, pended=False), *used]


def _lots_first(legs: tuple[TransferLeg, ...]) -> list[TransferLeg]:
    """Order legs so that those that name a lot take it before oldest-first ones can."""
    return sorted(legs, key=lambda leg: leg.lot_id == 0)


def _set_aside(state: State, leg: TransferLeg, reference: str) -> PendingTransfer:
    debit = state.accounts.all[leg.debit_account_id]
    parcels: tuple[Parcel, ...] = ()
    if debit.asset_id != CASH:
        parcels = parcels_of(debit.take_parcels(leg.quantity, state.today, leg.lot_id))
    debit.held += leg.quantity
    return PendingTransfer(
        state.next_transfer(),
        debit,
        state.accounts.all[leg.credit_account_id],
        leg.quantity,
        parcels,
        TransferCode.TRANSFER,
        reference,
    )


def _pended(chain_id: ChainId, leg: PendingTransfer) -> TransferPended:
    return TransferPended(
        leg.transfer_id,
        chain_id,
        leg.debit.account_id,
        leg.credit.account_id,
        leg.quantity,
        leg.code,
        leg.parcels,
        leg.reference,
    )


def _posted_all(
    state: State, chain_id: ChainId, legs: tuple[PendingTransfer, ...], *, pended: bool
) -> list[AnyEvent]:
    events: list[AnyEvent] = [_posted(state, chain_id, leg, pended=pended) for leg in legs]
    for leg in legs if state.totals.places else ():
        giver = state.participants[leg.debit.participant_id]
        taker = state.participants[leg.credit.participant_id]
        reference = f"transfer {leg.transfer_id}"
        moved = movement.moved(state, leg.debit.asset_id, giver, taker, leg.quantity, reference)
        events.extend(moved)
    return events


def _posted(
    state: State, chain_id: ChainId, leg: PendingTransfer, *, pended: bool
) -> TransferPosted:
    leg.debit.held -= leg.quantity
    post(state, leg.debit, leg.credit, leg.quantity, leg.parcels)
    return TransferPosted(
        leg.transfer_id,
        chain_id,
        leg.debit.account_id,
        leg.credit.account_id,
        leg.quantity,
        leg.code,
        leg.parcels,
        pended=pended,
        reference=leg.reference,
    )


def refuse_finish(state: State, command: PostTransfer | VoidTransfer) -> Refusal | None:
    """Check that the participant has a pending chain of this number."""
    pending = state.pending.get(command.chain_id)
    if pending is None or pending.participant_id != command.participant_id:
        return state.refuse(RejectReason.TRANSFER_NOT_PENDING)
    frozen = state.participants[command.participant_id].frozen
    if isinstance(command, VoidTransfer):
        return None
    if frozen:
        return state.refuse(RejectReason.PARTICIPANT_FROZEN)
    rights = [leg for leg in pending.legs if leg.debit.asset_id != CASH]
    refusals = (
        _refuse_red(state, leg.debit, leg.credit) or refuse_debtor(state, leg.debit)
        for leg in rights
    )
    return next((refusal for refusal in refusals if refusal is not None), None)


def post_pending(state: State, command: PostTransfer) -> list[AnyEvent]:
    """Emits: TransferPosted for each leg, for what moves on the totals and for what ends."""
    pending = state.pending.pop(command.chain_id)
    between.finish(state, command.chain_id, posted=True)
    events = _posted_all(state, command.chain_id, pending.legs, pended=True)
    return [*events, *end_freed(state, _parcels(pending.legs))]


def void_pending(state: State, command: VoidTransfer) -> list[AnyEvent]:
    """Emits: TransferVoided for each leg, TransferPosted for what has lost its validity.

    What the chain used of an approval comes back: CrossRegionUsed below zero.
    """
    events: list[AnyEvent] = []
    legs = state.pending.pop(command.chain_id).legs
    for leg in legs:
        leg.debit.put_back(leg.quantity, leg.parcels, state.today)
        events.append(
            TransferVoided(
                leg.transfer_id,
                command.chain_id,
                leg.debit.account_id,
                leg.credit.account_id,
                leg.quantity,
                leg.code,
                leg.parcels,
                leg.reference,
            )
        )
    events.extend(between.finish(state, command.chain_id, posted=False))
    return events + end_freed(state, _parcels(legs))


def _parcels(legs: tuple[PendingTransfer, ...]) -> Iterator[Parcel]:
    return (parcel for leg in legs for parcel in leg.parcels)


def refuse_freeze(state: State, command: FreezeUnits) -> Refusal | None:
    account = state.accounts.all.get(command.account_id)
    if account is None:
        return state.refuse(RejectReason.ACCOUNT_UNKNOWN)
    if command.lot_id and not state.is_of(command.lot_id, account.asset_id):
        return state.refuse(RejectReason.LOT_UNKNOWN)
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if account.purpose not in (Purpose.HOLDING, Purpose.CASH):
        return state.refuse(RejectReason.TRANSFER_PURPOSE_REFUSED)
    return _refuse_short(state, account, command.quantity, command.lot_id)


def freeze(state: State, command: FreezeUnits) -> list[AnyEvent]:
    """Emits: UnitsFrozen."""
    account = state.accounts.all[command.account_id]
    parcels: tuple[Parcel, ...] = ()
    if account.asset_id != CASH:
        parcels = parcels_of(account.take_parcels(command.quantity, state.today, command.lot_id))
    account.held += command.quantity
    state.last_freeze += 1
    freeze_id = FreezeId(state.last_freeze)
    state.freezes[freeze_id] = FrozenUnits(freeze_id, account, command.quantity, parcels)
    return [UnitsFrozen(freeze_id, account.account_id, command.quantity, parcels, command.document)]


def refuse_unfreeze(state: State, command: UnfreezeUnits) -> Refusal | None:
    if command.freeze_id not in state.freezes:
        return state.refuse(RejectReason.FREEZE_UNKNOWN)
    if command.freeze_id in state.paid_use.freezes:
        contract = f"k{state.paid_use.freezes[command.freeze_id]}"
        return state.refuse(RejectReason.FREEZE_OF_CONTRACT, contract=contract)
    return None


def unfreeze(state: State, command: UnfreezeUnits) -> list[AnyEvent]:
    """Emits: UnitsUnfrozen, TransferPosted for what has lost its validity."""
    frozen = state.freezes.pop(command.freeze_id)
    frozen.account.put_back(frozen.quantity, frozen.parcels, state.today)
    if frozen.account.locked:
        state.accounts.locked[frozen.account.account_id] = frozen.account
    lifted = UnitsUnfrozen(
        frozen.freeze_id, frozen.account.account_id, frozen.quantity, command.document
    )
    return [lifted, *end_freed(state, frozen.parcels)]
