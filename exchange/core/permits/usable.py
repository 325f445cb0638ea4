"""How much of what a member holds it may use: no more than its permits allow.

Rule: `permits.required`, `permits.holders`: the right is usable only when its permit record is
updated.
"""

from exchange.core.accounts import Account
from exchange.core.locks import drawing
from exchange.core.permits.content import in_units
from exchange.core.state import Asset, Participant, State
from exchange.core.types import ANY_LOT, Day, LockKind, ParticipantId


def bound(state: State, participant: Participant) -> bool:
    """Tell whether what a member may use depends on permits."""
    return state.rules.flag("permits.required") and participant.account_type in state.rules.names(
        "permits.holders"
    )


def permitted(state: State, participant_id: ParticipantId, asset: Asset, day: Day) -> int:
    """Return how much of an asset all permits of a member that hold on a day allow together.

    Units: those of the asset, rounded down.
    """
    total = sum(
        each.quantity
        for permit in state.permits.of_holder.get(participant_id, ())
        if permit.terms.valid_from <= day <= permit.terms.valid_to
        for each in permit.terms.quantities
        if each.kind == asset.kind
    )
    return in_units(total, asset.scale)


def usable(state: State, participant: Participant, asset: Asset) -> int:
    """Return how much a member may use today of what it holds of an asset."""
    holding = state.holding(participant, asset.asset_id)
    if holding is None:
        return 0
    free = holding.posted - _kept_from_use(state, holding)
    if not bound(state, participant):
        return free
    return min(free, permitted(state, participant.participant_id, asset, state.today))


def _kept_from_use(state: State, holding: Account) -> int:
    frozen = sum(each.quantity for each in state.freezes.values() if each.account is holding)
    return frozen + drawing.kept(state, holding, ANY_LOT, LockKind.PERMIT, LockKind.SUSPENDED)
