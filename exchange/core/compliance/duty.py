"""What an entity owes, as an account: each change is a posting of its own.

Invariant: `obligation` of an entity is what was verified or estimated for it; what it surrendered
stands beside it and only grows.
"""

from exchange.core.accounts import Account
from exchange.core.compliance.events import ObligationChanged
from exchange.core.compliance.state import Obligation, Period, Standing
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.totals.movement import post_chain
from exchange.core.types import ObligationId, ParticipantId, Purpose, TransferCode
from exchange.core.units import NUMBER_MAX


def name(obligation: Obligation) -> str:
    """Name an obligation as the API does, within its ledger."""
    return f"g{obligation.obligation_id}"


def account_of(state: State, obligation: Obligation) -> Account:
    return state.accounts.all[obligation.account_id]


def period_of(state: State, obligation: Obligation) -> Period:
    return state.compliance.periods[obligation.period]


def missing(state: State, obligation: Obligation) -> int:
    """Return what is still to be surrendered; nothing when a correction left too much."""
    return max(0, account_of(state, obligation).posted - obligation.surrendered)


def own(
    state: State, participant_id: ParticipantId, obligation_id: ObligationId
) -> Obligation | Refusal:
    """Return an obligation of a member, or why there is none of its own."""
    if participant_id not in state.participants:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    obligation = state.compliance.obligations.get(obligation_id)
    if obligation is None or obligation.participant_id != participant_id:
        return state.refuse(RejectReason.OBLIGATION_UNKNOWN)
    return obligation


def refuse_quantity(state: State, quantity: int) -> Refusal | None:
    """Check a figure that may be nothing, but never below it."""
    if quantity < 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    if quantity > NUMBER_MAX // 2:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    return None


def owe(
    state: State, obligation: Obligation, quantity: int, standing: Standing, document: str
) -> list[AnyEvent]:
    """Have an entity owe a quantity from now on.

    Posts: the difference from `source` to `obligation`, or back. Emits: TransferPosted,
    ObligationChanged.
    """
    account = account_of(state, obligation)
    source = state.accounts.house(account.asset_id, Purpose.SOURCE)
    change = quantity - account.posted
    leg = (source, account, change) if change > 0 else (account, source, -change)
    obligation.standing = standing
    posted = post_chain(state, [leg], TransferCode.OWE, document)
    return [*posted, told(state, obligation)]


def told(state: State, obligation: Obligation) -> ObligationChanged:
    """Describe an obligation as it is now."""
    return ObligationChanged(
        obligation.obligation_id,
        obligation.period,
        obligation.entity,
        obligation.participant_id,
        obligation.account_id,
        obligation.threshold,
        obligation.listed,
        obligation.ground,
        obligation.standing,
        obligation.report_id,
        account_of(state, obligation).posted,
        obligation.surrendered,
        obligation.offset,
    )
