"""Water that a district saves: the tradable part of its potential is set aside as saved water.

Invariants: a district's saving of an asset is verified once, whatever the blanks of its name; what
is set aside comes out of what its league has left, so saved water is never made.
Rule: `saving.coefficient`.
"""

from fractions import Fraction

from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.totals import pots, targets
from exchange.core.totals.movement import post_chain
from exchange.core.types import CASH, Pot, Purpose, SavingId, TransferCode
from exchange.core.units import NUMBER_MAX, format_decimal
from exchange.core.water.commands import VerifySaving
from exchange.core.water.events import SavingVerified
from exchange.core.water.state import Saving

COEFFICIENT = "saving.coefficient"


def refuse_verify(state: State, command: VerifySaving) -> Refusal | None:
    asset_id, place = command.asset_id, command.place
    if state.rules.find(COEFFICIENT) is None:
        return state.refuse(RejectReason.RULE_MISSING, rule=state.rules.rule_id(COEFFICIENT))
    if asset_id == CASH or asset_id not in state.assets:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    if place not in state.totals.places.get(asset_id, {}):
        return state.refuse(RejectReason.CONTROL_TOTAL_UNKNOWN, place=place)
    words = command.district.split()
    for each in state.water.savings.values():
        if (each.asset_id, each.place, each.district.split()) == (asset_id, place, words):
            return state.refuse(RejectReason.SAVING_EXISTS, saving=name(each.saving_id))
    if command.potential > NUMBER_MAX:
        return state.refuse(RejectReason.NUMBER_TOO_LARGE)
    quantity = tradable(state, command.potential)
    if quantity <= 0:
        return state.refuse(RejectReason.QUANTITY_NOT_POSITIVE)
    return pots.refuse_short(state, asset_id, place, "", quantity)


def tradable(state: State, potential: int) -> int:
    """Return the part of a saving potential that may be traded, rounded down."""
    rule = state.rules.find(COEFFICIENT)
    assert rule is not None
    share = Fraction(rule.value[0])
    return potential * share.numerator // share.denominator


def verify(state: State, command: VerifySaving) -> list[AnyEvent]:
    """Posts: `headroom` to the pot `saved` of the place.

    Emits: PlaceAccountOpened for a new pot, SavingVerified, TransferPosted.
    """
    asset_id, place = command.asset_id, command.place
    quantity = tradable(state, command.potential)
    pot, events = pots.pot_of(state, asset_id, place, Pot.SAVED)
    saving = Saving(
        SavingId(len(state.water.savings) + 1),
        asset_id,
        place,
        command.district,
        command.potential,
        quantity,
    )
    state.water.savings[saving.saving_id] = saving
    rule = state.rules.reference(COEFFICIENT)
    assert rule is not None
    told = SavingVerified(
        saving.saving_id,
        asset_id,
        place,
        command.district,
        command.potential,
        quantity,
        pot.account_id,
        rule,
        command.document,
    )
    headroom = state.accounts.house(asset_id, Purpose.HEADROOM, place)
    leg = (headroom, pot, quantity)
    return [*events, told, *post_chain(state, [leg], TransferCode.SET_ASIDE, command.document)]


def describe_verify(state: State, command: VerifySaving) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say whose saving, of which place, how much and what of it may be traded."""
    scale = state.assets[command.asset_id].scale
    quantity = tradable(state, command.potential)
    subject, figures = targets.described(
        state, command.asset_id, command.place, "potential", command.potential
    )
    tail = (("tradable", format_decimal(quantity, scale)), ("district", command.district))
    return subject, (*figures, *tail)


def name(saving_id: SavingId) -> str:
    """Name a saving as the API does, within its ledger."""
    return f"s{saving_id}"
