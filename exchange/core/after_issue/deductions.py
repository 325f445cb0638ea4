"""Deductions from allocations (等量核减): registered once, cut from what an entity is given next.

Invariants: an entity never gets less than nothing, and what it was given before is not touched; a
quantity that is more than an allocation is carried over; when an allocation turns out smaller, what
can no longer be deducted from it waits again.
Rule: carbon regulation 2024 art. 22 and 24; `allocation.false_data_ratio_min`.
"""

from exchange.core.after_issue.commands import RegisterDeduction
from exchange.core.after_issue.events import DeductionApplied, DeductionRegistered
from exchange.core.after_issue.state import Deduction, Grant, Ground, Share
from exchange.core.events import AnyEvent
from exchange.core.outcomes import Refusal
from exchange.core.reasons import RejectReason
from exchange.core.state import State
from exchange.core.types import CASH, AssetId, DeductionId, ParticipantId, PlanId
from exchange.core.units import NUMBER_MAX, PPM, format_decimal


def refuse_register(state: State, command: RegisterDeduction) -> Refusal | None:
    if command.member_id not in state.participants:
        return state.refuse(RejectReason.PARTICIPANT_NOT_ADMITTED)
    if command.asset_id == CASH or command.asset_id not in state.assets:
        return state.refuse(RejectReason.ASSET_UNKNOWN)
    quantity, ratio = command.quantity, command.ratio_ppm
    measured = 0 <= quantity <= NUMBER_MAX and 0 <= ratio <= PPM
    if not measured or (quantity > 0) == (ratio > 0):
        return state.refuse(RejectReason.DEDUCTION_INVALID)
    least = state.rules.ratio_ppm("allocation.false_data_ratio_min")
    if command.ground is Ground.FALSE_DATA and ratio < least:
        return state.refuse(
            RejectReason.DEDUCTION_BELOW_MINIMUM,
            ratio=format_decimal(ratio, 6),
            minimum=format_decimal(least, 6),
        )
    return None


def register(state: State, command: RegisterDeduction) -> list[AnyEvent]:
    """Emits: DeductionRegistered."""
    asset = state.assets[command.asset_id]
    deduction_id = DeductionId(len(state.after_issue.deductions) + 1)
    state.after_issue.deductions[deduction_id] = Deduction(
        deduction_id,
        command.member_id,
        command.entity,
        command.asset_id,
        asset.kind,
        asset.scale,
        command.any_of_kind,
        command.quantity,
        command.ratio_ppm,
        command.ground,
        command.quantity,
    )
    return [
        DeductionRegistered(
            deduction_id,
            command.member_id,
            command.entity,
            command.asset_id,
            command.any_of_kind,
            command.quantity,
            command.ratio_ppm,
            command.ground,
            command.document,
        )
    ]


def describe(state: State, command: RegisterDeduction) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Say whose allocation of which asset is cut, by how much and why."""
    asset = state.assets[command.asset_id]
    cut = ("quantity", format_decimal(command.quantity, asset.scale))
    if command.ratio_ppm:
        cut = ("ratio", format_decimal(command.ratio_ppm, 6))
    return asset.code, (
        ("participant", f"p{command.member_id}"),
        ("entity", command.entity),
        cut,
        ("ground", command.ground),
    )


class Reckoning:
    """What deductions leave of each entity's quantity, while the rows of a plan are gone through.

    Changes nothing until `book`. Cost: by deductions once, then by rows.
    """

    __slots__ = ("_left", "_members", "_state")

    def __init__(self, state: State, asset_id: AssetId, series: PlanId) -> None:
        self._state = state
        self._left: dict[DeductionId, int] = {}
        self._members: dict[ParticipantId, list[Deduction]] = {}
        asset = state.assets[asset_id]
        for each in state.after_issue.deductions.values():
            alike = each.any_of_kind and (each.kind, each.scale) == (asset.kind, asset.scale)
            waiting = each.left or (each.ratio_ppm and each.series in (0, series))
            if waiting and (alike or each.asset_id == asset_id):
                self._members.setdefault(each.member_id, []).append(each)

    def shares(self, entity: str, grant: Grant, final: int) -> tuple[Share, ...]:
        """Return what deductions take when an entity is brought from its grant to a quantity.

        They never take more than it gets more, nor give up more than it gets less.
        """
        waiting = self._members.get(grant.participant_id)
        if not grant.shares and not waiting:
            return ()
        grown, shrunk = max(final - grant.quantity, 0), max(grant.quantity - final, 0)
        rest = final
        shares = []
        for share in grant.shares:
            wanted = min(self._wanted(share, final, grown=grown > 0), rest)
            taken = min(max(wanted, share.quantity - shrunk), share.quantity + grown)
            shares.append(self._counted(share, taken))
            grown -= max(taken - share.quantity, 0)
            shrunk -= max(share.quantity - taken, 0)
            rest -= taken
        known = [share.deduction_id for share in grant.shares]
        for each in waiting or () if grown else ():
            if each.deduction_id in known or each.entity not in ("", entity):
                continue
            new = Share(each.deduction_id, grant.quantity, 0)
            taken = min(self._wanted(new, final, grown=True), rest, grown)
            if taken:
                shares.append(self._counted(new, taken))
                grown, rest = grown - taken, rest - taken
        return tuple(shares)

    def _wanted(self, share: Share, final: int, *, grown: bool) -> int:
        each = self._state.after_issue.deductions[share.deduction_id]
        if each.ratio_ppm:
            return each.ratio_ppm * max(final - share.base, 0) // PPM
        left = self._left.get(each.deduction_id, each.left)
        return share.quantity + (left if grown else 0)

    def _counted(self, share: Share, taken: int) -> Share:
        each = self._state.after_issue.deductions[share.deduction_id]
        if not each.ratio_ppm:
            left = self._left.get(each.deduction_id, each.left)
            self._left[each.deduction_id] = left - (taken - share.quantity)
        return Share(share.deduction_id, share.base, taken)


def book(
    state: State, series: PlanId, plan_id: PlanId, entity: str, change: tuple[Grant, Grant]
) -> list[AnyEvent]:
    """Count off what deductions took between two grants. Emits: DeductionApplied for each."""
    before, after = change
    former = {share.deduction_id: share.quantity for share in before.shares}
    events: list[AnyEvent] = []
    for share in after.shares:
        quantity = share.quantity - former.get(share.deduction_id, 0)
        each = state.after_issue.deductions[share.deduction_id]
        if not quantity:
            continue
        if each.ratio_ppm:
            each.series = series
        else:
            each.left -= quantity
        events.append(
            DeductionApplied(each.deduction_id, plan_id, entity, quantity, each.left, series)
        )
    return events
