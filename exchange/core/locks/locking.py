"""Locks on lots: put on and lifted.

Invariant: a lock keeps units of one lot on one holding, held back as a freeze does.
Rule: a right is usable only as its permit record says (`permits.required`).
"""

from exchange.core.accounts import Account, parcels_of
from exchange.core.events import AnyEvent
from exchange.core.locks.commands import LockUnits, UnlockUnits
from exchange.core.locks.events import UnitsLocked, UnitsUnlocked
from exchange.core.locks.state import Lock
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.transfers import refuse_spend
from exchange.core.types import LockId, LockKind, LotId, Purpose
from exchange.core.units import format_decimal

Figures = tuple[tuple[str, str], ...]


def refuse_lock(state: State, command: LockUnits) -> Refusal | None:
    account = state.accounts.all.get(command.account_id)
    if account is None:
        return state.refuse(RejectReason.ACCOUNT_UNKNOWN)
    if not state.is_of(command.lot_id, account.asset_id):
        return state.refuse(RejectReason.LOT_UNKNOWN)
    if command.quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if account.purpose is not Purpose.HOLDING:
        return state.refuse(RejectReason.TRANSFER_PURPOSE_REFUSED)
    return refuse_spend(state, account, command.quantity, command.lot_id)


def lock(state: State, command: LockUnits) -> list[AnyEvent]:
    """Emits: UnitsLocked."""
    account = state.accounts.all[command.account_id]
    part = (command.lot_id, command.quantity)
    return [put(state, account, part, command.kind, command.ground, command.document)]


def put(  # noqa: PLR0913, PLR0917
    state: State,
    account: Account,
    part: tuple[LotId, int],
    kind: LockKind,
    ground: str,
    document: str,
) -> UnitsLocked:
    """Set free units of a lot, so many as `part` says, apart on their account."""
    lot_id, quantity = part
    parcels = parcels_of(account.take_parcels(quantity, state.today, lot_id))
    account.held += quantity
    state.locks.last += 1
    made = Lock(LockId(state.locks.last), account.account_id, lot_id, kind, quantity, parcels)
    state.locks.enter(made)
    return UnitsLocked(made.lock_id, made.account_id, lot_id, quantity, made.kind, ground, document)


def describe_lock(state: State, command: LockUnits) -> tuple[str, Figures]:
    """Say which asset of whom, which lot, how much, to what use."""
    account = state.accounts.all[command.account_id]
    asset = state.assets[account.asset_id]
    return asset.code, (
        ("participant", f"p{account.participant_id}"),
        ("lot", f"l{command.lot_id}"),
        ("quantity", format_decimal(command.quantity, asset.scale)),
        ("kind", command.kind),
    )


def refuse_unlock(state: State, command: UnlockUnits) -> Refusal | None:
    if command.lock_id not in state.locks.locks:
        return state.refuse(RejectReason.LOCK_UNKNOWN)
    return None


def unlock(state: State, command: UnlockUnits) -> list[AnyEvent]:
    """Emits: UnitsUnlocked."""
    return [lift(state, state.locks.locks[command.lock_id], command.ground, command.document)]


def lift(state: State, lifted: Lock, ground: str, document: str) -> UnitsUnlocked:
    """Free all that a lock still keeps."""
    state.locks.strike(lifted)
    account = state.accounts.all[lifted.account_id]
    account.put_back(lifted.quantity, lifted.parcels, state.today)
    return UnitsUnlocked(lifted.lock_id, lifted.account_id, lifted.quantity, ground, document)


def describe_unlock(state: State, command: UnlockUnits) -> tuple[str, Figures]:
    """Say which asset of whom, which lot, how much the lock keeps."""
    lifted = state.locks.locks[command.lock_id]
    account = state.accounts.all[lifted.account_id]
    asset = state.assets[account.asset_id]
    return asset.code, (
        ("participant", f"p{account.participant_id}"),
        ("lock", f"h{lifted.lock_id}"),
        ("quantity", format_decimal(lifted.quantity, asset.scale)),
        ("kind", lifted.kind),
    )
